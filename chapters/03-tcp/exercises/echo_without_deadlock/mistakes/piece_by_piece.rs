//! Each piece is read back before the next
//!
//! You send 8 KiB, read 8 KiB, and so on, so that never more than that is on the way.
//! It gets stuck where the buffers hold less than your piece, and where the peer sends
//! something else than you think: it may answer at the end, or compress. A stream has no
//! pieces, and no direction may wait for the other.
//!
//! fails: more_than_fits_into_the_buffers, a_peer_that_answers_at_the_end

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};

/// A connection as [`TcpStream`] is one: its handles can be cloned, and all
/// speak of the same connection.
pub trait Connection: Read + Write + Send + Sized {
    /// One more handle of this connection. The connection is closed when the last
    /// of them is dropped, and not before.
    fn try_clone(&self) -> io::Result<Self>;

    /// Ends one direction of the connection, or both, whatever other handles
    /// there are.
    fn shutdown(&self, how: Shutdown) -> io::Result<()>;
}

impl Connection for TcpStream {
    fn try_clone(&self) -> io::Result<Self> {
        TcpStream::try_clone(self)
    }

    fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        TcpStream::shutdown(self, how)
    }
}

/// Sends all of `input` to the peer and writes all that the peer sends to
/// `output`, both at the same time. Returns the octets that came.
pub fn exchange<C: Connection>(
    connection: C,
    mut input: impl Read + Send,
    mut output: impl Write,
) -> io::Result<u64> {
    let mut connection = connection;
    let mut piece = [0; 8 * 1024];
    let mut received = 0;
    loop {
        let read = input.read(&mut piece)?;
        if read == 0 {
            break;
        }
        connection.write_all(&piece[..read])?;
        connection.read_exact(&mut piece[..read])?;
        output.write_all(&piece[..read])?;
        received += read as u64;
    }
    connection.shutdown(Shutdown::Write)?;
    Ok(received + io::copy(&mut connection, &mut output)?)
}
