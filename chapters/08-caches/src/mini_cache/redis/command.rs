//! What all commands have in common: their words, what they work with, and how they
//! are refused.

use std::borrow::Cow;

use crate::mini_cache::output::Output;
use crate::mini_cache::store::{NotStored, Store};
use crate::resp_decoder::Value;

/// A command: its name and its arguments, at least one word.
#[derive(Debug)]
pub struct Command(Vec<Value>);

impl Command {
    /// A command of these words.
    ///
    /// # Errors
    ///
    /// When one of them is no bulk string.
    pub fn new(words: Vec<Value>) -> Result<Command, String> {
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

/// What a command works with.
pub struct Context<'a> {
    /// What is stored.
    pub store: &'a mut Store,
    /// Where the answer goes.
    pub output: &'a mut Output,
    /// The conversation ends with this command.
    pub quit: bool,
}

/// A refusal in Redis's words.
pub type Refused = Cow<'static, str>;
/// A command's function writes the answer, or says why it is refused.
pub type Done = Result<(), Refused>;

/// The options are not understood.
pub const SYNTAX: Refused = Cow::Borrowed("ERR syntax error");
/// A number was expected, of 64 bits and with a sign.
pub const NOT_AN_INTEGER: Refused = Cow::Borrowed("ERR value is not an integer or out of range");

/// That a command has too few words, or too many.
pub fn wrong_number(name: &[u8]) -> Refused {
    let name = String::from_utf8_lossy(name).to_lowercase();
    format!("ERR wrong number of arguments for '{name}' command").into()
}

/// Why a value is not stored.
pub fn not_stored(why: NotStored) -> Refused {
    match why {
        NotStored::TooLong => "ERR string exceeds maximum allowed size (proto-max-bulk-len)",
        NotStored::NoRoom => "OOM command not allowed when used memory > 'maxmemory'.",
    }
    .into()
}

/// A number as Redis understands it: digits alone, no zero or plus in front.
pub fn integer(text: &[u8]) -> Option<i64> {
    let number: i64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    (number.to_string().as_bytes() == text).then_some(number)
}
