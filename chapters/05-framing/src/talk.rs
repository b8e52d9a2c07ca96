//! What the servers and clients of this chapter share: where they listen and
//! connect, and how long they wait for a peer.

use std::fmt::Display;
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

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
        program::stop_on_ctrl_c()?;
        let listener =
            TcpListener::bind(&self.addr).with_context(|| format!("bind {}", self.addr))?;
        println!("Listening at {}", listener.local_addr()?);
        loop {
            let (stream, peer) = match listener.accept() {
                Ok(accepted) => accepted,
                // It left before its turn came. That is no failure of ours.
                Err(gone) if gone.kind() == io::ErrorKind::ConnectionAborted => continue,
                Err(error) => return Err(error).context("accept"),
            };
            if let Err(error) = talk(&mut Conversation::new(stream, self.timeout)) {
                report(peer, &error);
            }
        }
    }
    // ANCHOR_END: serve
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
    // ANCHOR_END: conversation

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

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// Everything that comes until the peer ends its stream, up to `limit` octets.
///
/// # Errors
///
/// When there is more than `limit`, or the stream fails before its end.
// ANCHOR: read-to-end
pub fn read_to_end(stream: &mut impl Read, limit: usize) -> anyhow::Result<Vec<u8>> {
    let mut octets = Vec::new();
    // One more than allowed, or a message of exactly `limit` could not be told
    // from a longer one.
    let one_too_many = limit as u64 + 1;
    stream.take(one_too_many).read_to_end(&mut octets)?;
    if octets.len() > limit {
        bail!("refused: more than {limit} octets");
    }
    Ok(octets)
}
// ANCHOR_END: read-to-end

/// Fills `buffer` from as many reads as it takes, and says how many octets came:
/// fewer than it holds only where the stream ended first.
///
/// [`Read::read_exact`] does the same, but calls an end before the first octet
/// and an end in the middle by one name.
///
/// # Errors
///
/// Those of the stream.
// ANCHOR: fill
pub fn fill(stream: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match stream.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            // A signal came first; nothing was read and nothing is wrong.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
// ANCHOR_END: fill

/// Tells the operator what went wrong with one peer.
pub fn report(peer: SocketAddr, error: &anyhow::Error) {
    eprintln!("{peer}: {}", program::one_line(error));
}

/// Octets as text that is safe to print: whatever a peer sent, it can't move the
/// cursor or clear the screen.
pub fn show(octets: &[u8]) -> impl Display + use<> {
    format!("{:?}", String::from_utf8_lossy(octets))
}

/// Octets as pairs of hexadecimal digits.
pub fn hex(octets: &[u8]) -> String {
    let pairs: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    pairs.join(" ")
}

/// Octets as ASCII, with a dot for each that is no letter, digit or sign.
pub fn ascii(octets: &[u8]) -> String {
    let sign = |octet: &u8| match octet {
        b' '..=b'~' => char::from(*octet),
        _ => '.',
    };
    octets.iter().map(sign).collect()
}

/// A number of seconds, also a fraction, as a command line gives it.
///
/// # Errors
///
/// When it is not a number, or not more than zero.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds")?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("must be more than zero seconds".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_allowed_and_one_more_is_not() {
        assert_eq!(read_to_end(&mut &b"1234"[..], 4).unwrap(), b"1234");
        let refused = read_to_end(&mut &b"12345"[..], 4).unwrap_err();
        assert_eq!(refused.to_string(), "refused: more than 4 octets");
    }

    #[test]
    fn an_endless_stream_is_refused_without_being_held() {
        assert!(read_to_end(&mut io::repeat(b'x'), 1000).is_err());
    }

    #[test]
    fn a_buffer_is_filled_or_the_stream_has_ended() {
        let mut pieces = (&b"ab"[..]).chain(&b"cde"[..]);
        let mut buffer = [0; 4];
        assert_eq!(fill(&mut pieces, &mut buffer).unwrap(), 4);
        assert_eq!(&buffer, b"abcd");
        assert_eq!(fill(&mut pieces, &mut buffer).unwrap(), 1);
        assert_eq!(fill(&mut pieces, &mut buffer).unwrap(), 0);
    }

    #[test]
    fn what_a_peer_sent_cannot_move_the_cursor() {
        assert_eq!(show(b"a\x1b[2J\r\n").to_string(), r#""a\u{1b}[2J\r\n""#);
    }

    #[test]
    fn seconds_are_positive_numbers() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for wrong in ["0", "-1", "nan", "inf", "soon", "1e300"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
