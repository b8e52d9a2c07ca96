//! At the end it goes round
//!
//! You add up what the reads bring, and wait for something that says stop. At the end
//! of the stream each read brings 0 octets, at once: your loop keeps a processor busy
//! and never ends.
//!
//! fails: a_reply_in_one_read, a_reply_in_two_reads, every_way_to_cut_the_octets,
//!    an_empty_reply, an_empty_line_is_not_the_end, a_letter_between_two_reads,
//!    a_reply_need_not_be_text, a_long_reply_that_is_all_there, a_long_reply_in_pieces,
//!    a_signal_comes_half_way, a_reply_of_just_the_limit_passes,
//!    a_large_limit_takes_no_memory, any_number_is_a_limit

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
            Ok(read) => {
                reply.extend_from_slice(&buffer[..read]);
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
