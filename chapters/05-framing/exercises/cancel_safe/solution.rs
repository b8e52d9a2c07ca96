//! Frames behind a length prefix, from a stream that may be raced in `select!`.

use std::io;

use bytes::{Bytes, BytesMut};
use framing::length_prefix::LengthPrefixed;
use tokio::io::{AsyncRead, AsyncReadExt};

/// The room to make for each read.
const READ: usize = 4096;

// ANCHOR: reader
/// Reads frames from `stream`.
#[derive(Debug)]
pub struct FrameReader<R> {
    stream: R,
    decoder: LengthPrefixed,
    /// All octets that were read and not handed out yet. They live here, not
    /// in a future, because a future may be dropped at any of its awaits.
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
    ///
    /// # Cancel safety
    ///
    /// The future may be dropped while it waits, as `select!` does with a branch
    /// that lost. No octet is lost, and the next call goes on where it stopped.
    ///
    /// # Errors
    ///
    /// Those of the stream; [`io::ErrorKind::InvalidData`] for a frame over the
    /// limit; [`io::ErrorKind::UnexpectedEof`] if the stream ends inside a frame.
    pub async fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            if let Some(frame) = self.decoder.decode(&mut self.buffer)? {
                return Ok(Some(frame));
            }
            self.buffer.reserve(READ);
            // The only await. If we are dropped here, nothing has been read:
            // `read_buf` waits and reads in one step.
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                self.decoder.end(&self.buffer)?;
                return Ok(None);
            }
        }
    }
}
// ANCHOR_END: reader
