//! The payload starts over
//!
//! You keep the header, however many calls it takes to come, and read the payload
//! into a variable of the future. When that is dropped, half a payload goes with it,
//! and the next call waits for a whole payload again: it takes the rest of this
//! frame and the beginning of the next.
//!
//! fails: dropped_inside_a_payload, raced_against_a_clock_all_the_way,
//!    frames_that_have_come_cost_one_read

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
    header: [u8; 4],
    /// The octets of the header that have come.
    have: usize,
}

impl<R: AsyncRead + Unpin> FrameReader<R> {
    /// A reader for frames of up to `limit` octets.
    pub fn new(stream: R, limit: usize) -> Self {
        Self {
            stream,
            limit,
            header: [0; 4],
            have: 0,
        }
    }

    /// Waits for the next frame and returns its payload; `None` once the peer
    /// has closed its side after a whole frame.
    pub async fn next(&mut self) -> io::Result<Option<Bytes>> {
        while self.have < self.header.len() {
            match self.stream.read(&mut self.header[self.have..]).await? {
                0 if self.have == 0 => return Ok(None),
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                read => self.have += read,
            }
        }
        let length = u32::from_be_bytes(self.header) as usize;
        if length > self.limit {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut payload = BytesMut::zeroed(length);
        self.stream.read_exact(&mut payload).await?;
        self.have = 0;
        Ok(Some(payload.freeze()))
    }
}
