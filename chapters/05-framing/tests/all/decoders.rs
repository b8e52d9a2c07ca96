//! What holds for every decoder of the chapter, whatever comes: the same messages
//! however the octets are cut, no panic, no memory beyond the limit, no loop; and
//! the same again behind a stream, blocking or not.

use std::io::{self, ErrorKind, Write};

use bytes::{Bytes, BytesMut};
use framing::chunks::Chunks;
use framing::delimiter::Delimited;
use framing::length_prefix::{HEADER, LengthPrefixed};
use framing::{ChunkWriter, Codec, Decode, Messages};
use futures_util::{SinkExt, TryStreamExt};
use proptest::prelude::*;
use testkit::{Counted, Step, Trickle, every_split, heap};
use tokio_util::codec::{
    AnyDelimiterCodec, Decoder, FramedRead, FramedWrite, LengthDelimitedCodec,
};

/// Small, so that arbitrary octets often reach it.
const LIMIT: usize = 64;
/// The most octets that are handed in at a time.
const PIECE: usize = 256;

/// What a decoder made of its input: the messages, and how it ended.
type Outcome = (Vec<Bytes>, Result<(), ErrorKind>);

/// Hands in the pieces one by one, takes out all messages after each, and ends.
fn decode_all<'a, D>(mut decoder: D, pieces: impl IntoIterator<Item = &'a [u8]>) -> Outcome
where
    D: Decode<Message = Bytes>,
{
    let mut input = BytesMut::new();
    let mut messages = Vec::new();
    for piece in pieces {
        input.extend_from_slice(piece);
        loop {
            let before = input.len();
            match decoder.decode(&mut input) {
                Ok(Some(message)) => {
                    assert!(input.len() < before, "a message that cost no octet");
                    messages.push(message);
                }
                Ok(None) => break,
                Err(error) => return (messages, Err(error.into().kind())),
            }
        }
    }
    let end = decoder.end(&input).map_err(|error| error.into().kind());
    (messages, end)
}

/// The decoders under test, by name, each through the same eyes.
fn every_decoder(mut see: impl FnMut(&str, &dyn Fn(&[&[u8]]) -> Outcome)) {
    see("Delimited", &|pieces| {
        decode_all(Delimited::new(b'\n', LIMIT), pieces.iter().copied())
    });
    see("LengthPrefixed", &|pieces| {
        decode_all(LengthPrefixed::new(LIMIT), pieces.iter().copied())
    });
    see("Chunks", &|pieces| {
        decode_all(Chunks::new(LIMIT), pieces.iter().copied())
    });
}

/// Octets among which delimiters, small lengths and ends of chunks are frequent.
fn hostile() -> impl Strategy<Value = Vec<u8>> {
    let octet = prop_oneof![
        4 => Just(0u8),
        2 => 1u8..8,
        1 => Just(b'\n'),
        2 => any::<u8>(),
    ];
    prop::collection::vec(octet, 0..PIECE)
}

