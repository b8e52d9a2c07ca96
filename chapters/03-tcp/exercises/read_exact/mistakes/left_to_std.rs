//! The count is lost in std
//!
//! You let std's `read_exact` do it. It fills the buffer well, but when it fails it
//! doesn't say how many octets came, and its UnexpectedEof is an error like any other:
//! nobody can tell the end from a failure without looking inside.
//!
//! fails: the_end_at_once, the_end_half_way, a_reset_half_way,
//!    a_socket_that_does_not_wait

use std::io::{self, Read};

/// Why fewer octets came than were wanted.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The peer has ended its direction; no more will come.
    #[error("the stream ended after {came} of {wanted} octets")]
    Ended {
        /// The octets that came before.
        came: usize,
        /// The octets that were wanted.
        wanted: usize,
    },
    /// A read failed.
    #[error("failed after {came} of {wanted} octets")]
    Failed {
        /// The octets that came before.
        came: usize,
        /// The octets that were wanted.
        wanted: usize,
        /// What the read said.
        source: io::Error,
    },
}
/// Fills `buffer` from `stream`, in as many reads as it takes, and takes not one
/// octet more.
pub fn read_exact(stream: &mut impl Read, buffer: &mut [u8]) -> Result<(), Error> {
    let wanted = buffer.len();
    let came = 0;
    stream.read_exact(buffer).map_err(|source| Error::Failed {
        came,
        wanted,
        source,
    })
}
