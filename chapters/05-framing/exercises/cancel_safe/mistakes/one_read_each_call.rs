//! One read is taken to bring a whole frame
//!
//! You look into the buffer, read once if no frame is there, and return what the decoder then
//! says. When it asks for more octets, you say None, which tells your caller that the peer has
//! closed. Read until there is a frame or the stream has ended.
//!
//! fails: a_frame_that_comes_octet_by_octet, the_end_inside_a_frame_is_an_error,
//!    dropped_inside_a_header, dropped_between_header_and_payload,
//!    dropped_inside_a_payload, raced_against_a_clock_all_the_way

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
        if let Some(frame) = self.decoder.decode(&mut self.buffer)? {
            return Ok(Some(frame));
        }
        self.buffer.reserve(READ);
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            self.decoder.end(&self.buffer)?;
            return Ok(None);
        }
        Ok(self.decoder.decode(&mut self.buffer)?)
    }
}
