use super::*;

use bytes::{Bytes, BytesMut};
use testkit::{check, every_split, note};

/// Limits that nothing here comes near, unless it is meant to.
const WIDE: Limits = Limits {
    octets: 1 << 20,
    lines: 1 << 10,
};

/// Octets as text, with everything that can't be printed escaped; of many the first.
fn show(octets: &[u8]) -> String {
    const SHOWN: usize = 100;
    match octets.get(..SHOWN) {
        Some(first) if octets.len() > SHOWN => {
            format!("\"{}\" ... ({} octets)", first.escape_ascii(), octets.len())
        }
        _ => format!("\"{}\"", octets.escape_ascii()),
    }
}

fn show_all(values: &[&[u8]]) -> String {
    match values {
        [] => "none".to_owned(),
        _ => {
            let values: Vec<String> = values.iter().map(|value| show(value)).collect();
            values.join(", ")
        }
    }
}

/// What a call has said, in the words of the task.
fn show_result(result: &Result<Option<ResponseHead>, Error>) -> String {
    match result {
        Ok(None) => "Ok(None)".to_owned(),
        Ok(Some(head)) => format!(
            "minor {}, status {}, reason {}, fields {}",
            head.minor,
            head.status,
            show(&head.reason),
            show_lines(&head.fields)
        ),
        Err(error) => format!("Err({error:?})"),
    }
}

fn show_lines(fields: &Fields) -> String {
    let lines: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}: {}", show(value)))
        .collect();
    match &lines[..] {
        [] => "none".to_owned(),
        _ => lines.join(" | "),
    }
}

fn read_within(limits: &Limits, input: &mut BytesMut) -> Result<Option<ResponseHead>, Error> {
    let octets = input.clone();
    let _note = note(|| format!("(the input was  {})", show(&octets)));
    decode(input, limits)
}

fn read(wire: &[u8]) -> Result<Option<ResponseHead>, Error> {
    read_within(&WIDE, &mut BytesMut::from(wire))
}

/// A head that can be read, or the check is over.
#[track_caller]
fn head(wire: &[u8]) -> ResponseHead {
    match read(wire) {
        Ok(Some(head)) => head,
        other => panic!(
            "the input was  {}\n  expected  a head\n  got       {}",
            show(wire),
            show_result(&other)
        ),
    }
}

#[track_caller]
fn expect(wire: &[u8], minor: u8, status: u16, reason: &[u8], lines: &[(&str, &[u8])]) {
    let got = read(wire);
    let mut fields = Fields::default();
    for (name, value) in lines {
        let pushed = fields.push(name, value.to_vec());
        assert!(
            pushed == Ok(()),
            "push({name:?}, {}): expected Ok(()), got {pushed:?}",
            show(value)
        );
    }
    let expected = Ok(Some(ResponseHead {
        minor,
        status,
        reason: Bytes::copy_from_slice(reason),
        fields,
    }));
    assert!(
        got == expected,
        "the input was  {}\n  expected  {}\n  got       {}",
        show(wire),
        show_result(&expected),
        show_result(&got)
    );
}

#[track_caller]
fn refuse(wire: &[u8], expected: Error, why: &str) {
    let got = read(wire);
    assert!(
        got == Err(expected),
        "the input was  {}\n  expected  Err({expected:?}), because {why}\n  got       {}",
        show(wire),
        show_result(&got)
    );
}

#[track_caller]
fn expect_all(fields: &Fields, name: &str, expected: &[&[u8]]) {
    let got = fields.all(name);
    assert!(
        got == expected,
        "the lines were  {}\n  all({name:?})\n  expected  {}\n  got       {}",
        show_lines(fields),
        show_all(expected),
        show_all(&got)
    );
}

#[track_caller]
fn expect_first(fields: &Fields, name: &str, expected: Option<&[u8]>) {
    let got = fields.first(name);
    let show = |value: Option<&[u8]>| value.map_or("None".to_owned(), show);
    assert!(
        got == expected,
        "the lines were  {}\n  first({name:?})\n  expected  {}\n  got       {}",
        show_lines(fields),
        show(expected),
        show(got)
    );
}

#[test]
#[ignore = "exercise"]
fn a_status_line_and_an_empty_line() {
    check(|| expect(b"HTTP/1.1 200 OK\r\n\r\n", 1, 200, b"OK", &[]));
}

