//! What is sent has no limit
//!
//! You hold against the limit what comes, and not what you send. Your peer has the same limit,
//! closes the connection at your header, and reports a bad peer: you. The one who can still
//! do something about a message that is too long is whoever is about to send it.
//!
//! fails: what_is_too_long_is_not_sent, a_refused_message_leaves_no_trace

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
    /// One bad peer may not take more memory than this.
    limit: usize,
}

impl LengthPrefixed {
    /// A codec for payloads of up to `limit` octets, which doesn't count the
    /// header.
    pub fn new(limit: usize) -> Self {
        Self { limit }
    }

    /// Takes the next payload off the front of `input`. `Ok(None)` asks for more
    /// octets: append them to the same `input` and call again.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, Error> {
        // The header stays in the input until the payload has come, so there
        // is nothing to remember between two calls.
        let Some((header, payload)) = input.split_first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let length = u32::from_be_bytes(*header) as usize;
        if length > self.limit {
            return Err(Error::TooLong {
                length,
                limit: self.limit,
            });
        }
        if payload.len() < length {
            return Ok(None);
        }
        input.advance(HEADER);
        Ok(Some(input.split_to(length).freeze()))
    }

    /// Says whether the input may end here, with `rest` left of it after
    /// [`decode`](Self::decode) has returned `Ok(None)`.
    pub fn end(&self, rest: &[u8]) -> Result<(), Error> {
        match rest.len() {
            0 => Ok(()),
            octets => Err(Error::Unfinished { octets }),
        }
    }

    /// Appends `payload` behind its length to `output`.
    pub fn encode(&self, payload: &[u8], output: &mut BytesMut) -> Result<(), Error> {
        match u32::try_from(payload.len()) {
            Ok(length) => {
                output.reserve(HEADER + payload.len());
                output.put_u32(length);
                output.put_slice(payload);
                Ok(())
            }
            Err(_) => Err(Error::TooLong {
                length: payload.len(),
                limit: self.limit,
            }),
        }
    }
}
