//! Each call begins with an empty buffer
//!
//! You read as much as there is, return the first frame, and let go of the rest with
//! the buffer. Even without any race the frames that came along are lost. A buffer
//! that reads ahead must live as long as the stream.
//!
//! fails: two_frames_that_come_at_once, dropped_inside_a_header,
//!    dropped_between_header_and_payload, dropped_inside_a_payload,
//!    dropped_after_the_beginning_of_the_next_frame_came_along,
//!    raced_against_a_clock_all_the_way, frames_that_have_come_cost_one_read

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
}

impl<R: AsyncRead + Unpin> FrameReader<R> {
    /// A reader for frames of up to `limit` octets.
    pub fn new(stream: R, limit: usize) -> Self {
        Self {
            stream,
            decoder: LengthPrefixed::new(limit),
        }
    }

    /// Waits for the next frame and returns its payload; `None` once the peer
    /// has closed its side after a whole frame.
    pub async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let mut buffer = BytesMut::new();
        loop {
            if let Some(frame) = self.decoder.decode(&mut buffer)? {
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
