//! A reader that may be raced in `select!`
//!
//! Difficulty: stretch
//! Page: 05-framing/in-tokio.md
//! Check: just check 5.4
//!
//! A server waits for the next frame of its peer and for something else, whichever
//! comes first: a tick, a signal, another peer. `tokio::select!` does that, and drops
//! the future that lost in the middle of its wait. Write a `next` for which that
//! is all right.
//!
//! The frames are those of exercise 5.2, and their decoder is given:
//! `framing::length_prefix::LengthPrefixed`, with `decode` and `end`.
//!
//! - `next` waits for the next frame and returns its payload.
//! - It returns `Ok(None)` once the peer has closed after a whole frame. If it closed
//!   inside one, that is an `io::Error` of the kind `UnexpectedEof`; a frame over the
//!   limit is one of the kind `InvalidData`. (The decoder's errors turn into these by `?`.)
//! - Its future may be dropped at any of its awaits. No octet is lost by that, and
//!   the next call returns the frame that the last one waited for.
//! - What has already come is taken with as few reads as possible: many frames
//!   that come at once cost one.
//!
//! ```text
//! the peer sends  00 00 00 05 68 65                next waits, and is dropped
//! the peer sends                    6c 6c 6f       next gives  68 65 6c 6c 6f
//! ```

use std::io;

use bytes::{Bytes, BytesMut};
use framing::length_prefix::LengthPrefixed;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Reads frames from `stream`.
#[derive(Debug)]
pub struct FrameReader<R> {
    stream: R,
    decoder: LengthPrefixed,
    // Add what must outlive the future of `next`.
}

impl<R: AsyncRead + Unpin> FrameReader<R> {
    /// A reader for frames of up to `limit` octets.
    pub fn new(stream: R, limit: usize) -> Self {
        Self {
            stream,
            decoder: LengthPrefixed::new(limit),
        }
    }

    /// Waits for the next frame and returns its payload.
    pub async fn next(&mut self) -> io::Result<Option<Bytes>> {
        todo!()
    }
}
