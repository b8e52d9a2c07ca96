//! The octets are moved to a buffer of your own
//!
//! You take all octets off the input and keep those of an unfinished line in the decoder. The
//! messages are right. But the caller hands you the same input again and asks it what is
//! left, and the octets of a line are then in two places. Here the input is the buffer.
//!
//! fails: a_line_that_is_not_whole_stays_in_the_input

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
    line: BytesMut,
}

impl Delimited {
    /// A decoder for messages of up to `limit` octets, each followed by one
    /// `delimiter`, which `limit` doesn't count.
    pub fn new(delimiter: u8, limit: usize) -> Self {
        Self {
            delimiter,
            limit,
            searched: 0,
            line: BytesMut::new(),
        }
    }

    /// Takes the next message, without its delimiter, off the front of `input`.
    /// `Ok(None)` asks for more octets: append them to the same `input`, which
    /// keeps what this decoder has left in it, and call again.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, Error> {
        let mut whole = std::mem::take(&mut self.line);
        whole.unsplit(input.split());
        let window = &whole[..whole.len().min(self.limit.saturating_add(1))];
        let found = window[self.searched..]
            .iter()
            .position(|&octet| octet == self.delimiter);
        if let Some(distance) = found {
            let message = whole.split_to(self.searched + distance).freeze();
            whole.advance(1);
            *input = whole;
            self.searched = 0;
            return Ok(Some(message));
        }
        if window.len() > self.limit {
            return Err(Error::TooLong { limit: self.limit });
        }
        self.searched = window.len();
        self.line = whole;
        Ok(None)
    }

    /// Says whether the input may end here, with `rest` left of it after
    /// [`decode`](Self::decode) has returned `Ok(None)`.
    pub fn end(&self, rest: &[u8]) -> Result<(), Error> {
        match self.line.len() + rest.len() {
            0 => Ok(()),
            octets => Err(Error::Unfinished { octets }),
        }
    }
}
