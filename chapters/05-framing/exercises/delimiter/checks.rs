use super::*;

use bytes::{Bytes, BytesMut};
use testkit::{check, every_split, heap, note};

/// Enough for every message below that is not meant to be too long.
const LIMIT: usize = 16;

fn lines() -> Delimited {
    Delimited::new(b'\n', LIMIT)
}

/// Hands in `pieces` one by one, as reads would, and takes out all messages that
/// there are after each. An error ends it.
fn receive(decoder: &mut Delimited, pieces: &[&[u8]]) -> Result<Vec<Bytes>, Error> {
    receive_into(decoder, pieces, &mut BytesMut::new())
}

/// The same, with an `input` that the caller looks at afterwards.
fn receive_into(
    decoder: &mut Delimited,
    pieces: &[&[u8]],
    input: &mut BytesMut,
) -> Result<Vec<Bytes>, Error> {
    let mut messages = Vec::new();
    let most: usize = pieces.iter().map(|piece| piece.len()).sum();
    for (number, piece) in pieces.iter().enumerate() {
        let come = &pieces[..=number];
        let _note = note(|| format!("(the reads up to here were  {})", show_reads(come)));
        input.extend_from_slice(piece);
        while let Some(message) = decoder.decode(input)? {
            messages.push(message);
            assert!(
                messages.len() <= most,
                "decode has returned {} messages, and there are {most} octets on the wire. It would \
                 never end: each message is taken off the front of the input, its delimiter too, \
                 but {} is still there, and the last message was {}",
                messages.len(),
                show(input),
                messages.last().map(|last| show(last)).unwrap_or_default()
            );
        }
    }
    Ok(messages)
}

/// Octets as text, with everything that can't be printed escaped.
fn show(octets: &[u8]) -> String {
    format!("\"{}\"", octets.escape_ascii())
}

