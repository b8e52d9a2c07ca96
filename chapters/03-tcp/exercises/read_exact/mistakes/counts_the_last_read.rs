//! The error counts the last read alone
//!
//! You walk through the buffer by cutting it shorter, and when the stream ends you say
//! what the last read brought. Whoever looks for the fault wants to know how much of
//! the message came, in however many reads.
//!
//! fails: the_end_half_way, a_reset_half_way

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
    let mut room = buffer;
    let mut came = 0;
    while !room.is_empty() {
        match stream.read(room) {
            Ok(0) => return Err(Error::Ended { came, wanted }),
            Ok(read) => {
                came = read;
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
