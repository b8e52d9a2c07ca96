//! A read comes before a look at the buffer
//!
//! You read first and decode then. When a frame is already in the buffer, you still
//! wait for octets: the peer, which has sent its question and waits for your answer,
//! sends none. Look first, read only if something is missing.
//!
//! fails: two_frames_that_come_at_once, frames_that_have_come_cost_one_read

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
        loop {
            self.buffer.reserve(READ);
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                self.decoder.end(&self.buffer)?;
                return Ok(None);
            }
            if let Some(frame) = self.decoder.decode(&mut self.buffer)? {
                return Ok(Some(frame));
            }
        }
    }
}
