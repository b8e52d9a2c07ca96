//! Every failure is taken for the end
//!
//! You take any error for 0 octets. The caller hears that the peer has ended, while in
//! truth the connection was reset, or had nothing yet: three causes, three things to
//! do, and one word for all.
//!
//! fails: a_reset_half_way, a_socket_that_does_not_wait

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
        let read = match stream.read(&mut buffer[came..]) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            result => result.unwrap_or(0),
        };
        if read == 0 {
            return Err(Error::Ended { came, wanted });
        }
        came += read;
    }
    Ok(())
}
