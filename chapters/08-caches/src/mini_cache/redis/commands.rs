//! From the name of a command to the function that does it.

use super::command::{Command, Context, Done, Refused, wrong_number};
use super::{expiry, info, keys, numbers, values};

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
        b"GET" => (2, values::get),
        b"SET" => (-3, values::set),
        b"MGET" => (-2, values::mget),
        b"MSET" => (-3, values::mset),
        b"APPEND" => (3, values::append),
        b"STRLEN" => (2, values::strlen),
        b"INCR" => (2, numbers::incr),
        b"INCRBY" | b"DECRBY" => (3, numbers::by),
        b"DEL" => (-2, keys::del),
        b"EXISTS" => (-2, keys::exists),
        b"KEYS" => (2, keys::keys),
        b"DBSIZE" => (1, keys::dbsize),
        b"FLUSHALL" => (1, keys::flush),
        b"EXPIRE" => (3, expiry::expire),
        b"TTL" | b"PTTL" => (2, expiry::ttl),
        b"PING" => (1, info::ping),
        b"ECHO" => (2, info::echo),
        b"INFO" => (-1, info::info),
        b"QUIT" => (1, info::quit),
        b"POST" | b"HOST:" => (-1, info::http),
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
