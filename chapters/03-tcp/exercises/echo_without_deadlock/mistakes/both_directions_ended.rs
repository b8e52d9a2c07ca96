//! Both directions are ended where one is meant
//!
//! You say `Shutdown::Both` when all is sent. That is the end of sending, and of
//! receiving as well: what the peer has yet to send is met with a reset, and lost. With
//! an echo you may not notice, since most of it is back by then. `Shutdown::Write` ends
//! your direction alone.
//!
//! fails: a_peer_that_answers_at_the_end

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
/// Sends all of `input` to the peer, ends that direction, and writes all that the
/// peer sends to `output`, up to its end. Returns the octets that came.
///
/// Both happen at the same time, and neither holds more than a few KiB: a peer
/// that answers while it still reads may have small buffers, and the input any
/// length.
pub fn exchange<C: Connection>(
    connection: C,
    mut input: impl Read + Send,
    mut output: impl Write,
) -> io::Result<u64> {
    let mut receiving = connection;
    let mut sending = receiving.try_clone()?;
    thread::scope(|scope| {
        let sender = scope.spawn(move || {
            let sent = io::copy(&mut input, &mut sending);
            // Also when the input has failed: the peer sees no end otherwise, and
            // ends nothing itself.
            sent.and(sending.shutdown(Shutdown::Both))
        });
        let received = io::copy(&mut receiving, &mut output);
        if received.is_err() {
            // Nobody reads any more, so the sender would wait for room for ever.
            // That this fails where the connection is gone changes nothing.
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
