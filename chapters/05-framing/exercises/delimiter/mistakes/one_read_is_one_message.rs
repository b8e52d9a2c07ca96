//! One read is one message
//!
//! You take all octets that a read brought for one message. On one machine that
//! works for a long time, because small writes mostly arrive as they were made. A
//! network may cut a message in two, or bring two at once. Where a message ends is
//! known by its delimiter alone.
//!
//! fails: one_line_in_two_reads, two_lines_in_one_read,
//!    one_line_and_a_half_in_one_read, a_whole_line_does_not_wait_for_the_next,
//!    a_short_line_after_a_long_one, a_line_may_be_empty, the_delimiter_is_the_one_given,
//!    every_way_to_cut_the_octets, a_line_of_just_the_limit_passes,
//!    the_limit_is_for_one_line, a_flood_without_delimiter_is_refused,
//!    the_first_octet_over_the_limit_is_refused, no_octet_is_looked_at_twice,
//!    the_input_may_not_end_inside_a_line

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
        if input.is_empty() {
            return Ok(None);
        }
        let mut message = input.split();
        if message.last() == Some(&self.delimiter) {
            message.truncate(message.len() - 1);
        }
        if message.len() > self.limit {
            return Err(Error::TooLong { limit: self.limit });
        }
        Ok(Some(message.freeze()))
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
