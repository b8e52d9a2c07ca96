//! When the output fails, the sender waits for ever
//!
//! You leave with `?` when the output fails. A scope waits for its threads, and the
//! sender waits in write: nobody reads any more, so the echo never makes room. Shut
//! down both directions, and its write returns with an error.
//!
//! fails: an_output_that_fails_strands_nobody, the_error_of_the_output_is_returned

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::{panic, thread};

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
    let mut receiving = connection;
    let mut sending = receiving.try_clone()?;
    thread::scope(move |scope| {
        let sender = scope.spawn(move || {
            let sent = io::copy(&mut input, &mut sending);
            sent.and(sending.shutdown(Shutdown::Write))
        });
        let received = io::copy(&mut receiving, &mut output)?;
        sender
            .join()
            .unwrap_or_else(|panic| panic::resume_unwind(panic))?;
        Ok(received)
    })
}
