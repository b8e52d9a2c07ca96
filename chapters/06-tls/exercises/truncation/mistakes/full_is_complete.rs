//! When it is full, it is complete
//!
//! You stop reading as soon as `limit` octets have come, and return them. Whether the peer
//! had said that this was all, and whether there was more, you don't know.
//!
//! fails: a_message_of_one_more_is_too_long, a_full_message_can_be_cut

use std::io::{self, ErrorKind, Read, Write};
use std::ops::DerefMut;

use rustls::{ConnectionCommon, SideData, StreamOwned};

/// Why a message can't be taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The connection ended without the peer's word that this is the end.
    #[error("cut after {octets} octets: no close_notify came")]
    Cut {
        /// The octets that came before.
        octets: usize,
    },
    /// More came than one peer may send.
    #[error("more than {limit} octets")]
    TooLong {
        /// The octets that are allowed.
        limit: usize,
    },
    /// The connection failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Everything that the peer sends until it says that it has done so, up to `limit`
/// octets. `stream` is one of rustls, which reports an end that the peer did not
/// announce as [`ErrorKind::UnexpectedEof`].
pub fn receive(stream: &mut impl Read, limit: usize) -> Result<Vec<u8>, Error> {
    let mut message = Vec::new();
    let mut piece = [0; 4096];
    loop {
        if message.len() == limit {
            return Ok(message);
        }
        match stream.read(&mut piece) {
            Ok(0) => return Ok(message),
            Ok(come) => {
                message.extend_from_slice(&piece[..come]);
                if message.len() > limit {
                    return Err(Error::TooLong { limit });
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => {
                return match error.kind() {
                    ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset => Err(Error::Cut {
                        octets: message.len(),
                    }),
                    _ => Err(error.into()),
                };
            }
        }
    }
}

/// Says that nothing more will be sent: close_notify. What the peer has still to
/// say can be read afterwards.
pub fn finish<C, D, S>(stream: &mut StreamOwned<C, S>) -> io::Result<()>
where
    C: DerefMut<Target = ConnectionCommon<D>>,
    D: SideData,
    S: Read + Write,
{
    // Where nothing was sent, the handshake has still to be made.
    flush(stream)?;
    stream.conn.send_close_notify();
    flush(stream)
}

fn flush(stream: &mut impl Write) -> io::Result<()> {
    loop {
        match stream.flush() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}
