//! An echo without a deadlock
//!
//! Difficulty: core
//! Page: 03-tcp/stalls.md
//! Check: just check 3.3
//!
//! A polite server sends back what it reads, and reads on when that is sent. A polite
//! client sends all it has, and reads then. With 64 MiB between them both get stuck:
//! the buffers on the way are full, each side waits in write, and neither reads.
//!
//! Write the client that doesn't:
//!
//! - It sends all of `input`, and at the same time writes to `output` whatever comes
//!   back. Neither direction waits for the other. A thread for one of them will do.
//! - When all is sent it says so, `Shutdown::Write`: the echo waits for that end. To
//!   drop a handle is not enough, since the other one keeps the connection open.
//! - It returns the number of octets that came, once the peer has ended as well.
//! - It never holds more than 1 MiB of either direction: the input may be any length.
//! - When something fails it comes to an end and returns that error, and not another
//!   that follows from it. Think of who waits for whom then: an input that fails must be the
//!   end for the peer too, and when the output fails, nobody makes room for what is still
//!   being sent.
//!
//! The checks run in memory, most of them with buffers of 16 KiB or less each way. When nothing is
//! left but waiting, the connection says so, and who waits for what:
//!
//! ```text
//! stuck after 32768 octets sent and 0 received: you wait in write, and read nothing
//!   you ──▶ 16384 octets, full ──▶ peer
//!   you ◀── 16384 octets, full ◀── peer
//! The peer waits in write until you read. It reads on after that
//! ```

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
    input: impl Read + Send,
    output: impl Write,
) -> io::Result<u64> {
    todo!()
}
