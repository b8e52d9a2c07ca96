use super::*;

use bytes::BytesMut;
use http_client::response_head::{self, Fields};
use testkit::{check, every_split, note};

/// Limits that nothing here comes near, unless it is meant to.
fn wide() -> Limits {
    Limits {
        body: 1 << 40,
        extensions: 1 << 10,
        trailers: response_head::Limits {
            octets: 1 << 10,
            lines: 10,
        },
    }
}

/// Octets as text, with everything that can't be printed escaped; of many the first.
fn show_octets(octets: &[u8]) -> String {
    const SHOWN: usize = 60;
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

/// What came out of a decoder: the octets of all `Data` together, the trailers as text if
/// there was an `End`, and what is left in the input.
#[derive(Debug, PartialEq, Eq)]
struct Received {
    data: Vec<u8>,
    end: Option<String>,
    left: Vec<u8>,
}

impl std::fmt::Display for Received {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "data {}, ", show_octets(&self.data))?;
        match self.end.as_deref() {
            None => write!(f, "no end")?,
            Some("") => write!(f, "the end")?,
            Some(trailers) => write!(f, "the end with {trailers}")?,
        }
        write!(f, ", in the input {}", show_octets(&self.left))
    }
}

fn lines(fields: &Fields) -> String {
    let lines = fields.iter();
    let lines: Vec<String> = lines
        .map(|(name, value)| format!("{name}: {}", value.escape_ascii()))
        .collect();
    lines.join(" | ")
}

/// Hands in `pieces` one by one, as reads would, and takes out all parts that there are
/// after each, up to the end of the body. An error ends it.
fn receive(limits: Limits, pieces: &[&[u8]]) -> Result<Received, Error> {
    let mut decoder = ChunkedDecoder::new(limits);
    let mut input = BytesMut::new();
    let mut received = Received {
        data: Vec::new(),
        end: None,
        left: Vec::new(),
    };
    for (number, piece) in pieces.iter().enumerate() {
        let come = &pieces[..=number];
        let _note = note(|| format!("(the reads up to here were  {})", show_reads(come)));
        input.extend_from_slice(piece);
        while received.end.is_none() {
            match decoder.decode(&mut input)? {
                None => break,
                Some(Part::End(trailers)) => received.end = Some(lines(&trailers)),
                Some(Part::Data(data)) => {
                    assert!(
                        !data.is_empty(),
                        "decode has returned Data without octets: who waits for None calls again, \
                         and again"
                    );
                    received.data.extend_from_slice(&data);
                }
            }
        }
    }
    received.left = input.to_vec();
    Ok(received)
}

fn show(result: &Result<Received, Error>) -> String {
    match result {
        Ok(received) => received.to_string(),
        Err(error) => format!("Err({error:?})"),
    }
}

#[track_caller]
fn compare(pieces: &[&[u8]], got: &Result<Received, Error>, expected: &Result<Received, Error>) {
    assert!(
        got == expected,
        "the reads were  {}\n  expected  {}\n  got       {}",
        show_reads(pieces),
        show(expected),
        show(got)
    );
}

/// The whole of a body comes out of `pieces`, and nothing else is there.
#[track_caller]
fn expect(pieces: &[&[u8]], data: &[u8]) {
    let expected = Received {
        data: data.to_vec(),
        end: Some(String::new()),
        left: Vec::new(),
    };
    compare(pieces, &receive(wide(), pieces), &Ok(expected));
}

/// So much has come out after `pieces`, and the body isn't whole.
#[track_caller]
fn expect_part(pieces: &[&[u8]], data: &[u8], left: &[u8]) {
    let expected = Received {
        data: data.to_vec(),
        end: None,
        left: left.to_vec(),
    };
    compare(pieces, &receive(wide(), pieces), &Ok(expected));
}

#[track_caller]
fn refuse_within(limits: Limits, wire: &[u8], expected: Error, why: &str) {
    let got = receive(limits, &[wire]);
    assert!(
        got == Err(expected),
        "on the wire  {}\n  expected  Err({expected:?}), because {why}\n  got       {}",
        show_octets(wire),
        show(&got)
    );
}

#[track_caller]
fn refuse(wire: &[u8], expected: Error, why: &str) {
    refuse_within(wide(), wire, expected, why);
}

#[test]
#[ignore = "exercise"]
fn a_body_in_one_chunk() {
    check(|| expect(&[b"5\r\nhello\r\n0\r\n\r\n"], b"hello"));
}

