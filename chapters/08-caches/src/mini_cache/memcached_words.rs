//! memcached's other commands, and the words that it answers with.

use super::output::Output;
use super::store::Store;

/// The octets of a key.
pub const KEY: usize = 250;
/// A time of more seconds than a month has counts from 1970, not from now.
pub const MONTH: i64 = 60 * 60 * 24 * 30;

/// The memcached that this is like: clients expect things by that number.
pub const LIKE_MEMCACHED: &str = "VERSION 1.6.0";
pub const BAD_LINE: &str = "CLIENT_ERROR bad command line format";
pub const BAD_TIME: &str = "CLIENT_ERROR invalid exptime argument";
pub const DELETE: &str = "CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]";
pub const TOO_LARGE: &str = "SERVER_ERROR object too large for cache";

/// Answers, unless nobody wants to hear it.
pub fn say(output: &mut Output, noreply: bool, answer: &str) {
    if !noreply {
        output.line(answer.as_bytes());
    }
}

/// What became of a key that may not be there.
pub fn found(found: bool, answer: &'static str) -> &'static str {
    if found { answer } else { "NOT_FOUND" }
}

/// What is stored under the keys.
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

/// Numbers go round at 2⁶⁴, and do not fall below 0.
pub fn change(
    up: bool,
    key: &[u8],
    by: &[u8],
    noreply: bool,
    store: &mut Store,
    output: &mut Output,
) {
    let Some(by) = number::<u64>(by) else {
        return say(
            output,
            noreply,
            "CLIENT_ERROR invalid numeric delta argument",
        );
    };
    let Some((item, expires)) = store.peek(key) else {
        return say(output, noreply, "NOT_FOUND");
    };
    let (old, flags): (Option<u64>, _) = (number(&item.data), item.flags);
    let Some(old) = old else {
        let answer = "CLIENT_ERROR cannot increment or decrement non-numeric value";
        return say(output, noreply, answer);
    };
    let number = match up {
        true => old.wrapping_add(by),
        false => old.saturating_sub(by),
    };
    let digits = number.to_string();
    let stored = store.set(key, digits.as_bytes().into(), flags, expires);
    say(
        output,
        noreply,
        if stored.is_ok() { &digits } else { TOO_LARGE },
    );
}

/// When something expires that is given this time: `Some(None)` is never.
pub fn expiry(time: &[u8], now: u64) -> Option<Option<u64>> {
    let time: i64 = std::str::from_utf8(time).ok()?.parse().ok()?;
    let milliseconds = (time.unsigned_abs()).saturating_mul(1000);
    Some(match time {
        0 => None,
        ..0 => Some(0), // at once
        1..=MONTH => Some(now.saturating_add(milliseconds)),
        _ => Some(milliseconds),
    })
}

/// A number that consists of digits alone.
pub fn number<N: std::str::FromStr>(digits: &[u8]) -> Option<N> {
    let only_digits = digits.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(digits).ok().filter(|_| only_digits)?;
    text.parse().ok()
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
