//! Commands that bring data with them.

use bytes::Bytes;

use super::words::{BAD_LINE, ERROR, KEY, TOO_LARGE, expiry, number};
use crate::mini_cache::store::Store;

/// What a line wants to be stored.
#[derive(Debug)]
pub struct Storing {
    how: How,
    key: Bytes,
    flags: u32,
    expires: Option<u64>,
    pub octets: usize,
    pub noreply: bool,
}

#[derive(Clone, Copy, Debug)]
enum How {
    Set,
    Add,
    Replace,
    Append,
    Prepend,
    /// Only if nobody has changed it since this version.
    Cas(u64),
}

/// Whether data follows a line that begins so.
pub fn stores(verb: &[u8]) -> bool {
    let verbs: [&[u8]; 6] = [b"set", b"add", b"replace", b"append", b"prepend", b"cas"];
    verbs.contains(&verb)
}

impl Storing {
    /// What `line` wants, whose words behind `verb` are `words`.
    ///
    /// # Errors
    ///
    /// What a client is told.
    pub fn read(
        line: &Bytes,
        verb: &[u8],
        words: &[&[u8]],
        noreply: bool,
        now: u64,
    ) -> Result<Storing, &'static str> {
        let (&[key, flags, time, octets], more) = words.split_first_chunk().ok_or(ERROR)?;
        let version = match (verb, more) {
            (b"cas", [version] | [version, _]) => *version,
            (b"cas", _) | (_, [_, _, ..]) => return Err(ERROR),
            _ => b"0",
        };
        let storing = || {
            let version = number(version)?;
            Some(Storing {
                how: match verb {
                    b"add" => How::Add,
                    b"replace" => How::Replace,
                    b"append" => How::Append,
                    b"prepend" => How::Prepend,
                    b"cas" => How::Cas(version),
                    _ => How::Set,
                },
                key: line.slice_ref(key),
                flags: number(flags)?,
                expires: expiry(time, now)?,
                octets: number(octets)?,
                noreply,
            })
        };
        let storing = storing().filter(|storing| storing.key.len() <= KEY);
        storing.ok_or(BAD_LINE)
    }

    /// Does it, and says what became of it.
    pub fn act(&self, data: &[u8], store: &mut Store) -> &'static str {
        let old = store.peek(&self.key);
        let (mut flags, mut expires) = (self.flags, self.expires);
        let data = match (self.how, old) {
            (How::Add, Some(_)) | (How::Replace | How::Append | How::Prepend, None) => {
                return "NOT_STORED";
            }
            (How::Cas(_), None) => return "NOT_FOUND",
            (How::Cas(version), Some((item, _))) if item.version != version => return "EXISTS",
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
        match (store.set(&self.key, data, flags, expires), self.how) {
            (Ok(()), _) => "STORED",
            (Err(_), How::Append | How::Prepend) => "NOT_STORED",
            (Err(_), _) => self.too_large(store),
        }
    }

    /// There is no room for so much. Whoever sets a value knows nothing of the old one,
    /// and would take it for the new one. The others have asked for what is there.
    pub fn too_large(&self, store: &mut Store) -> &'static str {
        if let How::Set = self.how {
            store.remove(&self.key);
        }
        TOO_LARGE
    }
}
