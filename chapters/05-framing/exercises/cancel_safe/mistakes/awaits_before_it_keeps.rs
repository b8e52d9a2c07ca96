//! Another await stands between reading and keeping
//!
//! You read into a variable, wait for something else, and then put the octets into the buffer.
//! The read is done and the octets are not kept yet: dropped at that second await, they are
//! gone. Between a read and the place where its octets are safe, there may be no await.
//!
//! fails: dropped_inside_a_header, dropped_between_header_and_payload,
//!    dropped_inside_a_payload

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
            let mut come = [0; READ];
            let octets = self.stream.read(&mut come).await?;
            if octets == 0 {
                self.decoder.end(&self.buffer)?;
                return Ok(None);
            }
            // So that a peer which sends without pause leaves time for others.
            tokio::task::yield_now().await;
            self.buffer.extend_from_slice(&come[..octets]);
        }
    }
}
