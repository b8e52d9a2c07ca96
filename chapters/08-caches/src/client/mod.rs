//! Caches and brokers as programs see them, whichever server is behind them.

mod memcached;
pub mod resp;
pub mod single_flight;

use std::time::Duration;

use anyhow::bail;
use program::Connect;

pub use self::memcached::Memcached;
pub use self::resp::RespClient;
use crate::resp_decoder::Value;

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
        let to = |addr: &str| Connect {
            addr: addr.trim_end_matches('/').to_owned(),
            timeout,
        };
        match url.split_once("://") {
            Some(("redis", addr)) => Ok(Cache::Redis(RespClient::connect(&to(addr))?)),
            Some(("memcached", addr)) => Ok(Cache::Memcached(Memcached::connect(&to(addr))?)),
            _ => bail!("{url}: neither redis://HOST:PORT nor memcached://HOST:PORT"),
        }
    }
    // ANCHOR_END: cache

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
