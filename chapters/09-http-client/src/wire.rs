//! The connection to a server, plain or within TLS, and how long everything on it may
//! take.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use url::Url;

// ANCHOR: patience
/// How long a client waits. Each is another wait, and none of them includes the others.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the connection, with each address of the server.
    pub connect: Duration,
    /// For the next octets, and until the server takes some of ours.
    pub silence: Duration,
    /// For all of an exchange, from the first octet sent to the last one received.
    pub total: Duration,
}
// ANCHOR_END: patience

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            connect: Duration::from_secs(5),
            silence: Duration::from_secs(10),
            total: Duration::from_secs(60),
        }
    }
}

/// What a client tells rustls: whom to trust, which are the roots in the PEM file `ca`, or
/// where there is none those of the system. A system without any trusts nobody.
///
/// # Errors
///
/// When the file can't be read.
pub fn trusting(ca: Option<&Path>) -> anyhow::Result<Arc<ClientConfig>> {
    let roots = match tls::config::trusted(ca) {
        Err(_) if ca.is_none() => tls::config::roots([])?,
        roots => roots?,
    };
    tls::config::client(roots, tls::Clock::default())
}

/// Connects, and knows whom to trust.
#[derive(Clone, Debug)]
pub struct Connector {
    patience: Patience,
    ca: Option<PathBuf>,
    /// Made when it is needed first: to read a system's roots takes its time.
    tls: Option<Arc<ClientConfig>>,
}

impl Connector {
    /// One that trusts the roots in the PEM file `ca` for `https`; without it, the system's.
    pub fn new(patience: Patience, ca: Option<&Path>) -> Connector {
        Connector {
            patience,
            ca: ca.map(Path::to_owned),
            tls: None,
        }
    }

    /// A connection to the server that `url` names.
    ///
    /// # Errors
    ///
    /// When there is no such server, or it isn't who it should be.
    pub fn connect(&mut self, url: &Url) -> anyhow::Result<Wire> {
        let (host, port) = (url.host_str(), url.port_or_known_default());
        let (host, port) = host
            .zip(port)
            .with_context(|| format!("no host in {url}"))?;
        let address = format!("{host}:{port}");
        let stream = self.open(&address);
        let plain = Timed::new(
            stream.with_context(|| format!("connect {address}"))?,
            self.patience,
        );
        if url.scheme() != "https" {
            return Ok(Wire::Plain(plain));
        }
        let config = match &self.tls {
            Some(config) => config,
            None => self.tls.insert(trusting(self.ca.as_deref())?),
        };
        let name = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        let name = ServerName::try_from(name).with_context(|| format!("no name: {host}"))?;
        let mut tls = StreamOwned::new(ClientConnection::new(Arc::clone(config), name)?, plain);
        // The handshake now, so that a wrong certificate is found before anything is sent.
        tls.conn
            .complete_io(&mut tls.sock)
            .with_context(|| format!("TLS with {address}"))?;
        Ok(Wire::Tls(Box::new(tls)))
    }

