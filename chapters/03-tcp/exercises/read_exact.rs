//! Read so many octets
//!
//! Difficulty: warm-up
//! Page: 03-tcp/calls.md
//! Check: just check 3.2
//!
//! One read on a socket returns what has come so far, however much more is on its
//! way. Write the function that goes on until the buffer is full, with nothing but
//! `Read::read`:
//!
//! - It fills all of `buffer`, and takes not one octet more: what follows belongs to
//!   the next message.
//! - Each read has all the room that is left. Most often one read is enough.
//! - When the buffer is full it reads no more. The peer may be waiting for you now.
//! - A read of 0 octets is the end of the stream. If it comes too early, that is
//!   `Error::Ended`, and you don't read again.
//! - A read that is `Interrupted` read nothing, because a signal came. Ask again.
//! - Any other error is `Error::Failed` with that error inside.
//! - Both errors say how many octets came. These stand at the front of `buffer`.
//!
//! With a buffer for 5 octets:
//!
//! ```text
//! read  68 65 6c, then 6c 6f 2c   Ok, in the buffer 68 65 6c 6c 6f; 2c is not read
//! read  68 65 6c, then the end    Ended, 3 of 5 octets came
//! ```
//!
//! std has this as `Read::read_exact`, which does not say how many octets came.

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
    todo!()
}
