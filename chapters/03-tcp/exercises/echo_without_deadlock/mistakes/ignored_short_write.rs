//! A short write is taken for a whole one
//!
//! You call `write` for each piece and don't look at what it returns. With small buffers
//! it takes a part of most pieces, and the rest never leaves. Use `write_all`, or
//! `io::copy`, which does.
//!
//! fails: more_than_fits_into_the_buffers, a_peer_that_answers_at_the_end,
//!    short_writes_and_signals, sixty_four_mebioctets

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
            let mut piece = vec![0; 64 * 1024];
            let mut send = || -> io::Result<()> {
                loop {
                    let read = input.read(&mut piece)?;
                    if read == 0 {
                        return Ok(());
                    }
                    while let Err(error) = sending.write(&piece[..read]) {
                        if error.kind() != io::ErrorKind::Interrupted {
                            return Err(error);
                        }
                    }
                }
            };
            let sent = send();
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
