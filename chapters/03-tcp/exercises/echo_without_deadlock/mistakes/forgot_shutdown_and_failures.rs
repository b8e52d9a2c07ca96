//! Nobody says that all is sent, nor that the output failed
//!
//! You copy both ways, with a thread for one of them, and never shut down. The peer
//! waits for the end: the other handle keeps the connection open. And when the output
//! fails, nobody reads any more, and the sender waits in write for ever. Shut down
//! writing when all is sent, and both directions when receiving fails.
//!
//! fails: a_few_octets, nothing_to_send, more_than_fits_into_the_buffers,
//!    a_peer_that_answers_at_the_end, short_writes_and_signals,
//!    little_of_the_input_is_held, little_of_the_answer_is_held,
//!    an_input_that_fails_is_an_end_too, an_output_that_fails_strands_nobody,
//!    the_error_of_the_output_is_returned, sixty_four_mebioctets

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
        let sender = scope.spawn(move || io::copy(&mut input, &mut sending));
        let received = io::copy(&mut receiving, &mut output);
        let sent = sender
            .join()
            .unwrap_or_else(|panic| panic::resume_unwind(panic));
        let received = received?;
        sent?;
        Ok(received)
    })
}
