//! A signal ends the read
//!
//! You hand on every error. Interrupted is none: a signal came while the call waited,
//! nothing was read, and nothing is lost. Read again.
//!
//! fails: a_signal_comes_half_way

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

/// Fills `buffer` from `stream`, in as many reads as it takes.
pub fn read_exact(stream: &mut impl Read, buffer: &mut [u8]) -> Result<(), Error> {
    let wanted = buffer.len();
    let mut came = 0;
    while came < wanted {
        match stream.read(&mut buffer[came..]) {
            Ok(0) => return Err(Error::Ended { came, wanted }),
            Ok(read) => came += read,
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
