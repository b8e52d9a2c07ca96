//! Memory for the limit is taken beforehand
//!
//! You take as much memory as the longest reply needs before the first octet has come.
//! Most replies are short. With a hundred connections you hold a hundred times the
//! limit, mostly for nothing, and `usize::MAX` is more than there is. A `Vec` grows
//! with what is appended.
//!
//! fails: a_large_limit_takes_no_memory, any_number_is_a_limit

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
    let mut reply = Vec::with_capacity(limit);
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(reply),
            Ok(read) => {
                reply.extend_from_slice(&buffer[..read]);
                if reply.len() > limit {
                    return Err(Error::TooLong { limit });
                }
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