    /// Tries one address of the server after the other.
    fn open(&self, address: &str) -> io::Result<TcpStream> {
        let mut last = io::ErrorKind::AddrNotAvailable.into();
        for address in address.to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, self.patience.connect) {
                Ok(stream) => {
                    stream.set_nodelay(true)?; // a request is written in one piece
                    return Ok(stream);
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

/// What is written to the server, and read from it.
#[derive(Debug)]
pub enum Wire {
    /// As it is.
    Plain(Timed),
    /// Within TLS.
    Tls(Box<StreamOwned<ClientConnection, Timed>>),
}

impl Wire {
    fn timed(&mut self) -> &mut Timed {
        match self {
            Wire::Plain(timed) => timed,
            Wire::Tls(tls) => &mut tls.sock,
        }
    }

    /// The full time again, for the exchange that begins now.
    pub fn next_exchange(&mut self) {
        let timed = self.timed();
        timed.end = Instant::now() + timed.patience.total;
    }

    // ANCHOR: quiet
    /// Whether the server has neither closed nor said anything that nobody asked for. That
    /// is true for this moment: it may close in the next.
    ///
    /// # Errors
    ///
    /// When the connection fails.
    pub fn is_quiet(&mut self) -> io::Result<bool> {
        self.timed().stream.set_nonblocking(true)?;
        let seen = match self {
            Wire::Plain(timed) => timed.stream.peek(&mut [0]).map(|_| ()),
            Wire::Tls(tls) => heard(&mut tls.conn, &tls.sock.stream),
        };
        self.timed().stream.set_nonblocking(false)?;
        match seen {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(true),
            seen => seen.map(|()| false),
        }
    }
    // ANCHOR_END: quiet
}

/// Returns when a server has said something or has closed. What TLS itself has to say,
/// such as a ticket for the next time, doesn't count.
fn heard(tls: &mut ClientConnection, mut stream: &TcpStream) -> io::Result<()> {
    loop {
        let read = tls.read_tls(&mut stream)?;
        let state = tls.process_new_packets().map_err(io::Error::other)?;
        if read == 0 || state.peer_has_closed() || state.plaintext_bytes_to_read() > 0 {
            return Ok(());
        }
    }
}

impl Drop for Wire {
    /// Says good-bye where the protocol has a word for it, so that nobody takes it for an
    /// accident.
    fn drop(&mut self) {
        if let Wire::Tls(tls) = self {
            tls.conn.send_close_notify();
            let _ = tls.flush();
        }
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Wire::Plain(timed) => timed.read(buffer),
            // Without a close_notify the end is an error: whoever cuts the connection can't
            // cut a body that lasts until then (chapter 6).
            Wire::Tls(tls) => tls.read(buffer),
        }
    }
}

impl Write for Wire {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match self {
            Wire::Plain(timed) => timed.write(octets),
            Wire::Tls(tls) => tls.write(octets),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Wire::Plain(timed) => timed.flush(),
            Wire::Tls(tls) => tls.flush(),
        }
    }
}

/// A connection on which nothing waits for longer than [`Patience`] says.
#[derive(Debug)]
pub struct Timed {
    stream: TcpStream,
    patience: Patience,
    end: Instant,
}

impl Timed {
    fn new(stream: TcpStream, patience: Patience) -> Timed {
        let end = Instant::now() + patience.total;
        Timed {
            stream,
            patience,
            end,
        }
    }

    // ANCHOR: timed
    /// How long the next call may take, and what to say when it took longer.
    fn next_wait(&self) -> io::Result<(Duration, String)> {
        let Patience { silence, total, .. } = self.patience;
        let left = self.end.saturating_duration_since(Instant::now());
        let too_late = format!("gave up: not done within {total:?}");
        match left.is_zero() {
            true => Err(io::Error::new(io::ErrorKind::TimedOut, too_late)),
            false if left < silence => Ok((left, too_late)),
            false => Ok((silence, format!("gave up: nothing for {silence:?}"))),
        }
    }
    // ANCHOR_END: timed
}

/// A socket's time-out reads "resource temporarily unavailable" on Unix.
fn named(error: io::Error, too_late: String) -> io::Error {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            io::Error::new(io::ErrorKind::TimedOut, too_late)
        }
        _ => error,
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let (wait, too_late) = self.next_wait()?;
        self.stream.set_read_timeout(Some(wait))?;
        let read = self.stream.read(buffer);
        read.map_err(|error| named(error, too_late))
    }
}

impl Write for Timed {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let (wait, too_late) = self.next_wait()?;
        self.stream.set_write_timeout(Some(wait))?;
        let written = self.stream.write(octets);
        written.map_err(|error| named(error, too_late))
    }

    // What there is in several pieces goes in one call: TLS counts on that.
    fn write_vectored(&mut self, pieces: &[io::IoSlice<'_>]) -> io::Result<usize> {
        let (wait, too_late) = self.next_wait()?;
        self.stream.set_write_timeout(Some(wait))?;
        let written = self.stream.write_vectored(pieces);
        written.map_err(|error| named(error, too_late))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
