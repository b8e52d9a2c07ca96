//! The reply is read as text
//!
//! You read into a `String`, with `read_to_string`. It fails when the octets are not
//! UTF-8, and a reply may be a picture, or text of another encoding. Octets come first;
//! what they mean is for your caller to say.
//!
//! fails: a_reply_need_not_be_text

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
    let enough = (limit as u64).saturating_add(1);
    let mut reply = String::new();
    match stream.take(enough).read_to_string(&mut reply) {
        Ok(_) if reply.len() > limit => Err(Error::TooLong { limit }),
        Ok(_) => Ok(reply.into_bytes()),
        Err(source) => Err(Error::Failed {
            came: reply.len(),
            source,
        }),
    }
}
