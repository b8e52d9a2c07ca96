//! A reply which ends when its stream does, and a limit on it.

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

// ANCHOR: read-reply
/// Reads a reply of at most `limit` octets, which ends with the stream.
///
/// # Errors
///
/// [`Error::TooLong`] when one octet more has come, and [`Error::Failed`] when a read
/// fails, unless it was only interrupted: what has come by then is no reply.
pub fn read_reply(stream: &mut impl Read, limit: usize) -> Result<Vec<u8>, Error> {
    // One octet more tells a reply that is too long from one of just the limit.
    let enough = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut reply = Vec::new();
    // This reads on when it is interrupted, and keeps what has come when it fails.
    match stream.take(enough).read_to_end(&mut reply) {
        Ok(_) if reply.len() > limit => Err(Error::TooLong { limit }),
        Ok(_) => Ok(reply),
        Err(source) => Err(Error::Failed {
            came: reply.len(),
            source,
        }),
    }
}
// ANCHOR_END: read-reply
