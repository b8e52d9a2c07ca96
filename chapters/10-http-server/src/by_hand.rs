//! A client that sends what it is told, right or wrong, and shows what comes back.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::Context;
use program::io_cause;

/// The command line of such a client.
#[derive(Clone, Debug, clap::Args)]
pub struct ByHand {
    /// The server's address, as in 127.0.0.1:8080
    addr: String,
    /// Lines to send; each ends with CR LF. \r, \n, \t, \0 and \xHH mean what they mean in Rust;
    /// a line that ends with \c has no end
    lines: Vec<String>,
    /// So many more octets, each an x
    #[arg(long, value_name = "OCTETS", default_value_t = 0)]
    then: usize,
    /// Say when everything is sent
    #[arg(long)]
    say_sent: bool,
    /// Wait so long for each answer
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = program::seconds)]
    timeout: Duration,
}

impl ByHand {
    /// Sends, and then prints what comes until the server closes.
    ///
    /// # Errors
    ///
    /// When the server can't be reached, or breaks the connection.
    pub fn run(&self) -> anyhow::Result<()> {
        // Before it connects: a server doesn't wait for long, and many octets take a while.
        let mut octets: Vec<u8> = self.lines.iter().flat_map(|line| unescaped(line)).collect();
        octets.resize(octets.len() + self.then, b'x');
        let connected = TcpStream::connect(&self.addr);
        let mut stream = connected.with_context(|| format!("connect {}", self.addr))?;
        stream.set_read_timeout(Some(self.timeout))?;
        // As many a client does: everything is sent before anything is read.
        let sent = stream.write_all(&octets);
        if let Err(error) = &sent {
            println!("write: {}", io_cause(error));
        }
        if self.say_sent {
            println!("(sent {} octets)", octets.len());
        }
        let mut buffer = vec![0; 65536];
        let end = loop {
            match stream.read(&mut buffer) {
                Ok(0) => break "(the server has closed)".to_owned(),
                Ok(read) => {
                    let octets = String::from_utf8_lossy(&buffer[..read]);
                    print!("{}", octets.replace('\r', ""));
                    io::stdout().flush()?;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    break "(the connection is still open)".to_owned();
                }
                Err(error) => break format!("read: {}", io_cause(&error)),
            }
        };
        println!("{end}");
        Ok(())
    }
}

fn unescaped(line: &str) -> Vec<u8> {
    let (line, end) = match line.strip_suffix("\\c") {
        Some(line) => (line, ""),
        None => (line, "\r\n"),
    };
    let mut octets = Vec::new();
    let mut rest = line;
    while let Some(at) = rest.find('\\') {
        octets.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at + 1..];
        let hex = rest
            .strip_prefix('x')
            .and_then(|hex| u8::from_str_radix(hex.get(..2)?, 16).ok());
        let (octet, length) = match (hex, rest.as_bytes().first()) {
            (Some(octet), _) => (octet, 3),
            (_, Some(b'r')) => (b'\r', 1),
            (_, Some(b'n')) => (b'\n', 1),
            (_, Some(b't')) => (b'\t', 1),
            (_, Some(b'0')) => (0, 1),
            _ => (b'\\', 0),
        };
        octets.push(octet);
        rest = &rest[length..];
    }
    octets.extend_from_slice(rest.as_bytes());
    octets.extend_from_slice(end.as_bytes());
    octets
}
