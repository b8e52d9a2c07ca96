//! Commands that bring no data with them.

use std::borrow::Cow;

use super::words::{BAD_LINE, BAD_TIME, KEY, LATER, TOO_LARGE, expiry, number};
use crate::mini_cache::output::Output;
use crate::mini_cache::store::Store;

/// What is stored under the keys; with its version, for `cas`, if that is wanted.
pub fn get(keys: &[&[u8]], with_version: bool, store: &mut Store, output: &mut Output) {
    if keys.iter().any(|key| key.len() > KEY) {
        return output.line(BAD_LINE.as_bytes());
    }
    for key in keys {
        let Some(item) = store.get(key) else {
            continue; // no word of what isn't there
        };
        output.push(b"VALUE ");
        output.push(key);
        output.push(b" ");
        output.number(item.flags.into());
        output.push(b" ");
        output.number(item.data.len() as u64);
        if with_version {
            output.push(b" ");
            output.number(item.version);
        }
        output.push(b"\r\n");
        output.line(&item.data);
    }
    output.line(b"END");
}

/// What became of a key that may not be there.
fn found(found: bool, answer: &'static str) -> &'static str {
    if found { answer } else { "NOT_FOUND" }
}

pub fn delete(key: &[u8], store: &mut Store) -> &'static str {
    if key.len() > KEY {
        return BAD_LINE;
    }
    found(store.remove(key), "DELETED")
}

pub fn touch(key: &[u8], time: &[u8], store: &mut Store) -> &'static str {
    if key.len() > KEY {
        return BAD_LINE;
    }
    match expiry(time, store.now()) {
        Some(expires) => found(store.set_expiry(key, expires), "TOUCHED"),
        None => BAD_TIME,
    }
}

/// Numbers go round at 2⁶⁴, and do not fall below 0.
pub fn change(up: bool, key: &[u8], by: &[u8], store: &mut Store) -> Cow<'static, str> {
    if key.len() > KEY {
        return BAD_LINE.into();
    }
    let Some(by) = number::<u64>(by) else {
        return "CLIENT_ERROR invalid numeric delta argument".into();
    };
    let Some((item, expires)) = store.peek(key) else {
        return "NOT_FOUND".into();
    };
    let flags = item.flags;
    let Some(old) = number::<u64>(&item.data) else {
        return "CLIENT_ERROR cannot increment or decrement non-numeric value".into();
    };
    let new = match up {
        true => old.wrapping_add(by),
        false => old.saturating_sub(by),
    };
    let digits = new.to_string();
    match store.set(key, digits.as_bytes().into(), flags, expires) {
        Ok(()) => digits.into(),
        Err(_) => TOO_LARGE.into(),
    }
}

pub fn flush(time: &[u8], store: &mut Store) -> &'static str {
    match expiry(time, store.now()) {
        Some(at) if at.unwrap_or(0) <= store.now() => {
            store.flush();
            "OK"
        }
        Some(_) => LATER,
        None => BAD_TIME,
    }
}

/// The server's figures.
pub fn stats(store: &Store, output: &mut Output) {
    let (counts, figures) = (store.counts(), store.figures);
    for (name, value) in [
        ("pid", std::process::id().into()),
        ("time", store.now() / 1000),
        ("curr_connections", figures.connected as u64),
        ("total_connections", figures.connections),
        ("rejected_connections", figures.refused),
        ("get_hits", counts.hits),
        ("get_misses", counts.misses),
        ("evictions", counts.evicted),
        ("reclaimed", counts.expired),
        ("curr_items", store.len() as u64),
        ("bytes", store.used() as u64),
        ("limit_maxbytes", store.capacity() as u64),
        ("threads", 1),
    ] {
        output.line(format!("STAT {name} {value}").as_bytes());
    }
    output.line(b"END");
}
