//! memcached's text protocol, the server's side: a line, and for some commands as many
//! octets as the line says.

use bytes::{Buf, Bytes, BytesMut};

use super::memcached_store::{How, Storing};
use super::memcached_words::{
    BAD_LINE, BAD_TIME, DELETE, KEY, LIKE_MEMCACHED, TOO_LARGE, change, expiry, found, get, number,
    say, stats,
};
use super::output::Output;
use super::store::Store;
use super::{Limits, Protocol, Step};

/// The octets of a line: some two hundred keys can be asked for at a time.
const LINE: usize = 64 * 1024;
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
