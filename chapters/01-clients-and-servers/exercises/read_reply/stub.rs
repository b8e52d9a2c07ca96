//! A whole reply
//!
//! Difficulty: core
//! Page: 01-clients-and-servers/by-hand.md
//! Check: just check 1.4
//!
//! A server sends its reply and closes the connection. One read brings what has come
//! so far, which may be the whole reply, or one octet of it. Write the function that
//! reads all of it:
//!
//! - It reads until a read brings 0 octets. That is the end of the stream: the reply
//!   is whole. An empty reply is a reply.
//! - A reply may be any octets, and `limit` of them at most. When one more has come,
//!   that is `Error::TooLong`, whatever else is on its way.
//! - After the end, after an error, and when the reply is too long, it reads no more.
//! - A read may fail, with an `io::Error`; its `kind()` says how. With the kind
//!   `ErrorKind::Interrupted` it read nothing, because a signal came. Ask again.
//! - Any other failure is `Error::Failed`, with how many octets had come in all, and the
//!   failure inside. Such are `ConnectionReset` (the peer broke the connection off) and
//!   `WouldBlock` (a time-out is up). A connection that breaks has not ended, and what
//!   came is not the reply.
//! - It takes memory as the octets come. `limit` is what a reply may have, and most
//!   are short; somebody may even say `usize::MAX`.
//!
//! With a limit of 8 octets:
//!
//! ```text
//! read  51 75 69, then 74 6f, then the end      Ok, 51 75 69 74 6f
//! read  4e 61 69 72 6f 62, then 69 21 21        TooLong: 9 octets came
//! read  51 75 69, then ConnectionReset          Failed: 3 octets had come
//! ```
//!
//! std has most of this. Write it with `Read::read` first, and compare.

use std::io::{self, ErrorKind, Read};

/// Why there is no reply.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// More octets came than a reply may have.
    #[error("a reply of more than {limit} octets")]
    TooLong {
        /// The octets that a reply may have.
        limit: usize,
    },
    /// A read failed.
    #[error("failed after {came} octets of a reply")]
    Failed {
        /// The octets that had come.
        came: usize,
        /// What the read said.
        source: io::Error,
    },
}

/// Reads a reply of at most `limit` octets, which ends with the stream.
pub fn read_reply(stream: &mut impl Read, limit: usize) -> Result<Vec<u8>, Error> {
    todo!()
}
