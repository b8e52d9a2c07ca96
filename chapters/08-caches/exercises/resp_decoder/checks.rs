use super::*;

use std::thread;

use bytes::{Bytes, BytesMut};
use testkit::{check, every_split, heap, note};

/// What most checks allow.
const LIMITS: Limits = Limits {
    bulk: 16,
    elements: 8,
    depth: 3,
};

/// Limits that nothing here comes near.
const WIDE: Limits = Limits {
    bulk: 1 << 40,
    elements: 1 << 40,
    depth: 1_000,
};

/// Hands in `pieces` one by one, as reads would, and takes out all values that there
/// are after each. An error ends it.
fn receive(
    decoder: &mut RespDecoder,
    pieces: &[&[u8]],
    input: &mut BytesMut,
) -> Result<Vec<Value>, Error> {
    let mut values = Vec::new();
    let most: usize = pieces.iter().map(|piece| piece.len()).sum();
    for (number, piece) in pieces.iter().enumerate() {
        let come = &pieces[..=number];
        let _note = note(|| format!("(the reads up to here were  {})", show_reads(come)));
        input.extend_from_slice(piece);
        while let Some(value) = decoder.decode(input)? {
            values.push(value);
            assert!(
                values.len() <= most,
                "decode has returned {} values, and there are {most} octets on the wire. It would \
                 never end: each value is taken off the front of the input, but {} is still there",
                values.len(),
                show_octets(input)
            );
        }
    }
    Ok(values)
}

fn receive_within(limits: Limits, pieces: &[&[u8]]) -> Result<Vec<Value>, Error> {
    receive(&mut RespDecoder::new(limits), pieces, &mut BytesMut::new())
}

fn simple(text: &'static str) -> Value {
    Value::Simple(Bytes::from_static(text.as_bytes()))
}

fn bulk(text: &'static str) -> Value {
    Value::Bulk(Bytes::from_static(text.as_bytes()))
}

/// Octets as text, with everything that can't be printed escaped; of many the first.
fn show_octets(octets: &[u8]) -> String {
    const SHOWN: usize = 48;
    match octets.get(..SHOWN) {
        Some(first) if octets.len() > SHOWN => {
            format!("\"{}\" ... ({} octets)", first.escape_ascii(), octets.len())
        }
        _ => format!("\"{}\"", octets.escape_ascii()),
    }
}

fn show_reads(pieces: &[&[u8]]) -> String {
    let reads: Vec<String> = pieces.iter().map(|piece| show_octets(piece)).collect();
    reads.join(" | ")
}

/// A value in the words of the task. Not more than a few levels and elements of it.
fn show(value: &Value) -> String {
    fn within(value: &Value, levels: usize) -> String {
        const SHOWN: usize = 8;
        match value {
            Value::Simple(text) => format!("Simple({})", show_octets(text)),
            Value::Error(text) => format!("Error({})", show_octets(text)),
            Value::Integer(number) => format!("Integer({number})"),
            Value::Bulk(octets) => format!("Bulk({})", show_octets(octets)),
            Value::Nil => "Nil".to_owned(),
            Value::Array(_) if levels == 0 => "Array[...]".to_owned(),
            Value::Array(values) => {
                let mut shown: Vec<String> = values
                    .iter()
                    .take(SHOWN)
                    .map(|value| within(value, levels - 1))
                    .collect();
                if values.len() > SHOWN {
                    shown.push("...".to_owned());
                }
                format!("Array[{}]", shown.join(", "))
            }
        }
    }
    within(value, 6)
}

fn show_all(values: &[Value]) -> String {
    match values {
        [] => "no value".to_owned(),
        _ => values.iter().map(show).collect::<Vec<_>>().join(", "),
    }
}

fn show_result(result: &Result<Vec<Value>, Error>) -> String {
    match result {
        Ok(values) => show_all(values),
        Err(error) => format!("the error {error:?}"),
    }
}

