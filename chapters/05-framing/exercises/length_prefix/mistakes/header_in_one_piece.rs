//! The header is expected in one piece
//!
//! You know that a payload may come in pieces, and rely on the four octets before it
//! to come together. They may be cut as well, and then reading a number from two
//! octets panics: a peer that sends one octet stops your server.
//!
//! fails: a_header_in_two_reads, a_whole_message_does_not_wait_for_the_next,
//!    every_way_to_cut_the_octets, the_input_may_not_end_inside_a_header

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
        if input.is_empty() {
            return Ok(None);
        }
        let length = (&input[..]).get_u32() as usize;
        if length > self.limit {
            return Err(Error::TooLong {
                length,
                limit: self.limit,
            });
        }
        if input.len() - HEADER < length {
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
            Ok(length) if payload.len() <= self.limit => {
                output.reserve(HEADER + payload.len());
                output.put_u32(length);
                output.put_slice(payload);
                Ok(())
            }
            _ => Err(Error::TooLong {
                length: payload.len(),
                limit: self.limit,
            }),
        }
    }
}
