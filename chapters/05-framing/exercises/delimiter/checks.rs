use super::*;

use bytes::{Bytes, BytesMut};
use testkit::{check, every_split, note};

/// Enough for every message below that is not meant to be too long.
const LIMIT: usize = 16;

fn lines() -> Delimited {
    Delimited::new(b'\n', LIMIT)
}

/// Hands in `pieces` one by one, as reads would, and takes out all messages that
/// there are after each. An error ends it.
fn receive(decoder: &mut Delimited, pieces: &[&[u8]]) -> Result<Vec<Bytes>, Error> {
    let mut input = BytesMut::new();
    let mut messages = Vec::new();
    let most: usize = pieces.iter().map(|piece| piece.len()).sum();
    for (number, piece) in pieces.iter().enumerate() {
        let come = &pieces[..=number];
        let _note = note(|| format!("(the reads up to here were  {})", show_reads(come)));
        input.extend_from_slice(piece);
        while let Some(message) = decoder.decode(&mut input)? {
            messages.push(message);
            assert!(
                messages.len() <= most,
                "there are {most} octets on the wire, and decode has returned {} messages: \
                 it takes nothing off the input",
                messages.len()
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
            got == Err(Error::TooLong { limit: LIMIT }),
            "a line of {} octets where {LIMIT} are allowed: expected the error TooLong, got {got:?}",
            LIMIT + 1
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_flood_without_delimiter_is_refused() {
    check(|| {
        let mut decoder = lines();
        let mut input = BytesMut::new();
        for octets in 1..=LIMIT + 1 {
            input.extend_from_slice(b"x");
            let got = decoder.decode(&mut input);
            if octets <= LIMIT {
                assert!(
                    got == Ok(None),
                    "after {octets} octets the line may still keep to the limit of {LIMIT}: \
                     expected Ok(None), got {got:?}"
                );
            } else {
                assert!(
                    got == Err(Error::TooLong { limit: LIMIT }),
                    "{octets} octets have come where a line may have {LIMIT}, and a peer that \
                     never sends the delimiter could go on like this until there is no memory \
                     left: expected the error TooLong now, got {got:?}"
                );
            }
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
        assert_eq!(
            input.len(),
            8,
            "the octets of a message that is not whole stay in the input"
        );

        // A trap. The decoder has been here and found no delimiter. If it finds
        // one now, it has come back to look again.
        input[..4].fill(b'\n');
        input.extend_from_slice(b"b\n");
        let got = decoder.decode(&mut input);
        assert!(
            got.as_ref()
                .is_ok_and(|got| got.as_ref().is_some_and(|line| line.ends_with(b"aaaab"))),
            "after \"aaaaaaaa\" came \"b\\n\". The search for the delimiter should go on where it \
             stopped, at offset 8. It looked again at octets that it had seen: a line of 64 KiB \
             that comes octet by octet would take 2,147,516,416 looks instead of 65,536. (To see \
             this, the check wrote delimiters over the first 4 octets; the decoder found \
             them: {got:?}.)"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_input_may_end_after_a_line() {
    check(|| {
        let mut decoder = lines();
        let mut input = BytesMut::from(&b"bye\n"[..]);
        while let Ok(Some(_)) = decoder.decode(&mut input) {}
        let got = decoder.end(b"");
        assert!(
            got == Ok(()),
            "the peer sent \"bye\\n\" and closed: all is well, but end said {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_input_may_not_end_inside_a_line() {
    check(|| {
        let mut decoder = lines();
        let mut input = BytesMut::from(&b"DELETE /tmp"[..]);
        while let Ok(Some(_)) = decoder.decode(&mut input) {}
        let got = decoder.end(b"DELETE /tmp");
        assert!(
            got == Err(Error::Unfinished { octets: 11 }),
            "the peer sent \"DELETE /tmp\" without a delimiter and closed. It may have meant \
             \"DELETE /tmp/old\". Expected the error Unfinished with 11 octets, got {got:?}"
        );
    });
}