fn messages(limit: usize) -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(prop::collection::vec(any::<u8>(), 0..=limit), 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_octets_neither_panic_nor_loop_nor_depend_on_the_cuts(
        octets in hostile(),
        cuts in prop::collection::vec(1usize..16, 1..32),
    ) {
        let mut rest = &octets[..];
        let mut pieces = Vec::new();
        for &cut in cuts.iter().cycle() {
            if rest.is_empty() {
                break;
            }
            let (piece, others) = rest.split_at(cut.min(rest.len()));
            pieces.push(piece);
            rest = others;
        }
        every_decoder(|name, decode| {
            assert_eq!(decode(&pieces), decode(&[&octets]), "{name}, cut as {pieces:?}");
        });
    }

    #[test]
    fn arbitrary_octets_cost_no_more_memory_than_they_are_plus_the_limit(octets in hostile()) {
        every_decoder(|name, decode| {
            let (_, usage) = heap::measure(|| decode(&[&octets]));
            // What was handed in, in a buffer that doubles; the message under
            // way, in another; and a list of the messages.
            let allowed = 4 * PIECE + 4 * LIMIT + PIECE * size_of::<Bytes>() * 2;
            assert!(usage.peak <= allowed, "{name}: {usage:?} for {octets:?}");
        });
    }

    #[test]
    fn messages_with_a_delimiter_come_back(sent in messages(LIMIT)) {
        let mut wire = Vec::new();
        let mut clean = Vec::new();
        for message in sent {
            let message: Vec<u8> = message.into_iter().filter(|&octet| octet != b'\n').collect();
            wire.extend_from_slice(&message);
            wire.push(b'\n');
            clean.push(Bytes::from(message));
        }
        let got = decode_all(Delimited::new(b'\n', LIMIT), [&wire[..]]);
        prop_assert_eq!(got, (clean, Ok(())));
    }

    #[test]
    fn messages_behind_a_length_come_back(sent in messages(LIMIT)) {
        let codec = LengthPrefixed::new(LIMIT);
        let mut wire = BytesMut::new();
        for message in &sent {
            prop_assert_eq!(codec.encode(message, &mut wire), Ok(()));
        }
        let sent: Vec<Bytes> = sent.into_iter().map(Bytes::from).collect();
        prop_assert_eq!(decode_all(codec, [&wire[..]]), (sent, Ok(())));
    }

    #[test]
    fn messages_in_chunks_come_back(
        sent in messages(LIMIT),
        sizes in prop::collection::vec(1usize..20, 1..8),
    ) {
        let mut wire = Vec::new();
        let mut sizes = sizes.into_iter().cycle();
        for message in &sent {
            let mut writer = ChunkWriter::new(&mut wire);
            let mut rest = &message[..];
            while !rest.is_empty() {
                let size = sizes.next().unwrap_or(1).min(rest.len());
                writer.write_all(&rest[..size]).unwrap();
                rest = &rest[size..];
            }
            writer.finish().unwrap();
        }
        let sent: Vec<Bytes> = sent.into_iter().map(Bytes::from).collect();
        prop_assert_eq!(decode_all(Chunks::new(LIMIT), [&wire[..]]), (sent, Ok(())));
    }
}

/// The messages `one`, an empty one and `three`, in the octets of each pattern.
const DELIMITED: &[u8] = b"one\n\nthree\n";
const LENGTHS: &[u8] = b"\x00\x00\x00\x03one\x00\x00\x00\x00\x00\x00\x00\x05three";
const CHUNKS: &[u8] = b"\x00\x02on\x00\x01e\x00\x00\x00\x00\x00\x05three\x00\x00";

fn three() -> Vec<Bytes> {
    ["one", "", "three"].map(Bytes::from).to_vec()
}

#[test]
fn every_split_gives_the_same_messages() {
    for split in every_split(DELIMITED) {
        let got = decode_all(Delimited::new(b'\n', LIMIT), split.iter().copied());
        assert_eq!(got, (three(), Ok(())), "{split}");
    }
    for split in every_split(LENGTHS) {
        let got = decode_all(LengthPrefixed::new(LIMIT), split.iter().copied());
        assert_eq!(got, (three(), Ok(())), "{split}");
    }
    for split in every_split(CHUNKS) {
        let got = decode_all(Chunks::new(LIMIT), split.iter().copied());
        assert_eq!(got, (three(), Ok(())), "{split}");
    }
}

#[test]
fn an_input_that_ends_early_is_told_from_one_that_ends_between_messages() {
    let end = |outcome: Outcome| outcome.1;
    for length in 0..DELIMITED.len() {
        let whole = length == 0 || DELIMITED[length - 1] == b'\n';
        let got = end(decode_all(
            Delimited::new(b'\n', LIMIT),
            [&DELIMITED[..length]],
        ));
        assert_eq!(got.is_ok(), whole, "{length} octets: {got:?}");
    }
    for length in 0..LENGTHS.len() {
        let whole = [0, HEADER + 3, 2 * HEADER + 3].contains(&length);
        let got = end(decode_all(LengthPrefixed::new(LIMIT), [&LENGTHS[..length]]));
        assert_eq!(got.is_ok(), whole, "{length} octets: {got:?}");
    }
    for length in 0..CHUNKS.len() {
        let whole = [0, 9, 11].contains(&length);
        let got = end(decode_all(Chunks::new(LIMIT), [&CHUNKS[..length]]));
        assert_eq!(got.is_ok(), whole, "{length} octets: {got:?}");
        assert!(got.is_ok() || got == Err(ErrorKind::UnexpectedEof));
    }
}

