//! Octets live in the future
//!
//! You read the header into one variable and the payload into another. When another
//! branch of `select!` wins, the future is dropped, and with it all octets that it
//! had read: they are no longer in the stream and not yet anywhere else. The next
//! call takes the middle of a frame for its beginning. `read_exact` says so itself,
//! under *cancel safety*.
//!
//! fails: dropped_inside_a_header, dropped_between_header_and_payload,
//!    dropped_inside_a_payload,
//!    dropped_after_the_beginning_of_the_next_frame_came_along,
//!    raced_against_a_clock_all_the_way, frames_that_have_come_cost_one_read

use std::io;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

/// The room to make for each read.
const READ: usize = 4096;

/// Reads frames from `stream`.
#[derive(Debug)]
pub struct FrameReader<R> {
    stream: R,
    limit: usize,
}

impl<R: AsyncRead + Unpin> FrameReader<R> {
    /// A reader for frames of up to `limit` octets.
    pub fn new(stream: R, limit: usize) -> Self {
        Self { stream, limit }
    }

    /// Waits for the next frame and returns its payload; `None` once the peer
    /// has closed its side after a whole frame.
    pub async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let mut header = [0; 4];
        match self.stream.read(&mut header[..1]).await? {
            // The peer closed after a whole frame.
            0 => return Ok(None),
            _ => self.stream.read_exact(&mut header[1..]).await?,
        };
        let length = u32::from_be_bytes(header) as usize;
        if length > self.limit {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut payload = BytesMut::zeroed(length);
        self.stream.read_exact(&mut payload).await?;
        Ok(Some(payload.freeze()))
    }
}
