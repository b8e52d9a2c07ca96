//! The delimiter is looked for at the end only
//!
//! You wait until the input ends with the delimiter, and take all before it for one
//! message. Nobody promises that a read ends where a message ends: when the end of
//! one and the beginning of the next come together, you wait, and when two whole
//! ones do, you return them as one.
//!
//! fails: two_lines_in_one_read, one_line_and_a_half_in_one_read,
//!    a_whole_line_does_not_wait_for_the_next, a_short_line_after_a_long_one,
//!    a_line_may_be_empty, the_delimiter_is_the_one_given,
//!    every_way_to_cut_the_octets, the_limit_is_for_one_line

use bytes::{Bytes, BytesMut};

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
        if input.len() > self.limit.saturating_add(1) {
            return Err(Error::TooLong { limit: self.limit });
        }
        if input.last() == Some(&self.delimiter) {
            let mut message = input.split();
            message.truncate(message.len() - 1);
            return Ok(Some(message.freeze()));
        }
        if input.len() > self.limit {
            return Err(Error::TooLong { limit: self.limit });
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
