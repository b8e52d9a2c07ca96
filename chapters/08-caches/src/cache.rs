//! A cache as programs see it, whichever server keeps it.

use std::io::{Read, Write};
use std::time::Duration;

use anyhow::{Context, bail};
use program::{Connect, Conversation};

use crate::client::RespClient;
use crate::resp_decoder::Value;

/// The octets of an answer that memcached may give.
const LONGEST: usize = 2 << 20;

// ANCHOR: cache
/// A connection to a cache. Keys are words: memcached allows no spaces in them.
pub enum Cache {
    /// Redis, mini-cache, and everything else that speaks RESP.
    Redis(RespClient),
    /// memcached, and mini-cache at its other port.
    Memcached(Memcached),
}

impl Cache {
    /// Connects to `redis://HOST:PORT` or `memcached://HOST:PORT`.
    ///
    /// # Errors
    ///
    /// When it is neither, or can't be reached.
    pub fn connect(url: &str, timeout: Duration) -> anyhow::Result<Cache> {
        let connect = |addr: &str| {
            let addr = addr.trim_end_matches('/').to_owned();
            Connect { addr, timeout }.connect()
        };
        match url.split_once("://") {
            Some(("redis", addr)) => Ok(Cache::Redis(RespClient::new(connect(addr)?))),
            Some(("memcached", addr)) => Ok(Cache::Memcached(Memcached(connect(addr)?))),
            _ => bail!("{url}: neither redis://HOST:PORT nor memcached://HOST:PORT"),
        }
    }

    /// What is stored under `key`.
    ///
    /// # Errors
    ///
    /// Those of the connection, and a refusal of the server.
    pub fn get(&mut self, key: &str) -> anyhow::Result<Option<Vec<u8>>> {
        match self {
            Cache::Redis(client) => match client.ask(&[b"GET", key.as_bytes()])? {
                Value::Nil => Ok(None),
                Value::Bulk(value) => Ok(Some(value.to_vec())),
                other => bail!("GET is answered {other:?}"),
            },
            Cache::Memcached(client) => client.get(key),
        }
    }

    /// Stores `value` under `key`, for so many seconds if they are given.
    ///
    /// # Errors
    ///
    /// Those of the connection, and a refusal of the server.
    pub fn set(&mut self, key: &str, value: &[u8], keep: Option<u32>) -> anyhow::Result<()> {
        match self {
            Cache::Redis(client) => {
                let mut words = vec![b"SET", key.as_bytes(), value];
                let seconds = keep.unwrap_or_default().to_string();
                if keep.is_some() {
                    words.extend([b"EX", seconds.as_bytes()]);
                }
                match client.ask(&words)? {
                    Value::Simple(_) => Ok(()),
                    other => bail!("SET is answered {other:?}"),
                }
            }
            Cache::Memcached(client) => match client.store("set", key, value, keep)?.as_str() {
                "STORED" => Ok(()),
                other => bail!("set is answered {other}"),
            },
        }
    }

    /// Stores `value` for so many seconds if there is nothing under `key`, and says
    /// whether it did. Of many who try this at once, one succeeds.
    ///
    /// # Errors
    ///
    /// Those of the connection, and a refusal of the server.
    pub fn add(&mut self, key: &str, value: &[u8], keep: u32) -> anyhow::Result<bool> {
        match self {
            Cache::Redis(client) => {
                let seconds = keep.to_string();
                let words = [
                    b"SET",
                    key.as_bytes(),
                    value,
                    b"NX",
                    b"EX",
                    seconds.as_bytes(),
                ];
                match client.ask(&words)? {
                    Value::Simple(_) => Ok(true),
                    Value::Nil => Ok(false),
                    other => bail!("SET NX is answered {other:?}"),
                }
            }
            Cache::Memcached(client) => match client.store("add", key, value, Some(keep))?.as_str()
            {
                "STORED" => Ok(true),
                "NOT_STORED" => Ok(false),
                other => bail!("add is answered {other}"),
            },
        }
    }
}
// ANCHOR_END: cache

// ANCHOR: memcached
/// A connection to a server that speaks memcached's text protocol.
pub struct Memcached(Conversation);

impl Memcached {
    fn get(&mut self, key: &str) -> anyhow::Result<Option<Vec<u8>>> {
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

    fn store(
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
    // ANCHOR_END: memcached

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
