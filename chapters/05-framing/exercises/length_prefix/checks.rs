use super::*;

use bytes::{Bytes, BytesMut};
use testkit::{assert_octets, check, every_split, heap, hex, note};

/// Enough for every message below that is not meant to be too long.
const LIMIT: usize = 100_000;

fn codec() -> LengthPrefixed {
    LengthPrefixed::new(LIMIT)
}

/// Hands in `pieces` one by one, as reads would, and takes out all messages that
/// there are after each. An error ends it.
fn receive(decoder: &mut LengthPrefixed, pieces: &[&[u8]]) -> Result<Vec<Bytes>, Error> {
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
                "decode has returned {} messages, and there are {most} octets on the wire. It would \
                 never end: each message is taken off the front of the input, its header too, but \
                 {} is still there",
                messages.len(),
                if input.is_empty() {
                    "nothing".to_owned()
                } else {
                    short(&input)
                }
            );
        }
    }
    Ok(messages)
}

/// Octets in hexadecimal, and of many the first and their number.
fn short(octets: &[u8]) -> String {
    const SHOWN: usize = 24;
    match octets.get(..SHOWN) {
        Some(first) if octets.len() > SHOWN => {
            format!("{} ... ({} octets)", hex(first), octets.len())
        }
        _ => hex(octets),
    }
}

