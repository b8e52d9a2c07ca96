//! Each failure is tried again
//!
//! You read again after any error. A signal is the one after which that helps. A
//! connection that was reset stays so, and the next read of it says that the stream has
//! ended: half a reply looks like a whole one.
//!
//! fails: a_broken_connection_is_no_end, a_server_that_takes_too_long,
//!    the_failure_says_how_much_had_come, it_says_what_all_reads_brought

use std::io::{self, Read};

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
            Ok(0) => return Ok(reply),
            Ok(read) => {
                reply.extend_from_slice(&buffer[..read]);
                if reply.len() > limit {
                    return Err(Error::TooLong { limit });
                }
            }
            Err(_) => {}
        }
    }
}
