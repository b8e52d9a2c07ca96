//! There is no limit
//!
//! You read until the end, as long as it takes, and keep all that comes. A server that
//! never stops sending fills your memory. Nobody means to talk to such a server, and
//! you don't choose who answers.
//!
//! fails: one_octet_too_many_is_refused, a_flood_is_refused,
//!    nothing_is_read_when_it_is_too_long, what_is_too_long_is_not_kept

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
pub fn read_reply(stream: &mut impl Read, _limit: usize) -> Result<Vec<u8>, Error> {
    let mut reply = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
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
