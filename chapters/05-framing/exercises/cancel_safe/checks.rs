use super::*;

use std::future::Future;
use std::io::ErrorKind;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use testkit::{Counted, Step, Trickle, check_async, hex};
use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
use tokio::time::timeout;

const LIMIT: usize = 1000;
/// The frame `hello`.
const HELLO: &[u8] = b"\x00\x00\x00\x05hello";

fn connect() -> (FrameReader<DuplexStream>, DuplexStream) {
    let (near, far) = duplex(4096);
    (FrameReader::new(near, LIMIT), far)
}

async fn send(peer: &mut DuplexStream, octets: &[u8]) {
    let result = peer.write_all(octets).await;
    assert!(result.is_ok(), "the peer could not send: {result:?}");
}

/// What `next` gives, as text that can be compared and read.
async fn next<R: tokio::io::AsyncRead + Unpin>(reader: &mut FrameReader<R>) -> String {
    show(reader.next().await)
}

/// What `next` gives of what has come. The peer is there, and sends no more.
async fn next_at_once<R: tokio::io::AsyncRead + Unpin>(reader: &mut FrameReader<R>) -> String {
    match timeout(Duration::from_secs(1), reader.next()).await {
        Ok(got) => show(got),
        Err(_) => "nothing: next waits for octets, as if it had none".to_owned(),
    }
}

fn show(got: std::io::Result<Option<Bytes>>) -> String {
    match got {
        Ok(Some(frame)) => format!("\"{}\"", frame.escape_ascii()),
        Ok(None) => "None".to_owned(),
        Err(error) => format!("an error of the kind {:?}", error.kind()),
    }
}

/// Starts `next` and drops it while it waits, as `select!` does with a branch
/// that lost.
fn cancel<R: tokio::io::AsyncRead + Unpin>(reader: &mut FrameReader<R>, come: &[u8]) {
    let future = pin!(reader.next());
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Pending => {}
        Poll::Ready(got) => panic!(
            "only {} has come, which is no whole frame, but next gave {}",
            hex(come),
            show(got)
        ),
    }
}

/// The peer sends `head`, `next` is dropped, the peer sends `tail`: the frame
/// `hello` should be there.
async fn expect_hello(head: &[u8], tail: &[u8]) {
    let (mut reader, mut peer) = connect();
    send(&mut peer, head).await;
    cancel(&mut reader, head);
    send(&mut peer, tail).await;
    drop(peer);
    let got = next(&mut reader).await;
    assert!(
        got == "\"hello\"",
        "the peer sent  {:26}  next waited, and was dropped\n  then         {:26}  expected \
         \"hello\", got {got}",
        hex(head),
        hex(tail)
    );
}

#[test]
#[ignore = "exercise"]
fn one_frame() {
    check_async(|| async {
        let (mut reader, mut peer) = connect();
        send(&mut peer, HELLO).await;
        let got = next(&mut reader).await;
        assert!(got == "\"hello\"", "expected \"hello\", got {got}");
    });
}

