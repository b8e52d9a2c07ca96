//! Each search starts over
//!
//! You find every message, and each time that octets come you look for the
//! delimiter from the beginning. A line that comes in n pieces is searched n times:
//! the time grows with the square of the length, and a peer that sends octet by
//! octet can keep your processor busy at little cost. Remember how far you have
//! looked.
//!
//! fails: no_octet_is_looked_at_twice

use bytes::{Buf, Bytes, BytesMut};

/// Why a stream of delimited messages can't be read any further.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// More octets than a message may have, and no delimiter among them.
    #[error("a message of more than {limit} octets")]
    TooLong {
        /// The octets that a message may have.
        limit: usize,
    },
    /// The input ended inside a message.
    #[error("the input ended {octets} octets into a message")]
    Unfinished {
        /// The octets that came of it.
        octets: usize,
    },
}

/// Takes delimited messages out of the octets that have come so far.
#[derive(Clone, Debug)]
pub struct Delimited {
    delimiter: u8,
    /// One bad peer may not take more memory than this.
    limit: usize,
}

impl Delimited {
    /// A decoder for messages of up to `limit` octets, each followed by one
    /// `delimiter`, which `limit` doesn't count.
    pub fn new(delimiter: u8, limit: usize) -> Self {
        Self { delimiter, limit }
    }

    /// Takes the next message, without its delimiter, off the front of `input`.
    /// `Ok(None)` asks for more octets: append them to the same `input`, which
    /// keeps what this decoder has left in it, and call again.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, Error> {
        let window = &input[..input.len().min(self.limit.saturating_add(1))];
        match window.iter().position(|&octet| octet == self.delimiter) {
            Some(length) => {
                let message = input.split_to(length).freeze();
                input.advance(1);
                Ok(Some(message))
            }
            None if window.len() > self.limit => Err(Error::TooLong { limit: self.limit }),
            None => Ok(None),
        }
    }

    /// Says whether the input may end here, with `rest` left of it after
    /// [`decode`](Self::decode) has returned `Ok(None)`.
    pub fn end(&self, rest: &[u8]) -> Result<(), Error> {
        match rest.len() {
            0 => Ok(()),
            octets => Err(Error::Unfinished { octets }),
        }
    }
}
