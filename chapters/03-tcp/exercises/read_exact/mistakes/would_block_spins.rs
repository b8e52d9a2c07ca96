//! An empty buffer is asked again at once
//!
//! You treat WouldBlock as Interrupted and go round. The socket was told not to wait,
//! or its time is up. Your loop keeps a processor busy until the peer sends, and makes
//! of every time-out none. Return it: the caller knows how to wait.
//!
//! fails: a_socket_that_does_not_wait

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
    let wanted = buffer.len();
    let mut came = 0;
    while came < wanted {
        match stream.read(&mut buffer[came..]) {
            Ok(0) => return Err(Error::Ended { came, wanted }),
            Ok(read) => came += read,
            Err(error)
                if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => {}
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
