//! The end forgets the header that was taken
//!
//! You take a header off the input and remember what it said, which is fine. But `end` looks
//! for a message under way in the input and among the chunks, and a header that you have
//! taken is in neither. Ask about everything that you remember.
//!
//! fails: the_input_may_not_end_behind_a_header

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
    /// The chunks of the message under way; `None` between two messages.
    message: Option<BytesMut>,
    left: Option<usize>,
}

impl Chunks {
    /// A decoder for messages of up to `limit` octets, headers not counted.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            message: None,
            left: None,
        }
    }

    /// Takes chunks off the front of `input` up to the end of one message, and
    /// returns that message. `Ok(None)` asks for more octets: append them to
    /// the same `input` and call again. Whatever follows the message stays in
    /// `input`.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, Error> {
        loop {
            let chunk = match self.left {
                Some(chunk) => chunk,
                None if input.len() < HEADER => break,
                None => {
                    let chunk = usize::from(input.get_u16());
                    let length = self.message.as_ref().map_or(0, BytesMut::len) + chunk;
                    if length > self.limit {
                        return Err(Error::TooLong {
                            length,
                            limit: self.limit,
                        });
                    }
                    chunk
                }
            };
            self.left = Some(chunk);
            if input.len() < chunk {
                break;
            }
            self.left = None;
            if chunk == 0 {
                return Ok(Some(self.message.take().unwrap_or_default().freeze()));
            }
            self.message
                .get_or_insert_default()
                .extend_from_slice(&input.split_to(chunk));
        }
        Ok(None)
    }

    /// Says whether the input may end here, with `rest` left of it after
    /// [`decode`](Self::decode) has returned `Ok(None)`.
    pub fn end(&self, rest: &[u8]) -> Result<(), Error> {
        if rest.is_empty() && self.message.is_none() {
            Ok(())
        } else {
            Err(Error::Unfinished)
        }
    }
}
