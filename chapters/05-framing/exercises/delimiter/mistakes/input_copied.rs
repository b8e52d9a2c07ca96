//! The input is copied for each search
//!
//! You clone the input to look through it. A `BytesMut` is copied octet by octet when it is
//! cloned: a line that comes in n pieces is copied n times, and the time grows with the
//! square of its length, however cleverly you search. Look at it where it is.
//!
//! fails: a_search_copies_nothing

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
        let data = input.clone();
        let window = &data[..data.len().min(self.limit.saturating_add(1))];
        let found = window[self.searched..]
            .iter()
            .position(|&octet| octet == self.delimiter);
        if let Some(distance) = found {
            let message = input.split_to(self.searched + distance).freeze();
            input.advance(1);
            self.searched = 0;
            return Ok(Some(message));
        }
        if window.len() > self.limit {
            return Err(Error::TooLong { limit: self.limit });
        }
        self.searched = window.len();
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