#[test]
#[ignore = "exercise"]
fn a_body_in_two_chunks() {
    check(|| expect(&[b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"], b"hello"));
}

#[test]
#[ignore = "exercise"]
fn a_body_may_be_empty() {
    check(|| expect(&[b"0\r\n\r\n"], b""));
}

#[test]
#[ignore = "exercise"]
fn sizes_are_hexadecimal() {
    check(|| {
        let octets = [b'x'; 0x1f];
        for size in ["1f", "1F", "001f", "000000000000001F"] {
            let wire = [size.as_bytes(), b"\r\n", &octets, b"\r\n0\r\n\r\n"].concat();
            expect(&[&wire], &octets);
        }
        let wire = [b"10\r\n", &octets[..0x10], b"\r\n0\r\n\r\n"].concat();
        expect(&[&wire], &octets[..0x10]);
    });
}

#[test]
#[ignore = "exercise"]
fn any_size_of_zero_is_the_last() {
    check(|| {
        for last in ["00", "0000000000000000", "0;last"] {
            let wire = format!("1\r\na\r\n{last}\r\n\r\n");
            expect(&[wire.as_bytes()], b"a");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn octets_of_a_chunk_may_be_any() {
    check(|| {
        expect(
            &[b"9\r\n\r\n0\r\n\r\n0\r\r\n0\r\n\r\n"],
            b"\r\n0\r\n\r\n0\r",
        )
    });
}

#[test]
#[ignore = "exercise"]
fn a_chunk_is_not_awaited() {
    check(|| {
        expect_part(&[b"5\r\nhel"], b"hel", b"");
        expect_part(&[b"ffffffff\r\n", b"hel"], b"hel", b"");
        expect_part(&[b"5\r\nhello"], b"hello", b"");
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_but_the_last_chunk_ends_a_body() {
    check(|| {
        expect_part(&[b"5\r\nhello\r\n"], b"hello", b"");
        expect_part(&[b"5\r\nhello\r\n0"], b"hello", b"0");
        // What is taken of these, and when, is the decoder's business.
        for wire in [
            &b"1\r\na\r\n0\r\n"[..],
            b"1\r\na\r\n0\r\n\r",
            b"1\r\na\r\n0\r\nA: b\r\n",
        ] {
            let got = receive(wide(), &[wire]);
            assert!(
                got.as_ref().is_ok_and(|got| got.end.is_none()),
                "on the wire  {}\n  expected  no end, because the empty line behind the trailers \
                 is missing\n  got       {}",
                show_octets(wire),
                show(&got)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_extension_is_passed_over() {
    check(|| {
        for extension in [
            ";a",
            ";a=b",
            ";a=\"b;c\"",
            ";a=b;c=d",
            " ;a",
            "\t; a = b",
            ";5",
            ";",
        ] {
            let wire = format!("5{extension}\r\nhello\r\n0{extension}\r\n\r\n");
            expect(&[wire.as_bytes()], b"hello");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn no_octet_of_an_extension_is_searched_twice() {
    check(|| {
        let mut decoder = ChunkedDecoder::new(wide());
        let mut input = BytesMut::from(&b"3;aaaaaaaa"[..]);
        let got = decoder.decode(&mut input);
        assert!(
            got == Ok(None),
            "\"3;aaaaaaaa\" came, and the line has no end yet: expected Ok(None), got {got:?}"
        );
        // A trap. The decoder has been here and found no line end. If it finds one now,
        // it has come back to look again.
        if input.len() < 8 {
            return;
        }
        let first = input.len() - 8;
        input[first..first + 4].copy_from_slice(b"\r\n\r\n");
        input.extend_from_slice(b"b");
        let got = decoder.decode(&mut input);
        assert!(
            got == Ok(None),
            "after \"3;aaaaaaaa\" came \"b\". The search for the line's end should go on where it \
             stopped. It looked again at octets that it had seen. (To see this, the check wrote \
             CR LF over the first of them, and the decoder found that: it gave {got:?}.) An \
             extension that comes octet by octet would cost the square of its length"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_sign_is_refused() {
    check(|| {
        for size in ["+5", "-5", "+0", "-0"] {
            let wire = format!("{size}\r\nhello\r\n0\r\n\r\n");
            refuse(
                wire.as_bytes(),
                Error::Size,
                "a size has digits and nothing else",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_no_size_is_refused() {
    check(|| {
        for size in ["", "0x5", "g", "5g", "5_0", "5.", "five", ";a", "5,", "５"] {
            let wire = format!("{size}\r\nhello\r\n0\r\n\r\n");
            refuse(
                wire.as_bytes(),
                Error::Size,
                "a size has hexadecimal digits and nothing else, one at least",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_blank_beside_the_digits_is_refused() {
    check(|| {
        for size in ["5 ", " 5", "5\t", "5 5", "5 a", "5 \t"] {
            let wire = format!("{size}\r\nhello\r\n0\r\n\r\n");
            refuse(
                wire.as_bytes(),
                Error::Size,
                "a blank may stand there only if an extension follows",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_size_of_too_many_digits_is_refused() {
    check(|| {
        for size in [
            "10000000000000000",
            "10000000000000005",
            "fffffffffffffffff",
            "00000000000000005",
        ] {
            let wire = format!("{size}\r\nhello\r\n0\r\n\r\n");
            refuse(wire.as_bytes(), Error::Size, "a size has 16 digits at most");
        }
        let got = receive(wide(), &[&[b'0'; 1 << 12]]);
        assert!(
            got.is_err(),
            "4096 zeros have come and no end of the line, and a peer could go on like this until \
             there is no memory left: expected an error, got {}",
            show(&got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_line_feed_alone_ends_no_size() {
    check(|| {
        for wire in [
            &b"5\nhello\r\n0\r\n\r\n"[..],
            b"5\r\nhello\r\n0\n\r\n",
            b"5;a\nhello\r\n0\r\n\r\n",
        ] {
            refuse(wire, Error::LineEnd, "an LF stands there without a CR");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_control_character_in_an_extension_is_refused() {
    check(|| {
        for octet in [b'\r', 0x00, 0x07, 0x1b, 0x7f] {
            let wire = [b"5;a", &[octet][..], b"b\r\nhello\r\n0\r\n\r\n"].concat();
            refuse(
                &wire,
                Error::Extension,
                "a control character is in the extension",
            );
        }
        expect(&[b"5;a\tb=\xe9\r\nhello\r\n0\r\n\r\n"], b"hello");
    });
}

#[test]
#[ignore = "exercise"]
fn a_chunk_is_no_longer_than_its_size() {
    check(|| {
        for wire in [
            // What a decoder says that passes over two octets doesn't depend on how it is written.
            &b"5\r\nhello!!0\r\n\r\n"[..],
            b"5\r\nhello!\r\n0\r\n\r\n",
            b"5\r\nhello0\r\n\r\n",
            b"5\r\nhello\n0\r\n\r\n",
            b"5\r\nhello\n\n0\r\n\r\n",
            b"5\r\nhello\r0\r\n\r\n",
        ] {
            refuse(
                wire,
                Error::End,
                "no CR LF stands behind the 5 octets of the chunk",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn trailers_are_no_part_of_the_body() {
    check(|| {
        let wire = b"5\r\nhello\r\n0\r\nDigest-Of: all\r\nTook:  3 ms \r\n\r\n";
        let expected = Received {
            data: b"hello".to_vec(),
            end: Some("Digest-Of: all | Took: 3 ms".to_owned()),
            left: Vec::new(),
        };
        compare(&[wire], &receive(wide(), &[wire]), &Ok(expected));
    });
}

#[test]
#[ignore = "exercise"]
fn trailers_are_read_as_strictly_as_heads() {
    check(|| {
        for (line, error) in [
            ("A : b\r\n", response_head::Error::FieldName),
            ("no colon\r\n", response_head::Error::FieldName),
            ("A: b\r\n c\r\n", response_head::Error::Folded),
            ("A: b\n", response_head::Error::LineEnd),
            ("A: \0\r\n", response_head::Error::FieldValue),
        ] {
            let wire = format!("1\r\na\r\n0\r\n{line}\r\n");
            refuse(
                wire.as_bytes(),
                Error::Trailer(error),
                "this is no line of a head either",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn trailers_have_a_limit() {
    check(|| {
        let limits = Limits {
            trailers: response_head::Limits {
                octets: 8,
                lines: 2,
            },
            ..wide()
        };
        for (wire, error) in [
            (
                &b"0\r\nA: bcdefgh"[..],
                response_head::Error::TooLong { limit: 8 },
            ),
            (
                b"0\r\nA:\r\nB:\r\nC:",
                response_head::Error::TooLong { limit: 8 },
            ),
        ] {
            refuse_within(
                limits,
                wire,
                Error::Trailer(error),
                "trailers may have 8 octets",
            );
        }
        let limits = Limits {
            trailers: response_head::Limits {
                octets: 1 << 10,
                lines: 2,
            },
            ..wide()
        };
        refuse_within(
            limits,
            b"0\r\nA:\r\nB:\r\nC:\r\n",
            Error::Trailer(response_head::Error::TooManyLines { limit: 2 }),
            "trailers may have 2 lines",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn what_follows_the_body_stays_in_the_input() {
    check(|| {
        for next in ["HTTP/1.1 200 OK\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n", "\r\n"] {
            let wire = format!("1\r\na\r\n0\r\nA: b\r\n\r\n{next}");
            let expected = Received {
                data: b"a".to_vec(),
                end: Some("A: b".to_owned()),
                left: next.as_bytes().to_vec(),
            };
            let pieces = [wire.as_bytes()];
            compare(&pieces, &receive(wide(), &pieces), &Ok(expected));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn every_way_to_cut_the_octets() {
    check(|| {
        let wire = b"3\r\none\r\n0A ;x=\"y\"\r\n0123\r\n0\r\n\r\r\n0\r\nA: b\r\n\r\nnext";
        for split in every_split(wire) {
            let expected = Received {
                data: b"one0123\r\n0\r\n\r".to_vec(),
                end: Some("A: b".to_owned()),
                left: b"next".to_vec(),
            };
            compare(&split, &receive(wide(), &split), &Ok(expected));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_body_of_just_the_limit_passes() {
    check(|| {
        let limits = Limits { body: 5, ..wide() };
        let wire = b"3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n";
        let got = receive(limits, &[wire]);
        assert!(
            got.as_ref()
                .is_ok_and(|got| got.data == b"hello" && got.end.is_some()),
            "chunks of 3 and 2 octets where 5 are allowed\n  expected  data \"hello\", the end\n  \
             got       {}",
            show(&got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_body_over_the_limit_is_refused() {
    check(|| {
        for wire in [
            &b"6\r\nhello!\r\n0\r\n\r\n"[..],
            b"3\r\nhel\r\n3\r\nlo!\r\n0\r\n\r\n",
        ] {
            let limits = Limits { body: 5, ..wide() };
            refuse_within(
                limits,
                wire,
                Error::TooLong { limit: 5 },
                "a body may have 5 octets, and 6 are there",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_size_over_the_limit_is_refused_at_once() {
    check(|| {
        for size in ["6", "ffffffffffffffff"] {
            let wire = format!("{size}\r\n");
            let limits = Limits { body: 5, ..wide() };
            refuse_within(
                limits,
                wire.as_bytes(),
                Error::TooLong { limit: 5 },
                "a body may have 5 octets",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_limit_is_for_all_chunks_together() {
    check(|| {
        let limits = Limits { body: 5, ..wide() };
        refuse_within(
            limits,
            b"3\r\nhel\r\n3\r\n",
            Error::TooLong { limit: 5 },
            "3 and 3 are more than 5",
        );
        // Added in 64 bits, these two are 4.
        refuse_within(
            limits,
            b"5\r\nhello\r\nffffffffffffffff\r\n",
            Error::TooLong { limit: 5 },
            "the second chunk alone is more than 5",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn extensions_of_just_the_limit_pass() {
    check(|| {
        let limits = Limits {
            extensions: 6,
            ..wide()
        };
        let got = receive(limits, &[b"1;ab\r\na\r\n000;cd\r\n\r\n"]);
        assert!(
            got.as_ref()
                .is_ok_and(|got| got.data == b"a" && got.end.is_some()),
            "two extensions of 3 octets, the semicolon counted, where 6 are allowed\n  expected  \
             data \"a\", the end\n  got       {}",
            show(&got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_extension_over_the_limit_is_refused() {
    check(|| {
        let limits = Limits {
            extensions: 6,
            ..wide()
        };
        refuse_within(
            limits,
            b"1;abcdefghijkl\r\na\r\n",
            Error::ExtensionsTooLong { limit: 6 },
            "extensions may have 6 octets",
        );
        let endless = [b"1;", &[b'x'; 1 << 10][..]].concat();
        refuse_within(
            limits,
            &endless,
            Error::ExtensionsTooLong { limit: 6 },
            "extensions may have 6 octets, and a peer could go on like this without ever ending \
             the line",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn semicolons_and_blanks_count() {
    check(|| {
        for wire in [
            &b"1;abcdef\r\na\r\n"[..],
            b"1 ;abcde\r\na\r\n",
            b"1;ab\r\na\r\n1;cd\r\nb\r\n1;\r\nc\r\n",
        ] {
            let limits = Limits {
                extensions: 6,
                ..wide()
            };
            refuse_within(
                limits,
                wire,
                Error::ExtensionsTooLong { limit: 6 },
                "extensions may have 6 octets, and what is between the digits and CR LF has 7",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn extensions_are_counted_together() {
    check(|| {
        let limits = Limits {
            extensions: 6,
            ..wide()
        };
        refuse_within(
            limits,
            b"1;abc\r\na\r\n1;def\r\nb\r\n1;ghi\r\nc\r\n",
            Error::ExtensionsTooLong { limit: 6 },
            "4, 4 and 4 octets are more than 6, and each octet of a body could bring an extension \
             along",
        );
    });
}