#[test]
fn a_peer_that_goes_on_for_ever_is_refused_before_it_costs_memory() {
    fn endless<D: Decode>(decoder: D, repeat: &'static [u8]) -> (ErrorKind, heap::Usage) {
        // A million repetitions stand for all the time in the world.
        let wire = io::Read::take(Repeat(repeat, 0), 1_000_000 * repeat.len() as u64);
        let (result, usage) = heap::measure(|| Messages::new(wire, decoder).receive());
        match result {
            Err(error) => (error.kind(), usage),
            Ok(_) => panic!("it should have been refused"),
        }
    }
    let delimiter = endless(Delimited::new(b'\n', LIMIT), b"x");
    let length = endless(LengthPrefixed::new(LIMIT), b"\xff\xff\xff\xff");
    let chunks = endless(Chunks::new(LIMIT), b"\x00\x01x");
    for (kind, usage) in [delimiter, length, chunks] {
        assert_eq!(kind, ErrorKind::InvalidData);
        assert!(usage.peak < 16 * 1024, "{usage:?}");
    }
}

/// The same octets over and over.
struct Repeat(&'static [u8], usize);

impl io::Read for Repeat {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        for place in buffer.iter_mut() {
            *place = self.0[self.1];
            self.1 = (self.1 + 1) % self.0.len();
        }
        Ok(buffer.len())
    }
}

#[test]
fn messages_come_from_a_stream_that_trickles_and_is_interrupted() {
    let steps = [Step::UpTo(1), Step::Interrupted, Step::UpTo(3)];
    let stream = Trickle::new(CHUNKS).reads(steps);
    let got: io::Result<Vec<Bytes>> = Messages::new(stream, Chunks::new(LIMIT)).collect();
    assert_eq!(got.unwrap(), three());
}

