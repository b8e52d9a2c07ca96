//! The error wants what is left
//!
//! You walk through the buffer by cutting it shorter, and ask it for its length when
//! something fails. By then that is what is left, so your error says that 3 of 2 octets
//! came. Keep the length from before.
//!
//! fails: the_end_half_way, a_reset_half_way, a_socket_that_does_not_wait

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
/// Fills `buffer` from `stream`, in as many reads as it takes, and takes not one
/// octet more.
pub fn read_exact(stream: &mut impl Read, buffer: &mut [u8]) -> Result<(), Error> {
    let mut room = buffer;
    let mut came = 0;
    while !room.is_empty() {
        let wanted = room.len();
        match stream.read(room) {
            Ok(0) => return Err(Error::Ended { came, wanted }),
            Ok(read) => {
                came += read;
                room = &mut room[read..];
            }
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
    Ok(())
}
