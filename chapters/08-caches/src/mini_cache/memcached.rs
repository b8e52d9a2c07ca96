//! memcached's text protocol, the server's side: a line, and for some commands as many
//! octets as the line says.

use bytes::{Buf, Bytes, BytesMut};

use super::output::Output;
use super::store::Store;
use super::{Limits, Protocol, Step};

/// The octets of a line: some two hundred keys can be asked for at a time.
const LINE: usize = 64 * 1024;
/// The octets of a key.
const KEY: usize = 250;
/// A time of more seconds than a month has counts from 1970, not from now.
const MONTH: i64 = 60 * 60 * 24 * 30;

/// The memcached that this is like: clients expect things by that number.
const LIKE_MEMCACHED: &str = "VERSION 1.6.0";
const BAD_LINE: &str = "CLIENT_ERROR bad command line format";
const BAD_TIME: &str = "CLIENT_ERROR invalid exptime argument";
const DELETE: &str = "CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]";
const TOO_LARGE: &str = "SERVER_ERROR object too large for cache";

// ANCHOR: memcached
/// One client's conversation.
#[derive(Debug)]
pub struct Memcached {
    longest: usize,
    /// The octets at the front of the input that hold no line feed.
    searched: usize,
    /// A line that has come, and whose data hasn't.
    waiting: Option<Storing>,
    /// The octets of data still to come that nobody wants.
    unwanted: usize,
}

/// What a line wants to be stored.
#[derive(Debug)]
struct Storing {
    how: How,
    key: Bytes,
    flags: u32,
    expires: Option<u64>,
    octets: usize,
    noreply: bool,
}

#[derive(Debug)]
enum How {
    Set,
    Add,
    Replace,
    Append,
    Prepend,
    /// Only if nobody has changed it since this version.
    Cas(u64),
}

impl Protocol for Memcached {
    fn step(&mut self, input: &mut BytesMut, store: &mut Store, output: &mut Output) -> Step {
        if self.unwanted > 0 {
            let now = self.unwanted.min(input.len());
            input.advance(now);
            self.unwanted -= now;
            if self.unwanted > 0 {
                return Step::Incomplete;
            }
        }
        if let Some(storing) = self.waiting.take() {
            if input.len() < storing.octets + 2 {
                self.waiting = Some(storing);
                return Step::Incomplete;
            }
            let data = input.split_to(storing.octets);
            let end = input.split_to(2);
            match &end[..] == b"\r\n" {
                true => say(output, storing.noreply, storing.act(&data, store)),
                false => output.line(b"CLIENT_ERROR bad data chunk"),
            }
            return Step::Answered;
        }
        let found = input[self.searched..].iter().position(|&o| o == b'\n');
        let Some(feed) = found.map(|distance| self.searched + distance) else {
            self.searched = input.len();
            if input.len() > LINE {
                output.line(b"CLIENT_ERROR line too long");
                return Step::Close;
            }
            return Step::Incomplete;
        };
        self.searched = 0;
        let line = input.split_to(feed).freeze();
        input.advance(1);
        self.line(&line, store, output)
    }
}
// ANCHOR_END: memcached

impl Memcached {
    /// A conversation within `limits`.
    pub fn new(limits: &Limits) -> Memcached {
        Memcached {
            longest: limits.value,
            searched: 0,
            waiting: None,
            unwanted: 0,
        }
    }