#[test]
fn no_octet_is_lost_when_a_read_fails_in_between() {
    let stream = Trickle::new(LENGTHS).reads([Step::UpTo(5), Step::NotReady]);
    let mut messages = Messages::new(stream, LengthPrefixed::new(LIMIT));
    let mut got = Vec::new();
    let mut failures = 0;
    loop {
        match messages.receive() {
            Ok(Some(message)) => got.push(message),
            Ok(None) => break,
            // As when `set_read_timeout` has run out: the caller may try again.
            Err(error) if error.kind() == ErrorKind::WouldBlock => failures += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(got, three());
    assert!(failures > 0);
}

#[test]
fn a_stream_that_ends_inside_a_message_is_an_error() {
    let mut messages = Messages::new(&CHUNKS[..5], Chunks::new(LIMIT));
    let error = messages.receive().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
}

#[test]
fn messages_that_have_come_cost_one_read() {
    let stream = Counted::new(DELIMITED);
    let calls = stream.calls();
    let mut messages = Messages::new(stream, Delimited::new(b'\n', LIMIT));
    for expected in three() {
        assert_eq!(messages.receive().unwrap(), Some(expected));
    }
    assert_eq!(calls.reads(), 1);
}

#[test]
fn what_was_read_beyond_the_last_message_is_given_back() {
    let stream: &[u8] = b"AUTH\n\x16\x03\x01";
    let mut messages = Messages::new(stream, Delimited::new(b'\n', LIMIT));
    assert_eq!(messages.receive().unwrap(), Some(Bytes::from("AUTH")));
    let (_, rest) = messages.into_parts();
    assert_eq!(&rest[..], b"\x16\x03\x01");
}

#[test]
fn a_chunk_is_written_in_one_call_where_the_stream_can() {
    let stream = Counted::new(Vec::new());
    let calls = stream.calls();
    let mut writer = ChunkWriter::new(stream);
    writer.write_all(b"hello").unwrap();
    let wire = writer.finish().unwrap().into_inner();
    assert_eq!(calls.writes(), 2);
    testkit::assert_octets(
        &wire,
        b"\x00\x05hello\x00\x00",
        &[("length", 2), ("chunk", 5), ("end", 2)],
    );
}

#[test]
fn a_chunk_writer_cuts_what_is_too_long_and_survives_short_writes() {
    let long = vec![b'x'; 70_000];
    let steps = [Step::UpTo(1), Step::Interrupted, Step::UpTo(1000)];
    let mut writer = ChunkWriter::new(Trickle::new(Vec::new()).writes(steps));
    writer.write_all(&long).unwrap();
    // Nothing written is no chunk: it would end the message.
    assert_eq!(writer.write(b"").unwrap(), 0);
    let wire = writer.finish().unwrap().into_inner();
    assert_eq!(&wire[..2], b"\xff\xff");
    let got = decode_all(Chunks::new(70_000), [&wire[..]]);
    assert_eq!(got, (vec![Bytes::from(long)], Ok(())));
}

/// Runs a tokio-util decoder over the pieces of a split, as `FramedRead` does.
fn decode_theirs<D>(mut decoder: D, pieces: &[&[u8]]) -> Result<Vec<Bytes>, D::Error>
where
    D: Decoder,
    D::Item: Into<Bytes>,
{
    let mut input = BytesMut::new();
    let mut messages = Vec::new();
    for piece in pieces {
        input.extend_from_slice(piece);
        while let Some(message) = decoder.decode(&mut input)? {
            messages.push(message.into());
        }
    }
    while let Some(message) = decoder.decode_eof(&mut input)? {
        messages.push(message.into());
    }
    Ok(messages)
}

#[test]
fn tokio_util_and_we_understand_the_same_octets_alike() {
    for split in every_split(LENGTHS) {
        let theirs = LengthDelimitedCodec::builder()
            .max_frame_length(LIMIT)
            .new_codec();
        let ours = Codec(LengthPrefixed::new(LIMIT));
        assert_eq!(decode_theirs(theirs, &split).unwrap(), three(), "{split}");
        assert_eq!(decode_theirs(ours, &split).unwrap(), three(), "{split}");
    }
    for split in every_split(DELIMITED) {
        let theirs = AnyDelimiterCodec::new_with_max_length(b"\n".to_vec(), vec![], LIMIT);
        let ours = Codec(Delimited::new(b'\n', LIMIT));
        assert_eq!(decode_theirs(theirs, &split).unwrap(), three(), "{split}");
        assert_eq!(decode_theirs(ours, &split).unwrap(), three(), "{split}");
    }
}

#[tokio::test]
async fn our_codec_frames_a_tokio_stream_and_theirs_reads_it() {
    let (near, far) = tokio::io::duplex(16);
    let near = Trickle::by(near, 3);
    let send = async {
        let mut sink = FramedWrite::new(near, Codec(LengthPrefixed::new(LIMIT)));
        for message in three() {
            sink.send(message).await?;
        }
        sink.close().await
    };
    let receive = async {
        let theirs = FramedRead::new(far, LengthDelimitedCodec::new());
        theirs
            .map_ok(BytesMut::freeze)
            .try_collect::<Vec<_>>()
            .await
    };
    let (sent, received) = tokio::join!(send, receive);
    sent.unwrap();
    assert_eq!(received.unwrap(), three());
}

#[tokio::test]
async fn a_tokio_stream_that_ends_inside_a_message_is_an_error() {
    let stream = FramedRead::new(&LENGTHS[..9], Codec(LengthPrefixed::new(LIMIT)));
    let error = stream.try_collect::<Vec<_>>().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    assert!(
        error
            .get_ref()
            .is_some_and(|inside| inside.is::<framing::length_prefix::Error>())
    );
}
