//! Waits for the other side's close_notify
//!
//! You read until the peer has said close_notify as well. It may still have much to say,
//! which you throw away, or wait for you: each direction ends by itself (RFC 9846, section
//! 6.1). Whoever wants the other's end calls `receive`.
//!
//! fails: finish_ends_one_direction, in_tls_1_2_as_well

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
    // One more than allowed, to tell a message of `limit` octets from a longer one.
    let most = (limit as u64).saturating_add(1);
    match stream.take(most).read_to_end(&mut message) {
        Ok(_) if message.len() > limit => Err(Error::TooLong { limit }),
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
    flush(stream)?;
    io::copy(stream, &mut io::sink())?;
    Ok(())
}

fn flush(stream: &mut impl Write) -> io::Result<()> {
    loop {
        match stream.flush() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}