#[track_caller]
fn expect_within(limits: Limits, pieces: &[&[u8]], expected: &[Value]) {
    let got = receive_within(limits, pieces);
    assert!(
        got.as_deref() == Ok(expected),
        "the reads were  {}\n  expected  {}\n  got       {}",
        show_reads(pieces),
        show_all(expected),
        show_result(&got)
    );
}

#[track_caller]
fn expect(pieces: &[&[u8]], expected: &[Value]) {
    expect_within(LIMITS, pieces, expected);
}

/// These octets are refused.
#[track_caller]
fn expect_error(octets: &[u8], expected: Error, why: &str) {
    let got = receive_within(LIMITS, &[octets]);
    assert!(
        got.as_ref() == Err(&expected),
        "the read was  {}\n{why}\n  expected  the error {expected:?}\n  got       {}",
        show_octets(octets),
        show_result(&got)
    );
}

#[test]
#[ignore = "exercise"]
fn a_simple_string() {
    check(|| expect(&[b"+OK\r\n"], &[simple("OK")]));
}

#[test]
#[ignore = "exercise"]
fn an_error_in_words() {
    check(|| {
        let text = Bytes::from_static(b"ERR no such key");
        expect(&[b"-ERR no such key\r\n"], &[Value::Error(text)]);
    });
}

