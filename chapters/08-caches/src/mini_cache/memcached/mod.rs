//! memcached's text protocol, the server's side: a line, and for some commands as many
//! octets as the line says.

mod commands;
mod storing;
mod words;

use bytes::{Buf, Bytes, BytesMut};

use self::storing::Storing;
use self::words::{BAD_LINE, ERROR, USAGE, VERSION, number};
use super::limits::Limits;
use super::output::Output;
use super::protocol::{Protocol, Step};
use super::store::Store;

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
            let answer = match &input.split_to(2)[..] {
                b"\r\n" => storing.act(&data, store),
                _ => "CLIENT_ERROR bad data chunk",
            };
            if !storing.noreply {
                output.line(answer.as_bytes());
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

    fn line(&mut self, line: &Bytes, store: &mut Store, output: &mut Output) -> Step {
        store.figures.commands += 1;
        let text = line.strip_suffix(b"\r").unwrap_or(line);
        let words = text.split(|&octet| octet == b' ');
        let words: Vec<&[u8]> = words.filter(|word| !word.is_empty()).collect();
        // In the place of a key it is a key.
        let noreply = matches!(
            words[..],
            [_, _, .., b"noreply"] | [b"flush_all" | b"verbosity", b"noreply"]
        );
        let answer = match words[..] {
            [b"get", ref keys @ ..] if !keys.is_empty() => {
                commands::get(keys, false, store, output);
                return Step::Answered;
            }
            [b"gets", ref keys @ ..] if !keys.is_empty() => {
                commands::get(keys, true, store, output);
                return Step::Answered;
            }
            [verb, ref head @ ..] if storing::stores(verb) => {
                match self.announced(line, verb, head, noreply, store) {
                    Some(refused) => refused.into(),
                    None => return Step::Answered, // once its data has come
                }
            }
            [verb @ (b"incr" | b"decr"), key, by] | [verb @ (b"incr" | b"decr"), key, by, _] => {
                commands::change(verb == b"incr", key, by, store)
            }
            [b"touch", key, time] | [b"touch", key, time, _] => {
                commands::touch(key, time, store).into()
            }
            [b"delete", key]
            | [b"delete", key, b"0" | b"noreply"]
            | [b"delete", key, b"0", b"noreply"] => commands::delete(key, store).into(),
            [b"delete", _, _] | [b"delete", _, _, _] => USAGE.into(),
            [b"flush_all"] | [b"flush_all", b"noreply"] => commands::flush(b"0", store).into(),
            [b"flush_all", time] | [b"flush_all", time, _] => commands::flush(time, store).into(),
            [b"verbosity", level] | [b"verbosity", level, _] => {
                number::<u32>(level).map_or(BAD_LINE, |_| "OK").into()
            }
            [b"stats"] => {
                commands::stats(store, output);
                return Step::Answered;
            }
            [b"version", ..] => {
                output.line(VERSION);
                return Step::Answered;
            }
            [b"quit", ..] => return Step::Close,
            // No client of ours: a web browser that was talked into asking us.
            [.., last] if last.starts_with(b"HTTP/") => return Step::Close,
            _ => ERROR.into(),
        };
        // A line that is not understood can't say either that it wants no answer.
        if !noreply || answer == ERROR {
            output.line(answer.as_bytes());
        }
        Step::Answered
    }

    /// A line that announces data. If it is refused, the data comes all the same, and
    /// must not be read as commands.
    fn announced(
        &mut self,
        line: &Bytes,
        verb: &[u8],
        head: &[&[u8]],
        noreply: bool,
        store: &mut Store,
    ) -> Option<&'static str> {
        let read = Storing::read(line, verb, head, noreply, store.now());
        let refused = match read {
            Ok(storing) if storing.octets > self.longest => storing.too_large(store),
            Ok(storing) => {
                self.waiting = Some(storing);
                return None;
            }
            Err(refused) => refused,
        };
        let octets = head.get(3).and_then(|octets| number::<usize>(octets));
        self.unwanted = octets.map_or(0, |octets| octets.saturating_add(2));
        Some(refused)
    }
}
