use super::*;

use bytes::{Bytes, BytesMut};
use testkit::{assert_octets, check, every_split, hex, note};

/// Enough for every message below that is not meant to be too long.
const LIMIT: usize = 100_000;

fn chunks() -> Chunks {
    Chunks::new(LIMIT)
}

/// Hands in `pieces` one by one, as reads would, and takes out all messages that
/// there are after each. An error ends it.
fn receive(decoder: &mut Chunks, pieces: &[&[u8]]) -> Result<Vec<Bytes>, Error> {
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
                 never end: each message is taken off the front of the input, its empty chunk too, but \
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
    let got = receive(&mut chunks(), pieces);
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
fn a_message_in_one_chunk() {
    check(|| expect(&[b"\x00\x05hello\x00\x00"], &[b"hello"]));
}

#[test]
#[ignore = "exercise"]
fn a_message_in_two_chunks() {
    check(|| expect(&[b"\x00\x03hel\x00\x02lo\x00\x00"], &[b"hello"]));
}

#[test]
#[ignore = "exercise"]
fn a_chunk_alone_is_no_message() {
    check(|| expect(&[b"\x00\x05hello"], &[]));
}

#[test]
#[ignore = "exercise"]
fn a_message_may_be_empty() {
    check(|| expect(&[b"\x00\x00"], &[b""]));
}

#[test]
#[ignore = "exercise"]
fn a_header_in_two_reads() {
    check(|| expect(&[b"\x00", b"\x02hi\x00", b"\x00"], &[b"hi"]));
}

#[test]
#[ignore = "exercise"]
fn a_chunk_in_two_reads() {
    check(|| expect(&[b"\x00\x05he", b"llo\x00\x00"], &[b"hello"]));
}

#[test]
#[ignore = "exercise"]
fn zeros_inside_a_chunk_end_nothing() {
    // All four octets of this chunk have come, and no empty chunk behind it.
    check(|| expect(&[b"\x00\x04ab", b"\x00\x00"], &[]));
}

#[test]
#[ignore = "exercise"]
fn whole_chunks_are_taken_off_the_input() {
    check(|| {
        let mut input = BytesMut::from(&b"\x00\x03hel\x00"[..]);
        let got = chunks().decode(&mut input);
        assert!(
            got == Ok(None),
            "on the wire  00 03 68 65 6c 00\n  expected  Ok(None)\n  got       {got:?}"
        );
        assert!(
            input.len() <= 1,
            "a whole chunk has come, 00 03 68 65 6c, and the first octet of the next header. After \
             decode there is still {} in the input: the next call has to go through that chunk \
             again, and a message of n chunks costs n² steps. Take it, and remember its octets",
            hex(&input)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn one_message_after_another() {
    check(|| {
        expect(
            &[b"\x00\x03one\x00\x00", b"\x00\x03two\x00\x00"],
            &[b"one", b"two"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn two_messages_in_one_read() {
    check(|| {
        expect(
            &[b"\x00\x03one\x00\x00\x00\x03two\x00\x00"],
            &[b"one", b"two"],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn what_follows_a_message_stays_in_the_input() {
    check(|| {
        let mut input = BytesMut::from(&b"\x00\x02hi\x00\x00\x00\x03two"[..]);
        let got = chunks().decode(&mut input);
        assert!(
            got == Ok(Some(Bytes::from_static(b"hi"))),
            "on the wire  00 02 68 69 00 00 00 03 74 77 6f\n  expected  \"hi\"\n  got       {got:?}"
        );
        assert_octets(&input, b"\x00\x03two", &[("length", 2), ("chunk", 3)]);
    });
}

#[test]
#[ignore = "exercise"]
fn every_way_to_cut_the_octets() {
    check(|| {
        let wire = b"\x00\x02on\x00\x01e\x00\x00\x00\x00\x00\x04\x00\x00\x00\x01\x00\x00";
        for split in every_split(wire) {
            expect(&split, &[b"one", b"", b"\x00\x00\x00\x01"]);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_chunk_may_have_65535_octets() {
    check(|| {
        let chunk = vec![b'x'; 0xffff];
        let wire = [b"\xff\xff", &chunk[..], b"\x00\x00"].concat();
        let got = receive(&mut chunks(), &[&wire]);
        assert!(
            got.as_ref().is_ok_and(|got| *got == [&chunk[..]]),
            "a chunk behind the header ff ff: expected a message of 65535 octets, got {}",
            match got {
                Ok(got) => {
                    let lengths: Vec<usize> = got.iter().map(Bytes::len).collect();
                    format!("messages of these lengths: {lengths:?}")
                }
                Err(error) => format!("the error: {error}"),
            }
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_message_of_just_the_limit_passes() {
    check(|| {
        let got = receive(&mut Chunks::new(4), &[b"\x00\x03abc\x00\x01d\x00\x00"]);
        assert!(
            got == Ok(vec![Bytes::from_static(b"abcd")]),
            "chunks of 3 and 1 octets where 4 are allowed: expected \"abcd\", got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_limit_is_for_one_message() {
    check(|| {
        let wire = b"\x00\x03abc\x00\x00\x00\x03def\x00\x00";
        let got = receive(&mut Chunks::new(4), &[wire]);
        assert!(
            got == Ok(vec![Bytes::from_static(b"abc"), Bytes::from_static(b"def")]),
            "two messages of 3 octets where each may have 4: expected \"abc\", \"def\", got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_chunk_over_the_limit_is_refused_at_its_header() {
    check(|| {
        let mut input = BytesMut::from(&b"\x00\x05"[..]);
        let got = Chunks::new(4).decode(&mut input);
        assert!(
            got == Err(Error::TooLong {
                length: 5,
                limit: 4
            }),
            "the header 00 05 has come, nothing of its chunk, and 4 octets are allowed: \
             expected the error TooLong with the length 5, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn small_chunks_without_end_are_refused() {
    check(|| {
        let mut decoder = Chunks::new(4);
        let mut input = BytesMut::new();
        for number in 1..=5 {
            input.extend_from_slice(b"\x00\x01x");
            let got = decoder.decode(&mut input);
            if number <= 4 {
                assert!(
                    got == Ok(None),
                    "{number} chunks of 1 octet where a message may have 4 octets: expected \
                     Ok(None), got {got:?}"
                );
            } else {
                assert!(
                    got == Err(Error::TooLong {
                        length: 5,
                        limit: 4
                    }),
                    "each chunk has 1 octet, but this is the fifth where a message may have 4 \
                     octets, and a peer could go on like this until there is no memory left: \
                     expected the error TooLong with the length 5, got {got:?}"
                );
            }
        }
    });
}

/// What `end` says when the peer has sent `pieces` and closed.
fn end_after(pieces: &[&[u8]]) -> Result<(), Error> {
    let mut decoder = chunks();
    let mut input = BytesMut::new();
    for piece in pieces {
        input.extend_from_slice(piece);
        let mut messages = 0;
        while let Ok(Some(_)) = decoder.decode(&mut input) {
            messages += 1;
            assert!(
                messages <= piece.len(),
                "decode returns messages without end from {}",
                hex(piece)
            );
        }
    }
    decoder.end(&input)
}

#[test]
#[ignore = "exercise"]
fn the_input_may_end_after_a_message() {
    check(|| {
        let got = end_after(&[b"\x00\x03bye\x00\x00"]);
        assert!(
            got == Ok(()),
            "the peer sent a whole message and closed: all is well, but end said {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_input_may_end_after_an_empty_message() {
    check(|| {
        for pieces in [&[&b"\x00\x00"[..]][..], &[b"\x00", b"\x00"]] {
            let got = end_after(pieces);
            assert!(
                got == Ok(()),
                "the reads were  {}\nThat is a whole message, of no octets, and then the peer \
                 closed: all is well, but end said {got:?}",
                show_reads(pieces)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_input_may_not_end_inside_a_header() {
    check(|| {
        let got = end_after(&[b"\x00"]);
        assert!(
            got == Err(Error::Unfinished),
            "the peer sent 00, one octet of two of a header, and closed: expected the error \
             Unfinished, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_input_may_not_end_behind_a_header() {
    check(|| {
        let got = end_after(&[b"\x00\x05"]);
        assert!(
            got == Err(Error::Unfinished),
            "the peer announced a chunk of 5 octets, sent none of them and closed: expected the \
             error Unfinished, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_input_may_not_end_inside_a_chunk() {
    check(|| {
        let got = end_after(&[b"\x00\x05hel"]);
        assert!(
            got == Err(Error::Unfinished),
            "the peer announced a chunk of 5 octets, sent \"hel\" and closed: expected the \
             error Unfinished, got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_input_may_not_end_between_two_chunks() {
    check(|| {
        let got = end_after(&[b"\x00\x05hello"]);
        assert!(
            got == Err(Error::Unfinished),
            "the peer sent a whole chunk, no empty one, and closed. More was to come: expected \
             the error Unfinished, got {got:?}"
        );
    });
}
