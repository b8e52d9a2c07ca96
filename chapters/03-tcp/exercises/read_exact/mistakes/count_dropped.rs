//! One read is taken for all
//!
//! You read once, and the `?` lets only errors out. A read returns what has come so
//! far, and a message of 5 octets may come as 2 and 3; its Ok says how many. The rest
//! of your buffer holds what it held before.
//!
//! fails: the_rest_in_a_second_read, every_way_to_cut_the_octets,
//!    nothing_wanted_is_no_read, what_follows_is_left_in_the_stream,
//!    a_signal_comes_half_way, the_end_at_once, the_end_half_way, a_reset_half_way,
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
    let read = stream.read(buffer);
    read.map(|_| ()).map_err(|source| Error::Failed {
        came: 0,
        wanted,
        source,
    })
}
