//! It waits until a buffer is full
//!
//! You use `read_exact`, which wants a number of octets and takes an earlier end for an
//! error. Nobody has said how long the reply is: it ends when the stream does. And you
//! take the memory for the longest one before any octet has come.
//!
//! fails: a_reply_in_one_read, a_reply_in_two_reads, every_way_to_cut_the_octets,
//!    an_empty_reply, an_empty_line_is_not_the_end, a_letter_between_two_reads,
//!    a_reply_need_not_be_text, a_long_reply_that_is_all_there, a_long_reply_in_pieces,
//!    a_signal_comes_half_way, the_failure_says_how_much_had_come,
//!    it_says_what_all_reads_brought, one_octet_too_many_is_refused,
//!    a_flood_is_refused, a_large_limit_takes_no_memory, any_number_is_a_limit

use std::io::{self, Read};

/// Why there is no reply.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// More octets came than a reply may have.
    #[error("a reply of more than {limit} octets")]
    TooLong {
        /// The octets that a reply may have.
        limit: usize,
    },
    /// A read failed.
    #[error("failed after {came} octets of a reply")]
    Failed {
        /// The octets that had come.
        came: usize,
        /// What the read said.
        source: io::Error,
    },
}

/// Reads a reply of at most `limit` octets, which ends with the stream.
pub fn read_reply(stream: &mut impl Read, limit: usize) -> Result<Vec<u8>, Error> {
    let mut reply = vec![0; limit];
    match stream.read_exact(&mut reply) {
        Ok(()) => Ok(reply),
        Err(source) => Err(Error::Failed { came: 0, source }),
    }
}
