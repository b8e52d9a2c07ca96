//! Each call starts over
//!
//! You leave everything in the input until the empty chunk is there, and collect the chunks
//! anew at each call. Nothing need be remembered, and it works; and a message of n chunks that
//! come one by one is collected n times. Take what is whole, and keep it.
//!
//! fails: whole_chunks_are_taken_off_the_input

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
    /// One bad peer may not take more memory than this, whatever the number
    /// of chunks.
    limit: usize,
}

impl Chunks {
    /// A decoder for messages of up to `limit` octets, headers not counted.
    pub fn new(limit: usize) -> Self {
        Self { limit }
    }

    /// Takes chunks off the front of `input` up to the end of one message, and
    /// returns that message. `Ok(None)` asks for more octets: append them to
    /// the same `input` and call again. Whatever follows the message stays in
    /// `input`.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, Error> {
        let mut message = BytesMut::new();
        let mut at = 0;
        while let Some((header, payload)) = input[at..].split_first_chunk::<HEADER>() {
            let chunk = usize::from(u16::from_be_bytes(*header));
            let length = message.len() + chunk;
            if length > self.limit {
                return Err(Error::TooLong {
                    length,
                    limit: self.limit,
                });
            }
            let Some(payload) = payload.get(..chunk) else {
                break;
            };
            message.extend_from_slice(payload);
            at += HEADER + chunk;
            if chunk == 0 {
                input.advance(at);
                return Ok(Some(message.freeze()));
            }
        }
        Ok(None)
    }

    /// Says whether the input may end here, with `rest` left of it after
    /// [`decode`](Self::decode) has returned `Ok(None)`.
    pub fn end(&self, rest: &[u8]) -> Result<(), Error> {
        if rest.is_empty() {
            Ok(())
        } else {
            Err(Error::Unfinished)
        }
    }
}