    // ANCHOR: line
    fn line(&mut self, line: &Bytes, store: &mut Store, output: &mut Output) -> Step {
        store.figures.commands += 1;
        let text = line.strip_suffix(b"\r").unwrap_or(line);
        let words = text.split(|&octet| octet == b' ');
        let mut words: Vec<&[u8]> = words.filter(|word| !word.is_empty()).collect();
        // To others it may be a key.
        let quiet = |verb: &[u8]| ![&b"get"[..], b"gets", b"stats", b"version"].contains(&verb);
        let noreply = matches!(words[..], [verb, .., b"noreply"] if quiet(verb));
        if noreply {
            words.pop();
        }
        match words[..] {
            [b"get", ref keys @ ..] if !keys.is_empty() => get(keys, false, store, output),
            [b"gets", ref keys @ ..] if !keys.is_empty() => get(keys, true, store, output),
            [verb, key, flags, time, octets, ref more @ ..] if How::of(verb, b"0").is_some() => {
                let version = more.first().copied().unwrap_or_default();
                let words = [verb, key, flags, time, octets, version];
                self.storing(line, words, noreply, store, output);
            }
            [b"delete", key] | [b"delete", key, b"0"] => {
                let answer = found(store.remove(key), "DELETED");
                say(output, noreply, answer);
            }
            [b"touch", key, time] => {
                let answer = match expiry(time, store.now()) {
                    Some(expires) => found(store.set_expiry(key, expires), "TOUCHED"),
                    None => BAD_TIME,
                };
                say(output, noreply, answer);
            }
            [b"delete", _, ..] => output.line(DELETE.as_bytes()),
            [verb @ (b"incr" | b"decr"), key, by] => {
                change(verb == b"incr", key, by, noreply, store, output);
            }
            [b"flush_all"] => {
                store.flush();
                say(output, noreply, "OK");
            }
            [b"flush_all", time] => {
                let answer = match expiry(time, store.now()) {
                    Some(at) => {
                        store.flush_at(at.unwrap_or(0));
                        store.tick();
                        "OK"
                    }
                    None => BAD_TIME,
                };
                say(output, noreply, answer);
            }
            [b"verbosity"] if noreply => {}
            [b"verbosity", _] => say(output, noreply, "OK"),
            [b"version", ..] => output.line(LIKE_MEMCACHED.as_bytes()),
            [b"stats"] => stats(store, output),
            [b"stats", b"reset"] => output.line(b"RESET"),
            [b"quit", ..] => return Step::Close,
            _ => output.line(b"ERROR"),
        }
        Step::Answered
    }
    // ANCHOR_END: line

    /// A line that announces data.
    fn storing(
        &mut self,
        line: &Bytes,
        [verb, key, flags, time, octets, version]: [&[u8]; 6],
        noreply: bool,
        store: &mut Store,
        output: &mut Output,
    ) {
        let storing = || {
            Some(Storing {
                how: How::of(verb, version)?,
                key: line.slice_ref(key),
                flags: number(flags)?,
                expires: expiry(time, store.now())?,
                octets: number(octets)?,
                noreply,
            })
        };
        match storing() {
            Some(storing) if storing.octets > self.longest => {
                // What the client wanted to replace is wrong from now on.
                store.remove(key);
                self.unwanted = storing.octets.saturating_add(2);
                say(output, noreply, TOO_LARGE);
            }
            Some(storing) if key.len() <= KEY => self.waiting = Some(storing),
            _ => {
                // The data comes all the same, and must not be read as commands.
                self.unwanted = number(octets).map_or(0, |octets: usize| octets.saturating_add(2));
                say(output, noreply, BAD_LINE);
            }
        }
    }
}

impl How {
    fn of(verb: &[u8], version: &[u8]) -> Option<How> {
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
    fn act(&self, data: &[u8], store: &mut Store) -> &'static str {
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

fn say(output: &mut Output, noreply: bool, answer: &str) {
    if !noreply {
        output.line(answer.as_bytes());
    }
}

fn found(found: bool, answer: &'static str) -> &'static str {
    if found { answer } else { "NOT_FOUND" }
}

fn get(keys: &[&[u8]], with_version: bool, store: &mut Store, output: &mut Output) {
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
fn change(up: bool, key: &[u8], by: &[u8], noreply: bool, store: &mut Store, output: &mut Output) {
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
fn expiry(time: &[u8], now: u64) -> Option<Option<u64>> {
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
fn number<N: std::str::FromStr>(digits: &[u8]) -> Option<N> {
    let only_digits = digits.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(digits).ok().filter(|_| only_digits)?;
    text.parse().ok()
}

fn stats(store: &Store, output: &mut Output) {
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
