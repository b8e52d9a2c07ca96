//! The octet over the limit is noticed with the next
//!
//! You ask for the limit before you look at an octet, and not after the last one. The octet
//! that is one too many lies in your buffer until another comes. A peer that waits there for
//! your answer waits for ever.
//!
//! fails: the_first_octet_over_the_limit_is_refused

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
    /// The octets at the front of the input in which we have already looked
    /// for the delimiter. Looking there again would make a message that comes
    /// in n pieces cost n² steps.
    searched: usize,
}

impl Delimited {
    /// A decoder for messages of up to `limit` octets, each followed by one
    /// `delimiter`, which `limit` doesn't count.
    pub fn new(delimiter: u8, limit: usize) -> Self {
        Self {
            delimiter,
            limit,
            searched: 0,
        }
    }

    /// Takes the next message, without its delimiter, off the front of `input`.
    /// `Ok(None)` asks for more octets: append them to the same `input`, which
    /// keeps what this decoder has left in it, and call again.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, Error> {
        while let Some(&octet) = input.get(self.searched) {
            if self.searched > self.limit {
                return Err(Error::TooLong { limit: self.limit });
            }
            if octet == self.delimiter {
                let message = input.split_to(self.searched).freeze();
                input.advance(1);
                self.searched = 0;
                return Ok(Some(message));
            }
            self.searched += 1;
        }
        Ok(None)
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
