//! What is too long is read to its end
//!
//! You see that the reply is too long, and read the rest of it to throw it away. That
//! costs no memory, but it has no end if the server doesn't want one, and when it sends
//! no more and stays, you wait. Give up the connection.
//!
//! fails: a_flood_is_refused, nothing_is_read_when_it_is_too_long

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
    let mut reply = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) if reply.len() > limit => return Err(Error::TooLong { limit }),
            Ok(0) => return Ok(reply),
            Ok(read) => {
                let room = limit.saturating_add(1) - reply.len();
                reply.extend_from_slice(&buffer[..read.min(room)]);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(source) => {
                return Err(Error::Failed {
                    came: reply.len(),
                    source,
                });
            }
        }
    }
}
