//! From the name of a command to the function that does it.

use std::borrow::Cow;

use super::output::Output;
use super::resp::Command;
use super::store::{NotStored, Store};
use super::{admin, expiry, info, keys, numbers, set, storage};

/// What the server knows of one client.
#[derive(Debug)]
pub struct Session {
    /// Its number.
    pub id: u64,
    /// What it calls itself.
    pub name: Vec<u8>,
    /// It wants to end the conversation.
    pub quit: bool,
}

impl Session {
    /// A client without a name.
    pub fn new(id: u64) -> Session {
        Session {
            id,
            name: Vec::new(),
            quit: false,
        }
    }
}

/// What a command works with.
pub struct Context<'a> {
    /// What is stored.
    pub store: &'a mut Store,
    /// Where the answer goes.
    pub output: &'a mut Output,
    /// Who asks.
    pub session: &'a mut Session,
}

/// A refusal in Redis's words.
pub type Refused = Cow<'static, str>;
/// A command's function writes the answer, or says why it is refused.
pub type Done = Result<(), Refused>;

/// The options are not understood.
pub const SYNTAX: Refused = Cow::Borrowed("ERR syntax error");
/// A number was expected, of 64 bits and with a sign.
pub const NOT_AN_INTEGER: Refused = Cow::Borrowed("ERR value is not an integer or out of range");

/// In Redis's words, why a value is not stored.
pub fn not_stored(why: NotStored) -> Refused {
    match why {
        NotStored::TooLong => "ERR string exceeds maximum allowed size (proto-max-bulk-len)",
        NotStored::NoRoom => "OOM command not allowed when used memory > 'maxmemory'.",
    }
    .into()
}

// ANCHOR: run
/// Does what a command says, and answers.
pub fn run(command: &Command, context: &mut Context<'_>) {
    context.store.figures.commands += 1;
    let name = command.word(0).to_ascii_uppercase();
    let done = match look_up(&name) {
        None => Err(unknown(command)),
        Some((words, _)) if !fits(command.len(), words) => Err(wrong_number(&name)),
        Some((_, act)) => act(command, context),
    };
    if let Err(refused) = done {
        context.output.error(refused.as_bytes());
    }
}

type Act = fn(&Command, &mut Context<'_>) -> Done;

/// How many words a command has, its name included, and what does it. Below zero:
/// so many or more.
fn look_up(name: &[u8]) -> Option<(isize, Act)> {
    Some(match name {
        b"GET" => (2, storage::get),
        b"SET" => (-3, set::set),
        b"MGET" => (-2, storage::mget),
        b"MSET" => (-3, storage::mset),
        b"GETSET" => (3, storage::getset),
        b"GETDEL" => (2, storage::getdel),
        b"SETNX" => (3, storage::setnx),
        b"SETEX" | b"PSETEX" => (4, storage::setex),
        b"APPEND" => (3, storage::append),
        b"STRLEN" => (2, storage::strlen),
        b"INCR" | b"DECR" => (2, numbers::add_one),
        b"INCRBY" | b"DECRBY" => (3, numbers::add),
        b"DEL" | b"UNLINK" => (-2, keys::del),
        b"EXISTS" | b"TOUCH" => (-2, keys::exists),
        b"TYPE" => (2, keys::kind),
        b"KEYS" => (2, keys::keys),
        b"DBSIZE" => (1, keys::dbsize),
        b"FLUSHALL" | b"FLUSHDB" => (-1, keys::flush),
        b"EXPIRE" | b"PEXPIRE" | b"EXPIREAT" | b"PEXPIREAT" => (-3, expiry::expire),
        b"TTL" | b"PTTL" => (2, expiry::ttl),
        b"PERSIST" => (2, expiry::persist),
        b"PING" => (-1, admin::ping),
        b"ECHO" => (2, admin::echo),
        b"HELLO" => (-1, admin::hello),
        b"CLIENT" => (-2, admin::client),
        b"COMMAND" => (-1, admin::command),
        b"CONFIG" => (-2, info::config),
        b"INFO" => (-1, info::info),
        b"SELECT" => (2, admin::select),
        b"AUTH" => (-2, admin::auth),
        b"POST" | b"HOST:" => (-1, admin::http),
        b"QUIT" => (-1, admin::quit),
        _ => return None,
    })
}
// ANCHOR_END: run

fn fits(len: usize, words: isize) -> bool {
    match words {
        1.. => len == words.unsigned_abs(),
        _ => len >= words.unsigned_abs(),
    }
}

/// That a command has too few words, or too many.
pub fn wrong_number(name: &[u8]) -> Refused {
    let name = String::from_utf8_lossy(name).to_lowercase();
    format!("ERR wrong number of arguments for '{name}' command").into()
}

/// Redis repeats what it did not understand, but no more than so many octets of it.
const REPEATED: usize = 128;

fn unknown(command: &Command) -> Refused {
    let cut = |word: &[u8], most: usize| -> String {
        String::from_utf8_lossy(&word[..word.len().min(most)]).into_owned()
    };
    let mut arguments = String::new();
    for word in command.words(1) {
        if arguments.len() >= REPEATED {
            break;
        }
        let word = cut(word, REPEATED - arguments.len());
        arguments.push_str(&format!("'{word}' "));
    }
    let name = cut(command.word(0), REPEATED);
    format!("ERR unknown command '{name}', with args beginning with: {arguments}").into()
}

/// A number as Redis understands it: digits alone, no zero or plus in front.
pub fn integer(text: &[u8]) -> Option<i64> {
    let number: i64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    (number.to_string().as_bytes() == text).then_some(number)
}
