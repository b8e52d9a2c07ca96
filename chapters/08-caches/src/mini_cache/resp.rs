//! Redis's protocol, the server's side: a command is an array of bulk strings, or a
//! line that a person types.

use bytes::{Buf, BytesMut};

use super::commands::{Context, Session, run};
use super::inline::{self, Inline};
use super::output::Output;
use super::store::Store;
use super::{Limits, Protocol, Step};
use crate::resp_decoder::{self, Error, RespDecoder, Value};

// ANCHOR: command
/// A command: its name and its arguments, at least one word.
#[derive(Debug)]
pub struct Command(Vec<Value>);

impl Command {
    fn new(words: Vec<Value>) -> Result<Command, String> {
        for word in &words {
            let kind = match word {
                Value::Bulk(_) => continue,
                Value::Nil => return Err("invalid bulk length".to_owned()),
                Value::Simple(_) => '+',
                Value::Error(_) => '-',
                Value::Integer(_) => ':',
                Value::Array(_) => '*',
            };
            return Err(format!("expected '$', got '{kind}'"));
        }
        Ok(Command(words))
    }

    /// The word with this number; its name is word 0.
    pub fn word(&self, number: usize) -> &[u8] {
        match self.0.get(number) {
            Some(Value::Bulk(word)) => word,
            _ => b"",
        }
    }

    /// How many words it has, one at the least.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The words from number `first` on.
    pub fn words(&self, first: usize) -> impl Iterator<Item = &[u8]> {
        (first..self.len()).map(|number| self.word(number))
    }
}
// ANCHOR_END: command

// ANCHOR: resp
/// One client's conversation.
#[derive(Debug)]
pub struct Resp {
    decoder: RespDecoder,
    longest: usize,
    session: Session,
}

impl Resp {
    /// A conversation within `limits`, with the number `id`.
    pub fn new(limits: &Limits, id: u64) -> Resp {
        let decoder = RespDecoder::new(resp_decoder::Limits {
            bulk: limits.value,
            elements: limits.words,
            depth: 1,
        });
        Resp {
            decoder,
            longest: limits.value.min(inline::LONGEST),
            session: Session::new(id),
        }
    }

    /// The next command; `None` if it has not come whole, or says nothing.
    fn next(&mut self, input: &mut BytesMut) -> Result<Option<Vec<Value>>, String> {
        let between = self.decoder.end(b"").is_ok();
        if between && input.first().is_some_and(|&octet| octet != b'*') {
            return match inline::take(input, self.longest)? {
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
}

impl Protocol for Resp {
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
                let session = &mut self.session;
                let mut context = Context {
                    store,
                    output,
                    session,
                };
                run(&command, &mut context);
                match self.session.quit {
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
// ANCHOR_END: resp

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
