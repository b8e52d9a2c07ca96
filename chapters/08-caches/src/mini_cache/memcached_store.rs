//! memcached's commands that bring data with them.

use bytes::Bytes;

use super::memcached_words::{TOO_LARGE, number};
use super::store::Store;

/// What a line wants to be stored.
#[derive(Debug)]
pub struct Storing {
    pub how: How,
    pub key: Bytes,
    pub flags: u32,
    pub expires: Option<u64>,
    pub octets: usize,
    pub noreply: bool,
}

#[derive(Debug)]
pub enum How {
    Set,
    Add,
    Replace,
    Append,
    Prepend,
    /// Only if nobody has changed it since this version.
    Cas(u64),
}

impl How {
    /// What a verb means; `version` is for cas.
    pub fn of(verb: &[u8], version: &[u8]) -> Option<How> {
        Some(match verb {
            b"set" => How::Set,
            b"add" => How::Add,
            b"replace" => How::Replace,
            b"append" => How::Append,
            b"prepend" => How::Prepend,
            b"cas" => How::Cas(number(version)?),
            _ => return None,
        })
    }
}

impl Storing {
    // ANCHOR: act
    /// Does it, and says what became of it.
    pub fn act(&self, data: &[u8], store: &mut Store) -> &'static str {
        let old = store.peek(&self.key);
        let (mut flags, mut expires) = (self.flags, self.expires);
        let data = match (&self.how, old) {
            (How::Add, Some(_)) | (How::Replace | How::Append | How::Prepend, None) => {
                return "NOT_STORED";
            }
            (How::Cas(_), None) => return "NOT_FOUND",
            (How::Cas(version), Some((item, _))) if item.version != *version => return "EXISTS",
            (How::Append | How::Prepend, Some((item, old_expires))) => {
                (flags, expires) = (item.flags, old_expires);
                match self.how {
                    How::Append => [&*item.data, data].concat(),
                    _ => [data, &*item.data].concat(),
                }
                .into()
            }
            _ => data.into(),
        };
        match store.set(&self.key, data, flags, expires) {
            Ok(()) => "STORED",
            Err(_) => {
                store.remove(&self.key);
                TOO_LARGE
            }
        }
    }
    // ANCHOR_END: act
}
