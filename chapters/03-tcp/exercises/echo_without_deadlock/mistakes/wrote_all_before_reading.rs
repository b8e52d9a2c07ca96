//! All is written before any is read
//!
//! You send everything, and read then. As long as the buffers on the way hold it all,
//! that works, and with loopback they hold megabytes. Then one day the message is longer:
//! the echo waits in write until you read, and you wait in write until the echo reads.
//! Read while you write.
//!
//! fails: more_than_fits_into_the_buffers, short_writes_and_signals,
//!    an_output_that_fails_strands_nobody, the_error_of_the_output_is_returned,
//!    sixty_four_mebioctets

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
    io::copy(&mut input, &mut connection)?;
    connection.shutdown(Shutdown::Write)?;
    io::copy(&mut connection, &mut output)
}
