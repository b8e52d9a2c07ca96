//! The end of the stream is fine anywhere
//!
//! You return None when the stream ends, whatever has come of the next frame. That
//! frame was lost, and nobody hears of it. Ask the decoder whether the input may end
//! here.
//!
//! fails: the_end_inside_a_frame_is_an_error

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
            if let Some(frame) = self.decoder.decode(&mut self.buffer)? {
                return Ok(Some(frame));
            }
            self.buffer.reserve(READ);
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
    }
}
