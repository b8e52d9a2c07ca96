//! Where servers listen and clients connect, and how long they wait for a peer.

use std::io::{self, IoSlice, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use anyhow::Context;

use crate::{keep_trying, report, stop_on_ctrl_c};

/// The command line of a server: its address, and its patience.
#[derive(Debug, Clone, clap::Args)]
pub struct Listen {
    /// Where to listen, as in 127.0.0.1:1060 (port 0: any that is free)
    pub addr: String,
    /// How long a peer may take for one message
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub timeout: Duration,
}

impl Listen {
    /// Serves one client after the other until Ctrl-C. What goes wrong with one
    /// is reported under its address and ends its conversation, not the server.
    ///
    /// # Errors
    ///
    /// When the address can't be listened at.
    // ANCHOR: serve
    pub fn serve(
        &self,
        mut talk: impl FnMut(&mut Conversation) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let listener = listen(&self.addr)?;
        loop {
            let (stream, peer) = accept(&listener);
            if let Err(error) = talk(&mut Conversation::new(stream, self.timeout)) {
                report(peer, &error);
            }
        }
    }
    // ANCHOR_END: serve
}

/// Listens at `addr`, says where, and ends the program on Ctrl-C.
///
/// # Errors
///
/// When the address can't be listened at.
// ANCHOR: listen
pub fn listen(addr: &str) -> anyhow::Result<TcpListener> {
    stop_on_ctrl_c()?;
    let listener = TcpListener::bind(addr).with_context(|| format!("bind {addr}"))?;
    println!("Listening at {}", listener.local_addr()?);
    Ok(listener)
}
// ANCHOR_END: listen

/// Waits for the next client, also where the system has no room for one now.
// ANCHOR: accept
pub fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    keep_trying("accept", || listener.accept())
}
// ANCHOR_END: accept

/// The first address that `addr` stands for.
///
/// # Errors
///
/// When it stands for none.
pub fn resolve(addr: &str) -> anyhow::Result<SocketAddr> {
    let found = addr.to_socket_addrs();
    let mut found = found.with_context(|| format!("resolve {addr}"))?;
    let first = found.next();
    first.with_context(|| format!("resolve {addr}: no address"))
}

/// The command line of a client: whom it talks to, and its patience.
#[derive(Debug, Clone, clap::Args)]
pub struct Connect {
    /// The server's address, as in 127.0.0.1:1060
    pub addr: String,
    /// How long the server may take for one message
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub timeout: Duration,
}

impl Connect {
    /// Connects to the server.
    ///
    /// # Errors
    ///
    /// As [`TcpStream::connect`], with the address.
    pub fn connect(&self) -> anyhow::Result<Conversation> {
        let stream =
            TcpStream::connect(&self.addr).with_context(|| format!("connect {}", self.addr))?;
        Ok(Conversation::new(stream, self.timeout))
    }
}

/// A connection whose peer has a limited time for each message.
///
/// A time-out for each *call* is not enough: a peer that sends one octet just
/// before each of them ends could stay for ever. So the calls share one deadline,
/// which [`next_message`](Conversation::next_message) moves.
// ANCHOR: conversation
#[derive(Debug)]
pub struct Conversation {
    stream: TcpStream,
    patience: Duration,
    deadline: Instant,
}

impl Conversation {
    /// A conversation over `stream` that allows `patience` for the first message.
    pub fn new(stream: TcpStream, patience: Duration) -> Conversation {
        let deadline = Instant::now() + patience;
        Conversation {
            stream,
            patience,
            deadline,
        }
    }

    /// Allows the full time again, for the message that begins now.
    pub fn next_message(&mut self) {
        self.deadline = Instant::now() + self.patience;
    }

    fn time_left(&self) -> io::Result<Duration> {
        match self.deadline.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => Ok(left),
            _ => Err(self.too_slow()),
        }
    }
}
// ANCHOR_END: conversation

impl Conversation {
    /// Shuts down one direction, or both: after `Shutdown::Write` the peer reads
    /// the end of the stream, and can still answer.
    ///
    /// # Errors
    ///
    /// As [`TcpStream::shutdown`].
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.stream.shutdown(how)
    }

    /// The connection itself, for what has nothing to do with time.
    pub fn get_ref(&self) -> &TcpStream {
        &self.stream
    }

    fn too_slow(&self) -> io::Error {
        let what = format!("gave up: not done within {:?}", self.patience);
        io::Error::new(io::ErrorKind::TimedOut, what)
    }

    /// A socket's time-out reads "resource temporarily unavailable" on Unix.
    fn name_timeout(&self, error: io::Error) -> io::Error {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => self.too_slow(),
            _ => error,
        }
    }
}

// ANCHOR: timed
impl Read for Conversation {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(Some(self.time_left()?))?;
        let read = self.stream.read(buffer);
        read.map_err(|error| self.name_timeout(error))
    }
}
// ANCHOR_END: timed

impl Write for Conversation {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(self.time_left()?))?;
        let written = self.stream.write(octets);
        written.map_err(|error| self.name_timeout(error))
    }

    // What there is in several pieces goes in one call: TLS counts on that for the
    // alert that says why it failed.
    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(self.time_left()?))?;
        let written = self.stream.write_vectored(pieces);
        written.map_err(|error| self.name_timeout(error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// A number of seconds, also a fraction, as a command line gives it.
///
/// # Errors
///
/// When it is not a number, not more than zero, or more than a year: no clock could
/// tell when so much time will be over.
pub fn seconds(text: &str) -> Result<Duration, String> {
    const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds")?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if duration > YEAR => Err("must be at most a year".to_owned()),
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("must be more than zero seconds".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_positive_numbers() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for wrong in ["0", "-1", "nan", "inf", "soon", "1e19", "1e300"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
