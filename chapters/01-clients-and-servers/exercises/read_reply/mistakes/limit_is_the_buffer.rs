//! The buffer is as large as the limit
//!
//! You read into a buffer of `limit` octets until it is full. Then `read` has no room,
//! and brings 0 octets, which is no end: a longer reply is cut. And you take the memory
//! for the longest reply before you know how long it is.
//!
//! fails: one_octet_too_many_is_refused, a_flood_is_refused,
//!    a_large_limit_takes_no_memory, any_number_is_a_limit

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
    let mut reply = vec![0; limit];
    let mut came = 0;
    loop {
        match stream.read(&mut reply[came..]) {
            Ok(0) => {
                reply.truncate(came);
                return Ok(reply);
            }
            Ok(read) => came += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(source) => return Err(Error::Failed { came, source }),
        }
    }
}
