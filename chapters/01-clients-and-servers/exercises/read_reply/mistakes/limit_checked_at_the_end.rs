//! The limit is looked at when all has come
//!
//! You read to the end, and compare then. What the limit is to save has been spent by
//! that time, and a server which never stops never lets you compare. Ask after each
//! read.
//!
//! fails: a_flood_is_refused, nothing_is_read_when_it_is_too_long,
//!    what_is_too_long_is_not_kept

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
                reply.extend_from_slice(&buffer[..read]);
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