#[test]
#[ignore = "exercise"]
fn a_field() {
    check(|| {
        expect(
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
            1,
            200,
            b"OK",
            &[("Content-Length", b"5")],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_version_and_the_status_are_read() {
    check(|| {
        expect(b"HTTP/1.0 404 Not Found\r\n\r\n", 0, 404, b"Not Found", &[]);
        // A higher minor version is read like the highest that one knows (RFC 9110, section 2.5).
        expect(b"HTTP/1.9 200 OK\r\n\r\n", 9, 200, b"OK", &[]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_reason_may_be_missing() {
    check(|| {
        expect(b"HTTP/1.1 200 \r\n\r\n", 1, 200, b"", &[]);
        expect(b"HTTP/1.1 200\r\n\r\n", 1, 200, b"", &[]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_reason_may_be_in_any_encoding() {
    check(|| {
        expect(
            b"HTTP/1.1 404 Nicht  gefunden\t\xfc\r\n\r\n",
            1,
            404,
            b"Nicht  gefunden\t\xfc",
            &[],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn another_first_line_is_no_status_line() {
    check(|| {
        for line in [
            "SSH-2.0-OpenSSH_9.2",
            "220 mail.example.org ESMTP",
            "http/1.1 200 OK",
            "HTTP/2.0 200 OK",
            "HTTP/1.10 200 OK",
            "HTTP/1. 200 OK",
            "HTTP/1.x 200 OK",
            "HTTP/1.1",
            "",
        ] {
            let wire = format!("{line}\r\nServer: x\r\n\r\n");
            refuse(
                wire.as_bytes(),
                Error::StatusLine,
                "a status line begins with HTTP/1. and a digit",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_status_is_three_digits() {
    check(|| {
        for status in ["20", "2000", "20x", "+20", "-20", "abc", "", "２００"] {
            let wire = format!("HTTP/1.1 {status} OK\r\n\r\n");
            refuse(
                wire.as_bytes(),
                Error::StatusLine,
                "a status is three of the digits 0 to 9",
            );
        }
        expect(b"HTTP/1.1 099 Odd\r\n\r\n", 1, 99, b"Odd", &[]);
        expect(b"HTTP/1.1 999 Odd\r\n\r\n", 1, 999, b"Odd", &[]);
    });
}

#[test]
#[ignore = "exercise"]
fn single_spaces_part_a_status_line() {
    check(|| {
        for line in [
            "HTTP/1.1  200 OK",
            "HTTP/1.1\t200 OK",
            " HTTP/1.1 200 OK",
            "HTTP/1.1 200\tOK",
            "HTTP/1.1 200OK",
        ] {
            let wire = format!("{line}\r\n\r\n");
            refuse(
                wire.as_bytes(),
                Error::StatusLine,
                "there is one space before the status, and one behind it",
            );
        }
        expect(b"HTTP/1.1 200  OK\r\n\r\n", 1, 200, b" OK", &[]);
    });
}

#[test]
#[ignore = "exercise"]
fn the_body_stays_in_the_input() {
    check(|| {
        for body in [&b"hello"[..], b"\r\n\r\nhello", b"a\nb\n\nc"] {
            let wire = [&b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"[..], body].concat();
            let mut input = BytesMut::from(&wire[..]);
            let got = read_within(&WIDE, &mut input);
            assert!(
                matches!(got, Ok(Some(_))) && input == body,
                "the input was  {}\n  expected  a head, and then in the input  {}\n  got       {}, \
                 and then in the input  {}",
                show(&wire),
                show(body),
                show_result(&got),
                show(&input)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_is_taken_until_the_head_is_whole() {
    check(|| {
        let wire = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
        for end in 0..wire.len() {
            let mut input = BytesMut::from(&wire[..end]);
            let got = read_within(&WIDE, &mut input);
            assert!(
                got == Ok(None) && input == wire[..end],
                "the input was  {}\n  expected  Ok(None), and the same in the input\n  got       \
                 {}, and in the input  {}",
                show(&wire[..end]),
                show_result(&got),
                show(&input)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn every_way_to_cut_the_octets() {
    check(|| {
        let wire = b"HTTP/1.1 200 OK\r\nA: b\r\nC:d\r\n\r\nhello";
        for split in every_split(wire) {
            let mut input = BytesMut::new();
            let mut heads = 0;
            for piece in split.iter() {
                input.extend_from_slice(piece);
                if heads == 0 {
                    match read_within(&WIDE, &mut input) {
                        Ok(None) => {}
                        Ok(Some(_)) => heads += 1,
                        Err(error) => panic!(
                            "the reads were  {split}\n  expected  a head\n  got       {error:?}"
                        ),
                    }
                }
            }
            assert!(
                heads == 1 && input == b"hello"[..],
                "the reads were  {split}\n  expected  a head, and then in the input  \"hello\"\n  \
                 got       {heads} heads, and then in the input  {}",
                show(&input)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_line_feed_alone_ends_no_line() {
    check(|| {
        for wire in [
            &b"HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n"[..],
            b"HTTP/1.1 200 OK\nA: b\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nA: b\r\n\nhello\r\n\r\n",
        ] {
            refuse(wire, Error::LineEnd, "an LF stands there without a CR");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_line_feed_alone_is_refused_when_it_comes() {
    check(|| {
        for wire in [
            &b"HTTP/1.1 200 OK\r\nA: b\n"[..],
            b"HTTP/1.1 200 OK\nA: b\n\n",
            b"HTTP/1.1 200 OK\r\nA: b\r\n\n",
            b"\n",
        ] {
            refuse(
                wire,
                Error::LineEnd,
                "an LF stands there without a CR, and who waits for CR LF CR LF waits for ever",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_carriage_return_alone_is_refused() {
    check(|| {
        for wire in [
            &b"HTTP/1.1 200 OK\r\nA: b\rSet-Cookie: c=d\r\n\r\n"[..],
            b"HTTP/1.1 200 O\rK\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nA: b\r\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nA\r: b\r\n\r\n",
        ] {
            refuse(wire, Error::LineEnd, "a CR stands there without an LF");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn blanks_around_a_value_are_no_part_of_it() {
    check(|| {
        expect(
            b"HTTP/1.1 200 OK\r\nA:b\r\nC: \t d  e \t\r\nF:\r\nG: \r\n\r\n",
            1,
            200,
            b"OK",
            &[("A", b"b"), ("C", b"d  e"), ("F", b""), ("G", b"")],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_value_goes_on_behind_a_second_colon() {
    check(|| {
        expect(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:8080/:\r\n\r\n",
            1,
            302,
            b"Found",
            &[("Location", b"http://127.0.0.1:8080/:")],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_value_may_be_in_any_encoding() {
    check(|| {
        expect(
            b"HTTP/1.1 200 OK\r\nA: \xe9\xff\tb\r\n\r\n",
            1,
            200,
            b"OK",
            &[("A", b"\xe9\xff\tb")],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_control_character_in_a_value_is_refused() {
    check(|| {
        for octet in (0..0x20).chain([0x7f]) {
            if [b'\t', b'\r', b'\n'].contains(&octet) {
                continue;
            }
            for value in [vec![b'a', octet, b'b'], vec![octet], vec![b'a', octet]] {
                let wire = [b"HTTP/1.1 200 OK\r\nA: ", &value[..], b"\r\n\r\n"].concat();
                refuse(
                    &wire,
                    Error::FieldValue,
                    "a control character is in the value",
                );
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_control_character_in_the_reason_is_refused() {
    check(|| {
        for octet in [0x00, 0x07, 0x1b, 0x7f] {
            let wire = [b"HTTP/1.1 200 O", &[octet][..], b"K\r\n\r\n"].concat();
            refuse(
                &wire,
                Error::StatusLine,
                "a control character is in the reason",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_space_before_the_colon_is_refused() {
    check(|| {
        for line in [
            "Content-Length : 5",
            "Content-Length\t: 5",
            "Content Length: 5",
        ] {
            let wire = format!("HTTP/1.1 200 OK\r\n{line}\r\n\r\n");
            refuse(
                wire.as_bytes(),
                Error::FieldName,
                "a name is a token, and no token has a blank",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_name_is_a_token() {
    check(|| {
        for line in [
            &b": b"[..],
            b"no colon",
            b"A(B): c",
            b"\"A\": b",
            b"A\0: b",
            b"\xc3\xa4: b",
            b"\xe4: b",
        ] {
            let wire = [b"HTTP/1.1 200 OK\r\n", line, b"\r\n\r\n"].concat();
            refuse(
                &wire,
                Error::FieldName,
                "there is no colon, or what stands before it is no token",
            );
        }
        expect(
            b"HTTP/1.1 200 OK\r\n!#$%&'*+-.^_`|~9z: b\r\n\r\n",
            1,
            200,
            b"OK",
            &[("!#$%&'*+-.^_`|~9z", b"b")],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_folded_line_is_refused() {
    check(|| {
        for wire in [
            &b"HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n"[..],
            b"HTTP/1.1 200 OK\r\nA: b\r\n\tC: d\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nA: b\r\n \r\n\r\n",
        ] {
            refuse(
                wire,
                Error::Folded,
                "a line begins with a blank, and some would append it to the line before",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_folded_line_may_be_the_first_too() {
    check(|| {
        refuse(
            b"HTTP/1.1 200 OK\r\n A: b\r\n\r\n",
            Error::Folded,
            "a line begins with a blank, and some would append it to the status line",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_name_is_found_in_capitals_or_not() {
    check(|| {
        let head = head(b"HTTP/1.1 200 OK\r\nCONTENT-length: 5\r\n\r\n");
        for name in ["Content-Length", "content-length", "CONTENT-length"] {
            expect_first(&head.fields, name, Some(b"5"));
            expect_all(&head.fields, name, &[b"5"]);
        }
        expect_first(&head.fields, "Content", None);
        expect_all(&head.fields, "Content-Lengths", &[]);
    });
}

#[test]
#[ignore = "exercise"]
fn all_lines_of_a_name_are_kept() {
    check(|| {
        let wire = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nAge: 0\r\nset-cookie: b=2, c\r\n\
                     SET-COOKIE: a=3\r\n\r\n";
        let head = head(wire);
        expect_all(&head.fields, "Set-Cookie", &[b"a=1", b"b=2, c", b"a=3"]);
        expect_first(&head.fields, "Set-Cookie", Some(b"a=1"));
        expect_all(&head.fields, "Age", &[b"0"]);
    });
}

#[test]
#[ignore = "exercise"]
fn lines_stay_in_order_with_names_as_they_came() {
    check(|| {
        let head = head(b"HTTP/1.1 200 OK\r\nb: 1\r\nA: 2\r\nB: 3\r\n\r\n");
        let got = show_lines(&head.fields);
        assert!(
            got == "b: \"1\" | A: \"2\" | B: \"3\"",
            "the lines b: 1, A: 2 and B: 3 came in this order, and iter() gives  {got}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn push_refuses_what_a_head_may_not_have() {
    check(|| {
        let mut fields = Fields::default();
        for (name, value, expected) in [
            ("Location", "/\r\nSet-Cookie: a=b", Error::FieldValue),
            ("Location", "/\nSet-Cookie: a=b", Error::FieldValue),
            ("Location", "/\r", Error::FieldValue),
            ("Location", "/\0", Error::FieldValue),
            ("Location: /\r\nSet-Cookie", "a=b", Error::FieldName),
            ("Content-Length ", "5", Error::FieldName),
            ("", "5", Error::FieldName),
        ] {
            let got = fields.push(name, value);
            assert!(
                got == Err(expected),
                "push({name:?}, {value:?})\n  expected  Err({expected:?}): whatever is pushed goes \
                 on the wire as one line\n  got       {got:?}"
            );
        }
        let lines = fields.iter().count();
        assert!(
            lines == 0,
            "push has refused everything, and {lines} lines are there"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_head_of_just_the_limit_passes() {
    check(|| {
        let wire = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
        let limits = Limits {
            octets: 25,
            lines: 2,
        };
        let got = read_within(&limits, &mut BytesMut::from(&wire[..]));
        assert!(
            matches!(got, Ok(Some(_))),
            "a head of 25 octets in 2 lines where a head may have 25 octets and 2 lines: expected \
             a head, got {}",
            show_result(&got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_limit_is_not_for_the_body() {
    check(|| {
        let wire = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nand a body that is longer\r\nthan that\r\n";
        let limits = Limits {
            octets: 30,
            lines: 3,
        };
        let got = read_within(&limits, &mut BytesMut::from(&wire[..]));
        assert!(
            matches!(got, Ok(Some(_))),
            "a head of 25 octets in 2 lines, and the beginning of a body, where a head may have 30 \
             octets and 3 lines: expected a head, got {}",
            show_result(&got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_head_over_the_limit_is_refused() {
    check(|| {
        let wire = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
        // In a line of it, and with the empty line alone.
        for octets in [20, 24] {
            let limits = Limits {
                octets,
                lines: 1 << 10,
            };
            let got = read_within(&limits, &mut BytesMut::from(&wire[..]));
            assert!(
                got == Err(Error::TooLong { limit: octets }),
                "a head of 25 octets where {octets} are allowed, its empty line counted: expected \
                 Err(TooLong), got {}",
                show_result(&got)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_head_without_end_is_refused() {
    check(|| {
        for (name, wire) in [
            ("one line without end", &b"HTTP/1.1 200 OKOKOKOKOKOK"[..]),
            ("lines without end", b"HTTP/1.1 200 OK\r\nA: b\r\nC:"),
        ] {
            let limits = Limits {
                octets: 24,
                lines: 1 << 10,
            };
            let got = read_within(&limits, &mut BytesMut::from(wire));
            assert!(
                got == Err(Error::TooLong { limit: 24 }),
                "{name}: 25 octets have come where 24 are allowed, and a peer could go on like \
                 this until there is no memory left\n  expected  Err(TooLong)\n  got       {}",
                show_result(&got)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn too_many_lines_are_refused() {
    check(|| {
        for (name, wire) in [
            (
                "a head of 3 lines",
                &b"HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\n\r\n"[..],
            ),
            (
                "3 lines of a head that goes on",
                b"HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\n",
            ),
        ] {
            let limits = Limits {
                octets: 1 << 20,
                lines: 2,
            };
            let got = read_within(&limits, &mut BytesMut::from(wire));
            assert!(
                got == Err(Error::TooManyLines { limit: 2 }),
                "{name} where 2 are allowed\n  expected  Err(TooManyLines)\n  got       {}",
                show_result(&got)
            );
        }
    });
}