fn show_all<T: AsRef<[u8]>>(messages: &[T]) -> String {
    match messages {
        [] => "no message".to_owned(),
        _ => messages
            .iter()
            .map(|message| show(message.as_ref()))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn show_reads(pieces: &[&[u8]]) -> String {
    pieces
        .iter()
        .map(|piece| show(piece))
        .collect::<Vec<_>>()
        .join(" | ")
}

#[track_caller]
fn expect(pieces: &[&[u8]], expected: &[&[u8]]) {
    let got = receive(&mut lines(), pieces);
    let reads = show_reads(pieces);
    match got {
        Ok(got) => assert!(
            got == expected,
            "the reads were  {reads}\n  expected  {}\n  got       {}",
            show_all(expected),
            show_all(&got)
        ),
        Err(error) => panic!(
            "the reads were  {reads}\n  expected  {}\n  got the error: {error}",
            show_all(expected)
        ),
    }
}

#[test]
#[ignore = "exercise"]
fn one_line_in_one_read() {
    check(|| expect(&[b"hello\n"], &[b"hello"]));
}

#[test]
#[ignore = "exercise"]
fn one_line_in_two_reads() {
    check(|| expect(&[b"hel", b"lo\n"], &[b"hello"]));
}

#[test]
#[ignore = "exercise"]
fn two_lines_in_one_read() {
    check(|| expect(&[b"one\ntwo\n"], &[b"one", b"two"]));
}

#[test]
#[ignore = "exercise"]
fn one_line_and_a_half_in_one_read() {
    check(|| expect(&[b"one\ntw", b"o\n"], &[b"one", b"two"]));
}

#[test]
#[ignore = "exercise"]
fn a_whole_line_does_not_wait_for_the_next() {
    check(|| expect(&[b"one\ntw"], &[b"one"]));
}

#[test]
#[ignore = "exercise"]
fn a_short_line_after_a_long_one() {
    check(|| expect(&[b"a longer line", b"\nab\n"], &[b"a longer line", b"ab"]));
}

#[test]
#[ignore = "exercise"]
fn a_line_may_be_empty() {
    check(|| expect(&[b"\n\n"], &[b"", b""]));
}

#[test]
#[ignore = "exercise"]
fn a_message_keeps_all_its_octets() {
    // A carriage return, blanks at both ends, and an octet that is not UTF-8.
    check(|| expect(&[b" a\x00\xff \r\n"], &[b" a\x00\xff \r"]));
}

#[test]
#[ignore = "exercise"]
fn the_delimiter_is_the_one_given() {
    check(|| {
        let got = receive(&mut Delimited::new(b',', LIMIT), &[b"a\nb,c,"]);
        let expected: &[&[u8]] = &[b"a\nb", b"c"];
        assert!(
            got.as_ref().is_ok_and(|got| got == expected),
            "\"a\\nb,c,\" with the delimiter ',': expected {}, got {got:?}",
            show_all(expected)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn every_way_to_cut_the_octets() {
    check(|| {
        for split in every_split(b"GET\n\na longer line\nPUT\n") {
            expect(&split, &[b"GET", b"", b"a longer line", b"PUT"]);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_line_of_just_the_limit_passes() {
    check(|| {
        let line = [b'x'; LIMIT];
        expect(&[&line, b"\n"], &[&line]);
    });
}

#[test]
#[ignore = "exercise"]
fn the_limit_is_for_one_line() {
    check(|| {
        // Each is within the limit; all together are not.
        let line = [b'x'; LIMIT - 1];
        let read = [&line[..], b"\n", &line, b"\n", &line, b"\n"].concat();
        expect(&[&read], &[&line, &line, &line]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_whole_line_over_the_limit_is_refused() {
    check(|| {
        let read = [&[b'x'; LIMIT + 1][..], b"\n"].concat();
        let got = receive(&mut lines(), &[&read]);
        assert!(
            matches!(got, Err(Error::TooLong { .. })),
            "a line of {} octets where {LIMIT} are allowed, whole in one read: expected the error \
             TooLong, got {got:?}",
            LIMIT + 1
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_flood_without_delimiter_is_refused() {
    check(|| {
        const FLOOD: usize = 4 * LIMIT;
        let flood = [&b"x"[..]; FLOOD];
        let got = receive(&mut lines(), &flood);
        assert!(
            matches!(got, Err(Error::TooLong { .. })),
            "{FLOOD} octets have come where a line may have {LIMIT}, and no delimiter. A peer that \
             never sends one could go on like this until there is no memory left: expected the \
             error TooLong, got {}",
            match got {
                Ok(messages) if messages.is_empty() => "None from each call".to_owned(),
                Ok(messages) => show_all(&messages),
                Err(error) => format!("{error:?}"),
            }
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_first_octet_over_the_limit_is_refused() {
    check(|| {
        let mut decoder = lines();
        let mut input = BytesMut::new();
        for octets in 1..=LIMIT + 1 {
            input.extend_from_slice(b"x");
            let got = decoder.decode(&mut input);
            if octets <= LIMIT {
                assert!(
                    got == Ok(None),
                    "{octets} octets have come, one a read, and no delimiter; the line may still \
                     keep to the limit of {LIMIT}: expected Ok(None), got {got:?}"
                );
            } else {
                assert!(
                    matches!(got, Err(Error::TooLong { .. })),
                    "{octets} octets have come, one a read, and no delimiter. Whatever comes next, \
                     the line has more than {LIMIT}: expected the error TooLong now, got {got:?}"
                );
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_error_says_the_limit() {
    check(|| {
        let flood = [b'x'; 2 * LIMIT];
        let whole = [&flood[..], b"\n"].concat();
        for read in [&flood[..], &whole] {
            let got = receive(&mut lines(), &[read]);
            // Whether it is an error at all is asked by others.
            let Err(Error::TooLong { limit }) = got else {
                continue;
            };
            assert!(
                limit == LIMIT,
                "{} octets were read where {LIMIT} are allowed\n  expected  Err(TooLong {{ limit: \
                 {LIMIT} }})\n  got       Err(TooLong {{ limit: {limit} }})",
                read.len()
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn any_limit_is_a_limit() {
    check(|| {
        let _note = note(|| "(the limit was usize::MAX: none at all)".to_owned());
        let got = receive(&mut Delimited::new(b'\n', usize::MAX), &[b"hel", b"lo\n"]);
        assert!(
            got.as_ref().is_ok_and(|got| got == &[&b"hello"[..]]),
            "the limit is usize::MAX, and the reads were  \"hel\" | \"lo\\n\"\n  expected  \
             \"hello\"\n  got       {}",
            match got {
                Ok(messages) => show_all(&messages),
                Err(error) => format!("the error: {error}"),
            }
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_line_that_is_not_whole_stays_in_the_input() {
    check(|| {
        let mut input = BytesMut::new();
        let got = receive_into(&mut lines(), &[b"one\ntw"], &mut input);
        // What was returned is asked by others.
        if got.is_ok_and(|got| got == [&b"one"[..]]) {
            assert!(
                input[..] == b"tw"[..],
                "the read was  \"one\\ntw\"\n  expected in input afterwards  \"tw\"\n  got           \
                 \x20              {}\n(the caller appends to it, and hands what is left of it to `end`)",
                show(&input)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn no_octet_is_looked_at_twice() {
    check(|| {
        let mut decoder = lines();
        let mut input = BytesMut::from(&b"aaaaaaaa"[..]);
        let got = decoder.decode(&mut input);
        assert!(
            got == Ok(None),
            "no delimiter yet: expected Ok(None), got {got:?}"
        );
        // A trap. The decoder has been here and found no delimiter. If it finds
        // one now, it has come back to look again. One that moved the octets away
        // can't be caught like this; that it may not is asked by another check.
        if input.len() != 8 {
            return;
        }
        input[..4].fill(b'\n');
        input.extend_from_slice(b"b\n");
        let got = decoder.decode(&mut input);
        let line = match &got {
            Ok(Some(line)) => Some(&line[..]),
            _ => None,
        };
        assert!(
            line.is_none_or(|line| !line.is_empty()),
            "after \"aaaaaaaa\" came \"b\\n\". The search for the delimiter should go on where it \
             stopped, at offset 8. It looked again at octets that it had seen: a line of 64 KiB \
             that comes octet by octet would take 2,147,516,416 looks instead of 65,536. (To see \
             this, the check wrote delimiters over the first 4 octets; the decoder found \
             the first of them.)"
        );
        assert!(
            line.is_some_and(|line| line.ends_with(b"aaaab")),
            "\"aaaaaaaa\" came, and decode looked for the delimiter in it. Then the check wrote \
             delimiters over the first 4 octets, where nobody should look again, and \"b\\n\" \
             came\n  expected  \"\\n\\n\\n\\naaaab\"\n  got       {}",
            line.map_or_else(|| format!("{got:?}"), show)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_search_copies_nothing() {
    check(|| {
        const LONG: usize = 32 * 1024;
        let mut decoder = Delimited::new(b'\n', 2 * LONG);
        let mut input = BytesMut::with_capacity(2 * LONG);
        input.resize(LONG, b'x');
        let _ = decoder.decode(&mut input);
        input.extend_from_slice(b"y");
        let (_, usage) = heap::measure(|| decoder.decode(&mut input));
        assert!(
            usage.largest < LONG,
            "{LONG} octets of a line were there, 1 more came, and decode asked for {} octets of \
             memory. To look for the delimiter, nothing need be copied; a line that comes octet \
             by octet would be copied at each of them",
            usage.largest
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_message_is_not_copied() {
    check(|| {
        const LONG: usize = 32 * 1024;
        let mut decoder = Delimited::new(b'\n', 2 * LONG);
        let mut input = BytesMut::with_capacity(2 * LONG);
        input.resize(LONG, b'x');
        input.extend_from_slice(b"\n");
        let (got, usage) = heap::measure(|| decoder.decode(&mut input));
        assert!(
            usage.largest < LONG,
            "a line of {LONG} octets was there, and decode asked for {} of memory to return {}. The \
             octets are in `input` already: `split_to` and `freeze` hand them out without a copy",
            match usage.largest {
                LONG => "as much".to_owned(),
                more => format!("{more} octets"),
            },
            match got {
                Ok(Some(message)) if message.len() == LONG => "it".to_owned(),
                Ok(Some(message)) => format!("{} octets", message.len()),
                Ok(None) => "None".to_owned(),
                Err(error) => format!("the error: {error}"),
            }
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_input_may_end_after_a_line() {
    check(|| {
        let mut decoder = lines();
        let mut input = BytesMut::new();
        let _ = receive_into(&mut decoder, &[b"bye\n"], &mut input);
        let got = decoder.end(&input);
        assert!(
            got == Ok(()),
            "the peer sent \"bye\\n\" and closed, and {} is left of the input: expected Ok, but end \
             said {got:?}",
            show(&input)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_input_may_not_end_inside_a_line() {
    check(|| {
        let mut decoder = lines();
        let mut input = BytesMut::new();
        let _ = receive_into(&mut decoder, &[b"DELETE /tmp"], &mut input);
        let got = decoder.end(&input);
        assert!(
            got == Err(Error::Unfinished { octets: 11 }),
            "the peer sent \"DELETE /tmp\" without a delimiter and closed. It may have meant \
             \"DELETE /tmp/old\". {} was left in the input\n  expected  Err(Unfinished {{ octets: 11 \
             }})\n  got       {got:?}",
            show(&input)
        );
    });
}
