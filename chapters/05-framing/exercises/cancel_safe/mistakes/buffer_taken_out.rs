//! The buffer is taken out for the wait
//!
//! You keep a buffer in the reader, as you should, and take it out of there while you
//! wait, to put it back afterwards. There is no afterwards for a future that is
//! dropped: the buffer goes with it. Borrow it where it is.
//!
//! fails: dropped_inside_a_header, dropped_between_header_and_payload,
//!    dropped_inside_a_payload,
//!    dropped_after_the_beginning_of_the_next_frame_came_along,
//!    raced_against_a_clock_all_the_way

use std::io;

use bytes::{Bytes, BytesMut};
use framing::length_prefix::LengthPrefixed;
use tokio::io::{AsyncRead, AsyncReadExt};

/// The room to make for each read.
const READ: usize = 4096;

/// Reads frames from `stream`.
#[derive(Debug)]
pub struct FrameReader<R> {
    stream: R,
    decoder: LengthPrefixed,
    buffer: BytesMut,
}

impl<R: AsyncRead + Unpin> FrameReader<R> {
    /// A reader for frames of up to `limit` octets.
    pub fn new(stream: R, limit: usize) -> Self {
        Self {
            stream,
            decoder: LengthPrefixed::new(limit),
            buffer: BytesMut::new(),
        }
    }

    /// Waits for the next frame and returns its payload; `None` once the peer
    /// has closed its side after a whole frame.
    pub async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let mut buffer = std::mem::take(&mut self.buffer);
        loop {
            if let Some(frame) = self.decoder.decode(&mut buffer)? {
                self.buffer = buffer;
                return Ok(Some(frame));
            }
            buffer.reserve(READ);
            if self.stream.read_buf(&mut buffer).await? == 0 {
                self.decoder.end(&buffer)?;
                return Ok(None);
            }
        }
    }
}
