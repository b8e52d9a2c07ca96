//! It reads once more when the buffer is full
//!
//! You go round until a read brings nothing, so with a full buffer you read again, into
//! no room. std leaves open what a stream does then, and a stream of another kind may
//! wait for octets which the peer sends only after your answer. Ask first whether
//! anything is missing.
//!
//! fails: all_in_one_read, the_rest_in_a_second_read, every_way_to_cut_the_octets,
//!    each_read_has_all_the_room_that_is_left, nothing_wanted_is_no_read,
//!    what_follows_is_left_in_the_stream, no_read_waits_for_what_is_not_wanted,
//!    a_signal_comes_half_way

use std::io::{self, ErrorKind, Read};

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

/// Fills `buffer` from `stream`, in as many reads as it takes.
pub fn read_exact(stream: &mut impl Read, buffer: &mut [u8]) -> Result<(), Error> {
    let wanted = buffer.len();
    let mut came = 0;
    loop {
        match stream.read(&mut buffer[came..]) {
            Ok(0) if came == wanted => return Ok(()),
            Ok(0) => return Err(Error::Ended { came, wanted }),
            Ok(read) => came += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(source) => {
                return Err(Error::Failed {
                    came,
                    wanted,
                    source,
                });
            }
        }
    }
}