#[test]
#[ignore = "exercise"]
fn two_frames_that_come_at_once() {
    check_async(|| async {
        let (mut reader, mut peer) = connect();
        send(&mut peer, b"\x00\x00\x00\x03one\x00\x00\x00\x03two").await;
        for expected in ["\"one\"", "\"two\""] {
            let got = next_at_once(&mut reader).await;
            assert!(
                got == expected,
                "\"one\" and \"two\" came together: expected {expected}, got {got}"
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_frame_that_comes_octet_by_octet() {
    check_async(|| async {
        let stream = Trickle::new(HELLO).reads([Step::NotReady, Step::UpTo(1)]);
        let got = next(&mut FrameReader::new(stream, LIMIT)).await;
        assert!(
            got == "\"hello\"",
            "{} came one octet a read: expected \"hello\", got {got}",
            hex(HELLO)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_end_after_a_frame_is_none() {
    check_async(|| async {
        let (mut reader, mut peer) = connect();
        send(&mut peer, HELLO).await;
        drop(peer);
        let _ = next(&mut reader).await;
        let got = next(&mut reader).await;
        assert!(
            got == "None",
            "the peer closed after a whole frame: expected None, got {got}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_end_inside_a_frame_is_an_error() {
    check_async(|| async {
        for length in 1..HELLO.len() {
            let (mut reader, mut peer) = connect();
            send(&mut peer, &HELLO[..length]).await;
            drop(peer);
            let got = reader.next().await;
            assert!(
                got.as_ref()
                    .is_err_and(|error| error.kind() == ErrorKind::UnexpectedEof),
                "the peer closed after {}, inside a frame: expected an error of the kind \
                 UnexpectedEof, got {}",
                hex(&HELLO[..length]),
                show(got)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_frame_over_the_limit_is_an_error() {
    check_async(|| async {
        let (mut reader, mut peer) = connect();
        send(&mut peer, b"\x00\x00\x03\xe9").await;
        let got = reader.next().await;
        assert!(
            got.as_ref()
                .is_err_and(|error| error.kind() == ErrorKind::InvalidData),
            "a header announced 1001 octets where 1000 are allowed: expected an error of the \
             kind InvalidData, got {}",
            show(got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn dropped_before_anything_came() {
    check_async(|| expect_hello(b"", HELLO));
}

#[test]
#[ignore = "exercise"]
fn dropped_inside_a_header() {
    check_async(|| async {
        for length in 1..4 {
            expect_hello(&HELLO[..length], &HELLO[length..]).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn dropped_between_header_and_payload() {
    check_async(|| expect_hello(&HELLO[..4], &HELLO[4..]));
}

#[test]
#[ignore = "exercise"]
fn dropped_inside_a_payload() {
    check_async(|| async {
        for length in 5..HELLO.len() {
            expect_hello(&HELLO[..length], &HELLO[length..]).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn dropped_after_the_beginning_of_the_next_frame_came_along() {
    check_async(|| async {
        let (mut reader, mut peer) = connect();
        send(&mut peer, b"\x00\x00\x00\x03one\x00\x00\x00").await;
        let got = next(&mut reader).await;
        assert!(got == "\"one\"", "expected \"one\", got {got}");
        cancel(&mut reader, b"\x00\x00\x00");
        send(&mut peer, b"\x03two").await;
        drop(peer);
        let got = next(&mut reader).await;
        assert!(
            got == "\"two\"",
            "with \"one\" came 00 00 00, the beginning of the next header. next waited for the \
             rest and was dropped; then came 03 74 77 6f: expected \"two\", got {got}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn raced_against_a_clock_all_the_way() {
    const FRAMES: u8 = 20;

    check_async(|| async {
        let (mut reader, mut peer) = connect();
        let sender = async {
            for number in 0..FRAMES {
                for octet in [0, 0, 0, 3, b'n', b'o', number] {
                    send(&mut peer, &[octet]).await;
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
            drop(peer);
        };
        let receiver = async {
            // It ticks between any two octets, and now and then just as one comes.
            let mut clock = tokio::time::interval(Duration::from_millis(5));
            let mut frames = Vec::new();
            let mut lost = 0;
            loop {
                tokio::select! {
                    biased;
                    _ = clock.tick() => lost += 1,
                    got = reader.next() => match got {
                        Ok(Some(frame)) => frames.push(frame),
                        Ok(None) => return frames,
                        Err(error) => panic!(
                            "frames came octet by octet, and next lost the race against a clock \
                             {lost} times. After {} good frames it gave an error of the kind {:?}",
                            frames.len(),
                            error.kind()
                        ),
                    }
                }
            }
        };
        let ((), frames) = tokio::join!(sender, receiver);
        let expected: Vec<Bytes> = (0..FRAMES)
            .map(|number| Bytes::copy_from_slice(&[b'n', b'o', number]))
            .collect();
        assert!(
            frames == expected,
            "the peer sent {FRAMES} frames, octet by octet, while next was raced against a \
             clock; it gave {} frames{}",
            frames.len(),
            match frames
                .iter()
                .zip(&expected)
                .position(|(got, sent)| got != sent)
            {
                Some(at) => format!(
                    ", of which number {at} is {} instead of {}",
                    hex(&frames[at]),
                    hex(&expected[at])
                ),
                None => String::new(),
            }
        );
    });
}

#[test]
#[ignore = "exercise"]
fn frames_that_have_come_cost_one_read() {
    check_async(|| async {
        let wire = HELLO.repeat(10);
        let (near, mut peer) = duplex(4096);
        send(&mut peer, &wire).await;
        let stream = Counted::new(near);
        let calls = stream.calls();
        let mut reader = FrameReader::new(stream, LIMIT);
        for number in 1..=10 {
            let got = next_at_once(&mut reader).await;
            assert!(
                got == "\"hello\"",
                "10 frames had come: expected number {number}, \"hello\", got {got}"
            );
        }
        let reads = match calls.reads() {
            few @ 0..10 => few.to_string(),
            _ => "at least one for each frame".to_owned(),
        };
        assert!(
            calls.reads() == 1,
            "10 frames, {} octets together, had come before the first read. One read can take \
             them all; it took {reads}. (A read brings no more than the buffer has room for. \
             `read_buf` makes room for 64 octets in a `BytesMut` that has none; `reserve` makes \
             more)",
            wire.len(),
        );
    });
}
