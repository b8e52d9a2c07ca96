//! One more than the limit is too large a number
//!
//! You ask for `limit + 1` octets. Of the largest number there is, that panics in a
//! debug build, and is 0 in a release build, so that every reply is empty.
//! `saturating_add` says what you mean.
//!
//! fails: any_number_is_a_limit

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
    let enough = limit as u64 + 1;
    let mut reply = Vec::new();
    match stream.take(enough).read_to_end(&mut reply) {
        Ok(_) if reply.len() > limit => Err(Error::TooLong { limit }),
        Ok(_) => Ok(reply),
        Err(source) => Err(Error::Failed {
            came: reply.len(),
            source,
        }),
    }
}
