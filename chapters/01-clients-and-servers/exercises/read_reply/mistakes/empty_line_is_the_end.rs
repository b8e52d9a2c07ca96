//! An empty line is taken for the end
//!
//! You stop at the empty line, where the head of an HTTP reply ends. Its body comes
//! behind that, and may have empty lines too. This function knows nothing of HTTP: the
//! reply ends when the stream does.
//!
//! fails: every_way_to_cut_the_octets, an_empty_line_is_not_the_end

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
                reply.extend_from_slice(&buffer[..read]);
                if reply.len() > limit {
                    return Err(Error::TooLong { limit });
                }
                if reply.ends_with(b"\r\n\r\n") {
                    return Ok(reply);
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
