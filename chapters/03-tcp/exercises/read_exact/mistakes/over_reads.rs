//! A buffer of its own reads ahead
//!
//! You read into a buffer of your own, a BufReader perhaps, for this one call. It takes as
//! much as there is, gives you what you wanted, and is dropped with the rest in it: the
//! beginning of the next message. A buffer that reads ahead must live as long as the stream.
//!
//! fails: what_follows_is_left_in_the_stream

use std::io::{self, BufReader, ErrorKind, Read};

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
    let mut stream = BufReader::new(stream);
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
