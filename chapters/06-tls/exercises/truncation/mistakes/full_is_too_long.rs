//! A full message is too long
//!
//! You read up to `limit` octets, and call a message that has so many too long, because
//! there might be more. A message may have `limit` octets. Ask for one more, and you know.
//!
//! fails: a_message_may_have_as_many_octets_as_the_limit, a_full_message_can_be_cut

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
    match stream.take(limit as u64).read_to_end(&mut message) {
        Ok(_) if message.len() >= limit => Err(Error::TooLong { limit }),
        Ok(_) => Ok(message),
        Err(error) => match error.kind() {
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset => Err(Error::Cut {
                octets: message.len(),
            }),
            _ => Err(error.into()),
        },
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
