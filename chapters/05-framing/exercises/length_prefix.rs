//! A codec with a length prefix
//!
//! Difficulty: core
//! Page: 05-framing/lengths.md
//! Check: just check 5.2
//!
//! Each message travels behind its length: four octets, big-endian, which count
//! the payload and not themselves. Any octets may be in a payload, and it may be
//! empty. Write the decoder and the encoder.
//!
//! `decode` is called whenever octets have been appended to `input`:
//!
//! - It takes the first message, header and payload, off the front of `input` and
//!   returns the payload. What follows stays in `input`.
//! - While octets are missing it returns `Ok(None)` and leaves all in `input`. Even
//!   the header may come in pieces.
//! - A header that announces more than `limit` octets is `Error::TooLong` at once,
//!   before any of the payload has come, and before any memory is asked for.
//!
//! `end` is called when the peer has closed and `decode` has returned `Ok(None)`:
//! `rest` is what is left of the input. Any rest is `Error::Unfinished`.
//!
//! `encode` appends one message to `output`. A payload over the limit is
//! `Error::TooLong`, and `output` then stays as it was.
//!
//! The message `hello` is
//!
//! ```text
//! offset  field    octets
//!      0  length   00 00 00 05
//!      4  payload  68 65 6c 6c 6f
//! ```

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// The octets of a length prefix.
pub const HEADER: usize = 4;

/// Why a message can't be taken or sent.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A payload, announced or about to be sent, which is over the limit.
    #[error("a message of {length} octets where {limit} are allowed")]
    TooLong {
        /// The octets it has, or says that it has.
        length: usize,
        /// The octets that a payload may have.
        limit: usize,
    },
    /// The input ended inside a message.
    #[error("the input ended {octets} octets into a message")]
    Unfinished {
        /// The octets that came of it, header included.
        octets: usize,
    },
}

/// Takes messages behind a length prefix out of the octets that have come so
/// far, and puts messages behind theirs.
#[derive(Clone, Debug)]
pub struct LengthPrefixed {
    limit: usize,
}

impl LengthPrefixed {
    /// A codec for payloads of up to `limit` octets, which doesn't count the
    /// header.
    pub fn new(limit: usize) -> Self {
        Self { limit }
    }

    /// Takes the next payload off the front of `input`.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, Error> {
        todo!()
    }

    /// Says whether the input may end here, with `rest` left of it.
    pub fn end(&self, rest: &[u8]) -> Result<(), Error> {
        todo!()
    }

    /// Appends `payload` behind its length to `output`.
    pub fn encode(&self, payload: &[u8], output: &mut BytesMut) -> Result<(), Error> {
        todo!()
    }
}
