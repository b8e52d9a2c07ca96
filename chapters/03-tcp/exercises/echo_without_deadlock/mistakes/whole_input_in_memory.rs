//! All of the input is read into memory first
//!
//! You read the whole input and send it from there. 64 MiB fit; the next input is a disk.
//! A stream is there so that nobody has to hold all of it: `io::copy` needs 8 KiB.
//!
//! fails: little_of_the_input_is_held

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
    let mut message = Vec::new();
    input.read_to_end(&mut message)?;
    thread::scope(|scope| {
        let sender = scope.spawn(move || {
            let sent = sending.write_all(&message);
            sent.and(sending.shutdown(Shutdown::Write))
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
