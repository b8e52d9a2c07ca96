//! A decoder for lines
//!
//! Difficulty: core
//! Page: 05-framing/delimiters.md
//! Check: just check 5.1
//!
//! A peer sends lines: the octets of a message, then one delimiter, which no
//! message holds. Reads cut them anywhere. Write the decoder that finds the
//! messages again.
//!
//! `decode` is called whenever octets have been appended to `input`:
//!
//! - It takes the first message off the front of `input`, its delimiter too, and
//!   returns it without the delimiter. What follows stays in `input`.
//! - While the delimiter is missing it returns `Ok(None)` and leaves all octets in
//!   `input`. The next call gets the same `input` with more octets at its end.
//! - A message is any octets but the delimiter, and may be empty. A carriage
//!   return is one of its octets.
//! - A message has at most `limit` octets, the delimiter not counted. As soon as
//!   one can no longer keep to that, whole or not, it is `Error::TooLong`. Any number
//!   is a limit, `usize::MAX` too.
//! - It looks at no octet twice, and copies none: a long line which comes octet by
//!   octet would otherwise cost the square of its length.
//!
//! `end` is called when the peer has closed and `decode` has returned `Ok(None)`:
//! `rest` is what is left of the input. A message without its delimiter is not
//! whole, so any rest is `Error::Unfinished`.
//!
//! With the delimiter `\n`, from the reads `47 45` and `54 0a 50`:
//!
//! ```text
//! input  47 45            decode gives None          input  47 45
//! input  47 45 54 0a 50   decode gives 47 45 54      input  50
//!                         decode gives None          input  50
//! ```

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
    limit: usize,
    // Add what you need to remember between two calls.
}

impl Delimited {
    /// A decoder for messages of up to `limit` octets, each followed by one
    /// `delimiter`, which `limit` doesn't count.
    pub fn new(delimiter: u8, limit: usize) -> Self {
        Self { delimiter, limit }
    }

    /// Takes the next message, without its delimiter, off the front of `input`.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, Error> {
        todo!()
    }

    /// Says whether the input may end here, with `rest` left of it.
    pub fn end(&self, rest: &[u8]) -> Result<(), Error> {
        todo!()
    }
}
