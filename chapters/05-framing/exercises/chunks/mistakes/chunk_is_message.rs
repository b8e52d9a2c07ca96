//! Each chunk is taken for a message
//!
//! You return each chunk as it comes. How a message was cut into chunks depends on the
//! sender's buffer and means nothing; some proxies cut it anew on the way. The empty
//! chunk alone says where a message ends.
//!
//! fails: a_message_in_two_chunks, a_chunk_alone_is_no_message, a_message_may_be_empty,
//!    zeros_inside_a_chunk_end_nothing, whole_chunks_are_taken_off_the_input,
//!    what_follows_a_message_stays_in_the_input, every_way_to_cut_the_octets,
//!    a_message_of_just_the_limit_passes, small_chunks_without_end_are_refused,
//!    the_input_may_not_end_between_two_chunks

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
}

impl Chunks {
    /// A decoder for messages of up to `limit` octets, headers not counted.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            message: None,
        }
    }

    /// Takes chunks off the front of `input` up to the end of one message, and
    /// returns that message. `Ok(None)` asks for more octets: append them to
    /// the same `input` and call again. Whatever follows the message stays in
    /// `input`.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, Error> {
        while let Some((header, payload)) = input.split_first_chunk::<HEADER>() {
            let length = usize::from(u16::from_be_bytes(*header));
            if length > self.limit {
                return Err(Error::TooLong {
                    length,
                    limit: self.limit,
                });
            }
            if payload.len() < length {
                break;
            }
            input.advance(HEADER);
            if length > 0 {
                return Ok(Some(input.split_to(length).freeze()));
            }
            // The empty chunk carries nothing.
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
