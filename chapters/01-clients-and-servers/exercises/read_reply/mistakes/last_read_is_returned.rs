//! Each read takes the place of the one before
//!
//! You keep what the last read brought. The reply is all that all reads brought, in
//! their order.
//!
//! fails: a_reply_in_two_reads, every_way_to_cut_the_octets,
//!    an_empty_line_is_not_the_end, a_letter_between_two_reads,
//!    a_reply_need_not_be_text, a_long_reply_that_is_all_there, a_long_reply_in_pieces,
//!    a_signal_comes_half_way, it_says_what_all_reads_brought,
//!    a_reply_of_just_the_limit_passes, one_octet_too_many_is_refused,
//!    a_flood_is_refused, nothing_is_read_when_it_is_too_long, any_number_is_a_limit

use std::io::{self, ErrorKind, Read};

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
    let mut reply = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(reply),
            Ok(read) => {
                reply = buffer[..read].to_vec();
                if reply.len() > limit {
                    return Err(Error::TooLong { limit });
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(source) => {
                return Err(Error::Failed {
                    came: reply.len(),
                    source,
                });
            }
        }
    }
}