fn show_all<T: AsRef<[u8]>>(messages: &[T]) -> String {
    match messages {
        [] => "no message".to_owned(),
        _ => messages
            .iter()
            .map(|message| format!("\"{}\"", message.as_ref().escape_ascii()))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn show_reads(pieces: &[&[u8]]) -> String {
    let reads: Vec<String> = pieces.iter().map(|piece| short(piece)).collect();
    reads.join(" | ")
}

#[track_caller]
fn expect(pieces: &[&[u8]], expected: &[&[u8]]) {
    let got = receive(&mut codec(), pieces);
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
fn decodes_hello() {
    check(|| expect(&[b"\x00\x00\x00\x05hello"], &[b"hello"]));
}

#[test]
#[ignore = "exercise"]
fn encodes_hello() {
    check(|| {
        let mut output = BytesMut::new();
        let result = codec().encode(b"hello", &mut output);
        assert!(result == Ok(()), "expected Ok, got {result:?}");
        assert_octets(
            &output,
            b"\x00\x00\x00\x05hello",
            &[("length", 4), ("payload", 5)],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn encodes_an_empty_message() {
    check(|| {
        let mut output = BytesMut::new();
        let result = codec().encode(b"", &mut output);
        assert!(result == Ok(()), "expected Ok, got {result:?}");
        assert_octets(&output, b"\x00\x00\x00\x00", &[("length", 4)]);
    });
}

#[test]
#[ignore = "exercise"]
fn encoding_appends_to_what_is_there() {
    check(|| {
        let mut output = BytesMut::new();
        for payload in [&b"one"[..], b"", b"two"] {
            let result = codec().encode(payload, &mut output);
            assert!(result == Ok(()), "expected Ok, got {result:?}");
        }
        assert_octets(
            &output,
            b"\x00\x00\x00\x03one\x00\x00\x00\x00\x00\x00\x00\x03two",
            &[
                ("length", 4),
                ("payload", 3),
                ("length", 4),
                ("length", 4),
                ("payload", 3),
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_header_in_two_reads() {
    check(|| expect(&[b"\x00\x00", b"\x00\x02hi"], &[b"hi"]));
}

#[test]
#[ignore = "exercise"]
fn a_read_that_ends_behind_the_header() {
    check(|| expect(&[b"\x00\x00\x00\x05", b"hello"], &[b"hello"]));
}

#[test]
#[ignore = "exercise"]
fn a_payload_in_two_reads() {
    check(|| expect(&[b"\x00\x00\x00\x06pay", b"ing"], &[b"paying"]));
}

#[test]
#[ignore = "exercise"]
fn what_is_not_whole_stays_in_the_input() {
    check(|| {
        let read = b"\x00\x00\x00\x06pay";
        let mut input = BytesMut::from(&read[..]);
        let got = codec().decode(&mut input);
        // What was returned is asked by others.
        if got == Ok(None) {
            assert!(
                input[..] == read[..],
                "the read was  {}\n  expected in input afterwards  the same, for it is no whole \
                 message\n  got                           {}",
                hex(read),
                short(&input)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn two_messages_in_one_read() {
    check(|| {
        expect(
            &[b"\x00\x00\x00\x03one\x00\x00\x00\x03two"],
            &[b"one", b"two"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_whole_message_does_not_wait_for_the_next() {
    check(|| expect(&[b"\x00\x00\x00\x03one\x00\x00"], &[b"one"]));
}

#[test]
#[ignore = "exercise"]
fn an_empty_message_does_not_wait_for_the_next() {
    check(|| expect(&[b"\x00\x00\x00\x00"], &[b""]));
}

#[test]
#[ignore = "exercise"]
fn a_message_may_be_empty() {
    check(|| expect(&[b"\x00\x00\x00\x00\x00\x00\x00\x01x"], &[b"", b"x"]));
}

#[test]
#[ignore = "exercise"]
fn every_way_to_cut_the_octets() {
    check(|| {
        let wire = b"\x00\x00\x00\x02hi\x00\x00\x00\x00\x00\x00\x00\x06\x00\x00\x00\x01ab";
        for split in every_split(wire) {
            expect(&split, &[b"hi", b"", b"\x00\x00\x00\x01ab"]);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn all_four_octets_of_the_length_count() {
    check(|| {
        // What needs one octet, two, and three.
        for length in [0xff_usize, 0x01_00, 0xff_ff, 0x01_00_00] {
            let payload = vec![b'x'; length];
            let mut wire = BytesMut::new();
            let result = codec().encode(&payload, &mut wire);
            assert!(
                result == Ok(()),
                "{length} octets: expected Ok, got {result:?}"
            );
            let got = receive(&mut codec(), &[&wire]);
            assert!(
                got.as_ref().is_ok_and(|got| *got == [&payload[..]]),
                "a payload of {length} octets of 'x' was encoded behind the header {} and decoded \
                 again\n  expected  one message, those {length} octets\n  got       {}",
                hex(&wire[..wire.len().min(4)]),
                match got {
                    Ok(got) if got.is_empty() => "no message".to_owned(),
                    Ok(got) => {
                        let lengths: Vec<usize> = got.iter().map(Bytes::len).collect();
                        format!("messages of these lengths: {lengths:?}")
                    }
                    Err(error) => format!("the error: {error}"),
                }
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_message_of_just_the_limit_passes() {
    check(|| {
        let mut codec = LengthPrefixed::new(3);
        let mut wire = BytesMut::from(&b"\x00\x00\x00\x02ab"[..]);
        let got = codec.decode(&mut wire);
        assert!(
            got == Ok(Some(Bytes::from_static(b"ab"))),
            "2 octets where 3 are allowed: expected the message \"ab\", got {got:?}"
        );
        let mut wire = BytesMut::from(&b"\x00\x00\x00\x03abc"[..]);
        let got = codec.decode(&mut wire);
        assert!(
            got == Ok(Some(Bytes::from_static(b"abc"))),
            "3 octets where 3 are allowed: expected the message \"abc\", got {got:?}"
        );
        let mut output = BytesMut::new();
        let got = codec.encode(b"abc", &mut output);
        assert!(
            got == Ok(()),
            "encoding 3 octets where 3 are allowed: expected Ok, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_header_over_the_limit_is_refused_at_once() {
    check(|| {
        let mut input = BytesMut::from(&b"\x00\x00\x00\x04"[..]);
        let got = LengthPrefixed::new(3).decode(&mut input);
        assert!(
            got == Err(Error::TooLong {
                length: 4,
                limit: 3
            }),
            "the header 00 00 00 04 has come, nothing of its payload, and 3 octets are allowed. \
             Waiting for more can't make it right: expected the error TooLong, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_header_costs_no_memory() {
    check(|| {
        const ANNOUNCED: usize = 0x0400_0000;
        let mut decoder = codec();
        let mut input = BytesMut::from(&b"\x04\x00\x00\x00"[..]);
        let (_, usage) = heap::measure(|| decoder.decode(&mut input));
        assert!(
            usage.largest <= LIMIT,
            "asked for {} octets because a header said {ANNOUNCED}, where {LIMIT} \
             are allowed. A peer that sends 4 octets on each of 1,024 connections would cost \
             you 64 GiB",
            usage.largest
        );
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_too_long_is_not_sent() {
    check(|| {
        let mut output = BytesMut::new();
        let got = LengthPrefixed::new(3).encode(b"abcd", &mut output);
        assert!(
            got == Err(Error::TooLong {
                length: 4,
                limit: 3
            }),
            "4 octets where 3 are allowed: expected the error TooLong, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_refused_message_leaves_no_trace() {
    check(|| {
        let mut output = BytesMut::from(&b"\x00\x00\x00\x01a"[..]);
        let _ = LengthPrefixed::new(3).encode(b"abcd", &mut output);
        assert_octets(
            &output,
            b"\x00\x00\x00\x01a",
            &[("length", 4), ("payload", 1)],
        );
    });
}

/// What `end` says when the peer has sent `wire` and closed.
fn end_after(wire: &[u8]) -> Result<(), Error> {
    let mut decoder = codec();
    let mut input = BytesMut::from(wire);
    let mut messages = 0;
    while let Ok(Some(_)) = decoder.decode(&mut input) {
        messages += 1;
        assert!(
            messages <= wire.len(),
            "decode returns messages without end from {}",
            hex(wire)
        );
    }
    decoder.end(&input)
}

#[test]
#[ignore = "exercise"]
fn the_input_may_end_after_a_message() {
    check(|| {
        let got = end_after(b"\x00\x00\x00\x03bye");
        assert!(
            got == Ok(()),
            "the peer sent a whole message and closed: all is well, but end said {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_input_may_not_end_inside_a_header() {
    check(|| {
        let got = end_after(b"\x00\x00");
        assert!(
            got == Err(Error::Unfinished { octets: 2 }),
            "the peer sent 00 00 of a header and closed: expected the error Unfinished with 2 \
             octets, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_input_may_not_end_inside_a_payload() {
    check(|| {
        let got = end_after(b"\x00\x00\x00\x05hel");
        assert!(
            got == Err(Error::Unfinished { octets: 7 }),
            "the peer announced 5 octets, sent \"hel\" and closed: expected the error \
             Unfinished with 7 octets, got {got:?}"
        );
    });
}
