//! The reply has the room of one buffer
//!
//! You read into one buffer of a fixed size until it is full. Then `read` has no room,
//! and brings 0 octets, which is no end: a longer reply is cut there, whatever its
//! limit. Append what comes to a `Vec`, which grows.
//!
//! fails: a_long_reply_that_is_all_there, a_long_reply_in_pieces, a_flood_is_refused

use std::io::{self, ErrorKind, Read};

/// Why there is no reply.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// More octets came than a reply may have.
    #[error("a reply of more than {limit} octets")]
    TooLong {
        /// The octets that a reply may have.
        limit: usize,
    },
    /// A read failed.
    #[error("failed after {came} octets of a reply")]
    Failed {
        /// The octets that had come.
        came: usize,
        /// What the read said.
        source: io::Error,
    },
}

/// Reads a reply of at most `limit` octets, which ends with the stream.
pub fn read_reply(stream: &mut impl Read, limit: usize) -> Result<Vec<u8>, Error> {
    let mut buffer = [0; 4096];
    let mut came = 0;
    loop {
        match stream.read(&mut buffer[came..]) {
            Ok(0) => return Ok(buffer[..came].to_vec()),
            Ok(read) => came += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(source) => return Err(Error::Failed { came, source }),
        }
        if came > limit {
            return Err(Error::TooLong { limit });
        }
    }
}
