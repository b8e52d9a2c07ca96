//! As many octets as wanted, or an error which says how many came.

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

// ANCHOR: read-exact
/// Fills `buffer` from `stream`, in as many reads as it takes, and takes not one
/// octet more.
///
/// # Errors
///
/// [`Error::Ended`] when the stream ends before the buffer is full, and
/// [`Error::Failed`] when a read fails, unless it was only interrupted. Both say
/// how many octets came; these stand at the front of `buffer`.
pub fn read_exact(stream: &mut impl Read, buffer: &mut [u8]) -> Result<(), Error> {
    let wanted = buffer.len();
    let mut came = 0;
    while came < wanted {
        match stream.read(&mut buffer[came..]) {
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
// ANCHOR_END: read-exact
