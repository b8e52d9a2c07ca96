//! The reply is made text on the way
//!
//! You make text of each read with `from_utf8_lossy` and put the texts together. What
//! is not UTF-8 is replaced, and a character that two reads share becomes two
//! replacements. Keep the octets as they are.
//!
//! fails: a_letter_between_two_reads, a_reply_need_not_be_text

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
    let mut reply = String::new();
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(reply.into_bytes()),
            Ok(read) => {
                reply.push_str(&String::from_utf8_lossy(&buffer[..read]));
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
