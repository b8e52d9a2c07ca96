//! Redis's protocol, the server's side: a command is an array of bulk strings, or a
//! line that a person types.

mod command;
mod commands;
mod expiry;
mod glob;
mod info;
mod inline;
mod keys;
mod numbers;
mod values;

use bytes::{Buf, BytesMut};

use self::command::{Command, Context};
use self::inline::Inline;
use super::limits::Limits;
use super::output::Output;
use super::protocol::{Protocol, Step};
use super::store::Store;
use crate::resp_decoder::{self, Error, RespDecoder, Value};

/// One client's conversation.
#[derive(Debug)]
pub struct Redis {
    decoder: RespDecoder,
    longest: usize,
    /// The octets of a line that a person types which hold no line feed.
    searched: usize,
}

impl Redis {
    /// A conversation within `limits`.
    pub fn new(limits: &Limits) -> Redis {
        let decoder = RespDecoder::new(resp_decoder::Limits {
            bulk: limits.value,
            elements: limits.words,
            depth: 1,
        });
        Redis {
            decoder,
            longest: limits.value.min(inline::LONGEST),
            searched: 0,
        }
    }

    // ANCHOR: next
    /// The next command; `None` if it has not come whole, or says nothing.
    fn next(&mut self, input: &mut BytesMut) -> Result<Option<Vec<Value>>, String> {
        let between = self.decoder.end(b"").is_ok();
        if between && input.first().is_some_and(|&octet| octet != b'*') {
            return match inline::take(input, &mut self.searched, self.longest)? {
                Inline::Incomplete => Ok(None),
                Inline::Words(words) => Ok(Some(words)),
            };
        }
        match self.decoder.decode(input) {
            Ok(Some(Value::Array(words))) => Ok(Some(words)),
            Ok(Some(_)) => Ok(Some(Vec::new())), // `*-1`, which Redis ignores
            Ok(None) => Ok(None),
            Err(error) => Err(in_the_words_of_redis(&error, self.decoder.end(b"").is_ok())),
        }
    }
    // ANCHOR_END: next
}

impl Protocol for Redis {
    fn step(&mut self, input: &mut BytesMut, store: &mut Store, output: &mut Output) -> Step {
        if input.is_empty() {
            return Step::Incomplete;
        }
        let command = match self.next(input) {
            Ok(None) => return Step::Incomplete,
            Ok(Some(words)) if words.is_empty() => return Step::Answered,
            Ok(Some(words)) => Command::new(words),
            Err(why) => Err(why),
        };
        match command {
            Ok(command) => {
                let mut context = Context {
                    store,
                    output,
                    quit: false,
                };
                commands::run(&command, &mut context);
                match context.quit {
                    true => Step::Close,
                    false => Step::Answered,
                }
            }
            Err(why) => {
                // Where the next command begins, nobody can say.
                output.error(format!("ERR Protocol error: {why}").as_bytes());
                input.advance(input.len());
                Step::Close
            }
        }
    }
}

/// Redis has words of its own for what can be wrong; `outside`: of the array's head.
fn in_the_words_of_redis(error: &Error, outside: bool) -> String {
    let (bulk, array) = ("invalid bulk length", "invalid multibulk length");
    match error {
        Error::Kind(kind) => format!("expected '$', got '{}'", char::from(*kind)),
        Error::TooDeep { .. } => "expected '$', got '*'".to_owned(),
        Error::TooMany { .. } => array.to_owned(),
        Error::Number | Error::Length(_) if outside => array.to_owned(),
        Error::Number | Error::Length(_) | Error::TooLong { .. } => bulk.to_owned(),
        Error::Line if outside => "too big mbulk count string".to_owned(),
        Error::Line => "too big bulk count string".to_owned(),
        other => other.to_string(),
    }
}
