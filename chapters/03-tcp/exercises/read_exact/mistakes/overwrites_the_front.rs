//! Each read begins at the front of the buffer
//!
//! You count what came but give every read the whole buffer. The second read writes
//! over what the first one brought, and may take octets of the next message: there is
//! room for them.
//!
//! fails: the_rest_in_a_second_read, every_way_to_cut_the_octets,
//!    what_follows_is_left_in_the_stream, a_signal_comes_half_way, the_end_half_way,
//!    a_reset_half_way

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
    while came < wanted {
        match stream.read(buffer) {
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
    Ok(())
}
