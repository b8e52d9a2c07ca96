//! A client of memcached's text protocol.

use std::io::{Read, Write};

use anyhow::{Context, bail};
use program::{Connect, Conversation};

/// The octets of an answer that memcached may give.
const LONGEST: usize = 2 << 20;

/// A connection to a server that speaks memcached's text protocol.
pub struct Memcached(Conversation);

impl Memcached {
    /// Connects to the server.
    ///
    /// # Errors
    ///
    /// Those of connecting.
    pub fn connect(to: &Connect) -> anyhow::Result<Memcached> {
        Ok(Memcached(to.connect()?))
    }

    /// What is stored under `key`.
    ///
    /// # Errors
    ///
    /// Those of the connection, and an answer that is none.
    pub fn get(&mut self, key: &str) -> anyhow::Result<Option<Vec<u8>>> {
        self.send(format!("get {key}\r\n").as_bytes())?;
        let line = self.line()?;
        if line == "END" {
            return Ok(None);
        }
        // VALUE <key> <flags> <octets>
        let octets = line
            .strip_prefix("VALUE ")
            .and_then(|rest| rest.split(' ').nth(2));
        let octets: usize = match octets.map(str::parse) {
            Some(Ok(octets)) if octets <= LONGEST => octets,
            _ => bail!("get is answered {line}"),
        };
        let mut value = vec![0; octets + 2];
        self.0.read_exact(&mut value).context("receive")?;
        value.truncate(octets);
        match self.line()?.as_str() {
            "END" => Ok(Some(value)),
            other => bail!("a value is followed by {other}"),
        }
    }

    /// Stores `value` as `verb` does, for so many seconds if they are given, and returns
    /// the line that is answered.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    pub fn store(
        &mut self,
        verb: &str,
        key: &str,
        value: &[u8],
        keep: Option<u32>,
    ) -> anyhow::Result<String> {
        let keep = keep.unwrap_or(0);
        let line = format!("{verb} {key} 0 {keep} {}\r\n", value.len());
        self.send(&[line.as_bytes(), value, b"\r\n"].concat())?;
        self.line()
    }

    fn send(&mut self, octets: &[u8]) -> anyhow::Result<()> {
        self.0.next_message();
        self.0.write_all(octets).context("send")
    }

    /// A line of an answer, one octet at a time: nothing of what follows may be taken.
    fn line(&mut self) -> anyhow::Result<String> {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            let mut octet = [0];
            self.0.read_exact(&mut octet).context("receive")?;
            line.push(octet[0]);
            anyhow::ensure!(line.len() <= 1024, "an answer without an end");
        }
        line.truncate(line.len() - 2);
        Ok(String::from_utf8(line)?)
    }
}
