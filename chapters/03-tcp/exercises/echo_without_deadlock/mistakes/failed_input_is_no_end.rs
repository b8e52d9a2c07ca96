//! When the input fails, the peer waits for ever
//!
//! You copy with `?` and shut down after that. When the input fails, the `?` leaves
//! before the shutdown: the peer waits for more, your receiver waits for the peer, and
//! nobody hears of the error. Shut down on every way out.
//!
//! fails: an_input_that_fails_is_an_end_too

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
    thread::scope(|scope| {
        let sender = scope.spawn(move || {
            io::copy(&mut input, &mut sending)?;
            sending.shutdown(Shutdown::Write)
        });
        let received = io::copy(&mut receiving, &mut output);
        if received.is_err() {
            let _ = receiving.shutdown(Shutdown::Both);
        }
        let sent = sender
            .join()
            .unwrap_or_else(|panic| panic::resume_unwind(panic));
        let received = received?;
        sent?;
        Ok(received)
    })
}
