//! A long reply is cut short
//!
//! You stop at the limit, with `take(limit)` or a buffer of that size, and return what
//! there is. Your caller takes it for the whole reply. Ask for one octet more: if it
//! comes, the reply is too long.
//!
//! fails: one_octet_too_many_is_refused, a_flood_is_refused

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
    match stream.take(limit as u64).read_to_end(&mut reply) {
        Ok(_) => Ok(reply),
        Err(source) => Err(Error::Failed {
            came: reply.len(),
            source,
        }),
    }
}