#[test]
#[ignore = "exercise"]
fn integers() {
    check(|| {
        expect(&[b":1000\r\n"], &[Value::Integer(1000)]);
        expect(&[b":0\r\n"], &[Value::Integer(0)]);
        expect(&[b":-42\r\n"], &[Value::Integer(-42)]);
        expect(&[b":+7\r\n"], &[Value::Integer(7)]);
        expect(&[b":9223372036854775807\r\n"], &[Value::Integer(i64::MAX)]);
        expect(&[b":-9223372036854775808\r\n"], &[Value::Integer(i64::MIN)]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_bulk_string() {
    check(|| expect(&[b"$5\r\nhello\r\n"], &[bulk("hello")]));
}

#[test]
#[ignore = "exercise"]
fn a_bulk_string_holds_any_octets() {
    check(|| {
        let octets = Bytes::from_static(b"\r\n$3\r\n\x00\xff");
        expect(&[b"$8\r\n\r\n$3\r\n\x00\xff\r\n"], &[Value::Bulk(octets)]);
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_bulk_string_is_not_nil() {
    check(|| expect(&[b"$0\r\n\r\n"], &[bulk("")]));
}

#[test]
#[ignore = "exercise"]
fn nil_has_two_forms() {
    check(|| expect(&[b"$-1\r\n*-1\r\n"], &[Value::Nil, Value::Nil]));
}

#[test]
#[ignore = "exercise"]
fn a_command_is_an_array_of_bulk_strings() {
    check(|| {
        expect(
            &[b"*2\r\n$3\r\nGET\r\n$1\r\na\r\n"],
            &[Value::Array(vec![bulk("GET"), bulk("a")])],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_array_holds_all_kinds() {
    check(|| {
        let error = Value::Error(Bytes::from_static(b"no"));
        expect(
            &[b"*6\r\n:1\r\n+two\r\n-no\r\n$4\r\nfour\r\n$-1\r\n:6\r\n"],
            &[Value::Array(vec![
                Value::Integer(1),
                simple("two"),
                error,
                bulk("four"),
                Value::Nil,
                Value::Integer(6),
            ])],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_array_may_be_empty() {
    check(|| {
        expect(&[b"*0\r\n"], &[Value::Array(vec![])]);
        expect(
            &[b"*3\r\n*0\r\n:1\r\n*0\r\n"],
            &[Value::Array(vec![
                Value::Array(vec![]),
                Value::Integer(1),
                Value::Array(vec![]),
            ])],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn arrays_in_arrays() {
    check(|| {
        expect(
            &[b"*3\r\n*1\r\n+a\r\n*2\r\n+b\r\n*1\r\n+c\r\n+d\r\n"],
            &[Value::Array(vec![
                Value::Array(vec![simple("a")]),
                Value::Array(vec![simple("b"), Value::Array(vec![simple("c")])]),
                simple("d"),
            ])],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_value_in_two_reads() {
    check(|| expect(&[b"$5\r\nhel", b"lo\r\n"], &[bulk("hello")]));
}

#[test]
#[ignore = "exercise"]
fn two_commands_in_one_read() {
    check(|| {
        expect(
            &[b"*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nQUIT\r\n"],
            &[
                Value::Array(vec![bulk("PING")]),
                Value::Array(vec![bulk("QUIT")]),
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_whole_value_does_not_wait_for_the_next() {
    check(|| {
        let command = Value::Array(vec![bulk("PING")]);
        expect(&[b"*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nQU"], &[command]);
    });
}

#[test]
#[ignore = "exercise"]
fn every_way_to_cut_the_octets() {
    check(|| {
        let octets = b"*3\r\n$1\r\na\r\n*2\r\n:-1\r\n*0\r\n$-1\r\n+OK\r\n$2\r\n\r\n\r\n:7\r\n";
        for split in every_split(octets) {
            expect(
                &split,
                &[
                    Value::Array(vec![
                        bulk("a"),
                        Value::Array(vec![Value::Integer(-1), Value::Array(vec![])]),
                        Value::Nil,
                    ]),
                    simple("OK"),
                    bulk("\r\n"),
                    Value::Integer(7),
                ],
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn elements_are_taken_off_one_by_one() {
    check(|| {
        let mut input = BytesMut::new();
        let read = b"*4\r\n+a\r\n$3\r\nbcd\r\n$5\r\nhe";
        let got = receive(&mut RespDecoder::new(LIMITS), &[read], &mut input);
        // What comes of the rest is asked by others.
        if got == Ok(vec![]) {
            assert!(
                input.len() <= 6,
                "the read was  {}\n  expected in the input afterwards  \"$5\\r\\nhe\", or less\n  \
                 got                               {}\nTwo elements are whole. Left in the input, \
                 they are read again when more comes: an array of n elements that comes in n reads \
                 would cost n² steps",
                show_octets(read),
                show_octets(&input)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn no_octet_of_a_line_is_looked_at_twice() {
    check(|| {
        let mut decoder = RespDecoder::new(LIMITS);
        let mut input = BytesMut::from(&b"+aaaaaaaa"[..]);
        let got = decoder.decode(&mut input);
        assert!(
            got == Ok(None),
            "the line has no end yet: expected Ok(None), got {got:?}"
        );
        // A trap. The decoder has been here and found no line end. If it finds one now,
        // it has come back to look again.
        if input.len() < 8 {
            return;
        }
        let first = input.len() - 8;
        input[first..first + 4].copy_from_slice(b"\r\n\r\n");
        input.extend_from_slice(b"b\r\n");
        let got = decoder.decode(&mut input);
        let line = match &got {
            Ok(Some(Value::Simple(line))) => &line[..],
            _ => b"",
        };
        assert!(
            line.ends_with(b"aaaab"),
            "after \"+aaaaaaaa\" came \"b\\r\\n\". The search for the line's end should go on where it \
             stopped. It looked again at octets that it had seen. (To see this, the check wrote \
             CR LF over the first of them, and the decoder found that: it gave {}.) A long line that \
             comes octet by octet would cost the square of its length",
            match &got {
                Ok(Some(value)) => show(value),
                other => format!("{other:?}"),
            }
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_bulk_string_is_not_copied() {
    check(|| {
        const LONG: usize = 100_000;
        let mut input = BytesMut::from(&b"$100000\r\n"[..]);
        input.resize(9 + LONG, b'x');
        input.extend_from_slice(b"\r\n");
        let mut decoder = RespDecoder::new(WIDE);
        let (got, usage) = heap::measure(|| decoder.decode(&mut input));
        let whole = matches!(&got, Ok(Some(Value::Bulk(octets))) if octets.len() == LONG);
        assert!(
            whole,
            "a bulk string of {LONG} octets has come whole, and decode did not return it"
        );
        assert!(
            usage.largest < LONG,
            "a bulk string of {LONG} octets lay in the input, and decode asked for as much memory again, \
             or more. `split_to` takes octets off `input` without copying them, and `freeze` makes them \
             `Bytes`"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn negative_lengths_are_refused() {
    check(|| {
        let why = "only -1 has a meaning below zero";
        for (octets, length) in [
            (&b"$-2\r\n"[..], -2),
            (b"*-2\r\n", -2),
            (b"$-100\r\n", -100),
            (b"*-9223372036854775808\r\n", i64::MIN),
            (b"*1\r\n$-5\r\n", -5),
        ] {
            let _note = note(|| format!("(the read was {})", show_octets(octets)));
            expect_error(octets, Error::Length(length), why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn no_length_ends_the_thread() {
    check(|| {
        for limits in [LIMITS, WIDE] {
            for length in ["-2", "-9223372036854775808", "9223372036854775807"] {
                for kind in ["$", "*", "*1\r\n$", "*1\r\n*"] {
                    let octets = format!("{kind}{length}\r\nx");
                    let _note = note(|| {
                        format!(
                            "(the read was {}. Whatever a peer sends, decode may refuse it and must not \
                             panic: a server would lose the thread, or be gone)",
                            show_octets(octets.as_bytes())
                        )
                    });
                    // What comes of it is asked by others.
                    let _ = receive_within(limits, &[octets.as_bytes()]);
                }
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_no_number_is_refused() {
    check(|| {
        let why = "this is no number of 64 bits in decimal digits";
        for octets in [
            &b":\r\n"[..],
            b":abc\r\n",
            b":4 2\r\n",
            b":1.5\r\n",
            b":-\r\n",
            b":0x10\r\n",
            b":\xff\r\n",
            b":9223372036854775808\r\n",
            b"$\r\n",
            b"$five\r\nhello\r\n",
            b"$99999999999999999999\r\n",
            b"*\r\n",
            b"*2a\r\n",
        ] {
            let _note = note(|| format!("(the read was {})", show_octets(octets)));
            expect_error(octets, Error::Number, why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_unknown_kind_is_refused_at_once() {
    check(|| {
        let why = "no value begins with this octet";
        expect_error(b"h", Error::Kind(b'h'), why);
        expect_error(b"GET a\r\n", Error::Kind(b'G'), why);
        expect_error(b"\r\n", Error::Kind(b'\r'), why);
        expect_error(b"*2\r\n:1\r\n?", Error::Kind(b'?'), why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_line_feed_alone_is_no_line_end() {
    check(|| {
        let why = "a line ends with CR LF, and here is LF without CR";
        for octets in [&b"+OK\n"[..], b"+\n", b":1\n", b"$1\na\r\n", b"*1\n"] {
            expect_error(octets, Error::Line, why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_bulk_string_ends_with_its_line_end() {
    check(|| {
        let why = "behind the 3 octets of the bulk string, CR LF has to come";
        expect_error(b"$3\r\nhello\r\n", Error::Unterminated, why);
        expect_error(b"$3\r\nhel+OK\r\n", Error::Unterminated, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_long_line_is_refused() {
    check(|| {
        // A text of just the limit passes; a number is long enough with 20 octets.
        expect(&[b"+1234567890123456\r\n"], &[simple("1234567890123456")]);
        expect(
            &[b"+1234567890123456", b"\r", b"\n"],
            &[simple("1234567890123456")],
        );
        for (octets, limit) in [
            (&b"+12345678901234567"[..], LIMITS.bulk),
            (b"-12345678901234567\r\n", LIMITS.bulk),
            (b":000000000000000000001", 20),
            (b"$000000000000000000001", 20),
            (b"*000000000000000000001\r\n", 20),
        ] {
            let why = format!("a line of this kind has at most {limit} octets behind the first");
            expect_error(octets, Error::Line, &why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_line_that_does_not_end_is_refused() {
    check(|| {
        let why = "so many octets came, and no line end within those that a line may have";
        for kind in *b"+-:$*" {
            let octets = [&[kind][..], &[b'1'; 100]].concat();
            expect_error(&octets, Error::Line, why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_bulk_string_of_just_the_limit_passes() {
    check(|| {
        let octets = "1234567890123456";
        expect(&[b"$16\r\n1234567890123456\r\n"], &[bulk(octets)]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_bulk_string_over_the_limit_is_refused() {
    check(|| {
        let [length, limit] = [17, LIMITS.bulk];
        expect_error(
            b"$17\r\n12345678901234567\r\n",
            Error::TooLong { length, limit },
            "16 octets are allowed",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_bulk_string_over_the_limit_is_refused_at_once() {
    check(|| {
        let limit = LIMITS.bulk;
        let why = "16 octets are allowed, and the header alone says that there will be more";
        for (octets, length) in [
            (&b"$17\r\n"[..], 17),
            (b"*1\r\n$1000000000\r\n", 1_000_000_000),
            (
                b"$9223372036854775807\r\n",
                usize::try_from(i64::MAX).unwrap_or(usize::MAX),
            ),
        ] {
            let _note = note(|| format!("(the read was {})", show_octets(octets)));
            expect_error(octets, Error::TooLong { length, limit }, why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_announced_length_takes_no_memory() {
    check(|| expect_little_memory(b"$50000000\r\nx"));
}

#[test]
#[ignore = "exercise"]
fn an_announced_count_takes_no_memory() {
    check(|| expect_little_memory(b"*1000000\r\n:1\r\n"));
}

#[track_caller]
fn expect_little_memory(octets: &[u8]) {
    let mut decoder = RespDecoder::new(WIDE);
    let mut input = BytesMut::from(octets);
    let (got, usage) = heap::measure(|| decoder.decode(&mut input));
    assert!(
        got == Ok(None),
        "{} is not whole: expected Ok(None), got {got:?}",
        show_octets(octets)
    );
    const MOST: usize = 16 * 1024;
    assert!(
        usage.largest < MOST,
        "{} came, {} octets, and decode asked for more than {MOST} octets of memory at once. They \
         announce much, and may never keep it: take memory for what has come",
        show_octets(octets),
        octets.len()
    );
}

#[test]
#[ignore = "exercise"]
fn too_many_elements_are_refused_at_once() {
    check(|| {
        let limit = LIMITS.elements;
        expect_error(
            b"*9\r\n",
            Error::TooMany { elements: 9, limit },
            "8 elements are allowed, and the array alone announces 9",
        );
        expect(
            &[b"*8\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n"],
            &[Value::Array(vec![Value::Integer(1); 8])],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn elements_of_all_arrays_count_together() {
    check(|| {
        let limit = LIMITS.elements;
        expect_error(
            b"*5\r\n*3\r\n:1\r\n:1\r\n:1\r\n*1\r\n",
            Error::TooMany { elements: 9, limit },
            "8 elements are allowed. The arrays of this value announce 5, 3 and 1",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn elements_are_counted_for_each_value_anew() {
    check(|| {
        let five = || Value::Array(vec![Value::Integer(1); 5]);
        let octets = b"*5\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n".repeat(3);
        expect(&[&octets], &[five(), five(), five()]);
    });
}

#[test]
#[ignore = "exercise"]
fn arrays_of_just_the_depth_pass() {
    check(|| {
        let inner = || Value::Array(vec![Value::Array(vec![Value::Integer(1)])]);
        // Three deep, and next to each other: that makes it no deeper.
        expect(
            &[b"*2\r\n*1\r\n*1\r\n:1\r\n*1\r\n*1\r\n:1\r\n"],
            &[Value::Array(vec![inner(), inner()])],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn arrays_that_are_too_deep_are_refused_at_once() {
    check(|| {
        let limit = LIMITS.depth;
        let why = "a depth of 3 is allowed, and the last array has the depth 4";
        expect_error(b"*1\r\n*1\r\n*1\r\n*1\r\n", Error::TooDeep { limit }, why);
        expect_error(
            b"*1\r\n*1\r\n*2\r\n:1\r\n*1\r\n",
            Error::TooDeep { limit },
            why,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_array_has_a_depth_too() {
    check(|| {
        let limit = LIMITS.depth;
        let why = "a depth of 3 is allowed, and the empty array has the depth 4";
        expect_error(b"*1\r\n*1\r\n*1\r\n*0\r\n", Error::TooDeep { limit }, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_bomb_of_arrays_does_not_go_off() {
    check(|| {
        const LEVELS: usize = 10_000;
        on_a_large_stack(|| {
            let bomb = [&b"*1\r\n".repeat(LEVELS)[..], b":1\r\n"].concat();
            let limits = Limits { depth: 32, ..WIDE };
            let got = receive_within(limits, &[&bomb]);
            let refused = got == Err(Error::TooDeep { limit: 32 });
            assert!(
                refused,
                "{LEVELS} times \"*1\\r\\n\" came, {} octets: arrays in arrays, where a depth of 32 is \
                 allowed\n  expected  the error TooDeep {{ limit: 32 }}\n  got       {}\nA function that \
                 calls itself for each array fills the stack. This check has given you one of 256 MiB; \
                 a thread has 2 MiB, and when that is full, the whole server is gone, not only this \
                 peer",
                bomb.len(),
                show_result(&got)
            );
        });
    });
}

/// Runs `body` on a thread with so large a stack that a recursion for each of some
/// thousand levels ends with a value, and not with the end of this process.
fn on_a_large_stack(body: impl FnOnce() + Send + 'static) {
    const STACK: usize = 256 * 1024 * 1024;
    let name = thread::current().name().unwrap_or("check").to_owned();
    let thread = thread::Builder::new().name(name).stack_size(STACK);
    let done = thread.spawn(body).map(thread::JoinHandle::join);
    match done {
        Ok(Ok(())) => {}
        Ok(Err(panic)) => std::panic::resume_unwind(panic),
        Err(error) => panic!("no thread with a stack of {STACK} octets: {error}"),
    }
}

#[test]
#[ignore = "exercise"]
fn the_input_may_end_between_two_values() {
    check(|| {
        let mut input = BytesMut::new();
        let mut decoder = RespDecoder::new(LIMITS);
        let _ = receive(&mut decoder, &[b"*1\r\n$4\r\nQUIT\r\n"], &mut input);
        let got = decoder.end(&input);
        assert!(
            got == Ok(()),
            "the peer sent a whole command and closed, and {} is left of the input: expected Ok, but \
             end said {got:?}",
            show_octets(&input)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_input_may_not_end_inside_a_value() {
    check(|| expect_unfinished(b"$5\r\nhel"));
}

#[test]
#[ignore = "exercise"]
fn the_input_may_not_end_behind_a_header() {
    check(|| {
        expect_unfinished(b"$5\r\n");
        expect_unfinished(b"$0\r\n");
        expect_unfinished(b"$0\r\n\r");
    });
}

#[test]
#[ignore = "exercise"]
fn the_input_may_not_end_between_two_elements() {
    check(|| {
        expect_unfinished(b"*2\r\n$3\r\nDEL\r\n");
        expect_unfinished(b"*2\r\n");
    });
}

#[track_caller]
fn expect_unfinished(octets: &[u8]) {
    let mut input = BytesMut::new();
    let mut decoder = RespDecoder::new(LIMITS);
    let _ = receive(&mut decoder, &[octets], &mut input);
    let got = decoder.end(&input);
    assert!(
        got == Err(Error::Unfinished),
        "the peer sent {} and closed. That is no whole value, and {} was left in the input\n  expected  \
         Err(Unfinished)\n  got       {got:?}",
        show_octets(octets),
        show_octets(&input)
    );
}
