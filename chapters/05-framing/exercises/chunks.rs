//! Chunks up to an empty one
//!
//! Difficulty: core
//! Page: 05-framing/lengths.md
//! Check: just check 5.3
//!
//! A sender that doesn't know yet how long its message will be sends it in chunks:
//! a length in two octets, big-endian, then so many octets of the message. A chunk
//! of length 0 says that the message is whole. The next message may follow at
//! once, in the same read even. Write the decoder.
//!
//! `decode` is called whenever octets have been appended to `input`:
//!
//! - It takes chunks off the front of `input` up to an empty one, and returns their
//!   octets as one message. Whatever follows the empty chunk stays in `input`.
//! - While the empty chunk is missing it returns `Ok(None)`. All whole chunks have been
//!   taken by then, so that no call goes through them again. The one that isn't whole
//!   may stay in `input`; if you take a part of it, remember what you need. The next
//!   call gets the same `input` with more octets at its end.
//! - A message of nothing but the empty chunk is an empty message.
//! - The chunks of one message have at most `limit` octets together, headers not
//!   counted. A header that announces more is `Error::TooLong` at once.
//!
//! `end` is called when the peer has closed and `decode` has returned `Ok(None)`:
//! `rest` is what is left of the input. Between two messages all is well; inside
//! one, be it inside a header, inside a chunk or between two, it is
//! `Error::Unfinished`.
//!
//! The message `hello` in two chunks is
//!
//! ```text
//! offset  field   octets
//!      0  length  00 03
//!      2  chunk   68 65 6c
//!      5  length  00 02
//!      7  chunk   6c 6f
//!      9  end     00 00
//! ```

use bytes::{Buf, Bytes, BytesMut};

/// The octets of a chunk's length.
pub const HEADER: usize = 2;

/// Why a stream of chunks can't be read any further.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The chunks of one message, with the one just announced, are over the limit.
    #[error("a message of {length} octets or more where {limit} are allowed")]
    TooLong {
        /// The octets announced so far.
        length: usize,
        /// The octets that a message may have.
        limit: usize,
    },
    /// The input ended inside a message.
    #[error("the input ended inside a message")]
    Unfinished,
}

/// Puts messages together from the chunks that have come so far.
#[derive(Clone, Debug)]
pub struct Chunks {
    limit: usize,
    // Add what you need to remember between two calls.
}

impl Chunks {
    /// A decoder for messages of up to `limit` octets, headers not counted.
    pub fn new(limit: usize) -> Self {
        Self { limit }
    }

    /// Takes chunks off the front of `input` up to the end of one message, and
    /// returns that message.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, Error> {
        todo!()
    }

    /// Says whether the input may end here, with `rest` left of it.
    pub fn end(&self, rest: &[u8]) -> Result<(), Error> {
        todo!()
    }
}
