//! The fixed set of commands of `ssh-server`. Nothing here starts a program.

use crate::words::words;

/// How many lines `flood` may write: it is held in memory until the client takes it.
const MOST: usize = 20_000;

/// What a command writes, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// On its standard output
    Out(Vec<u8>),
    /// On its standard error
    Err(Vec<u8>),
}

/// How a command goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It ends with this status.
    Exit(u32),
    /// It is killed, and so has no status.
    Killed,
    /// It writes what it reads, in capitals, until the end of its input.
    Upper,
    /// It never ends.
    Waits,
}
/// Runs `line` for `user`: what it says, and how it goes on.
pub fn run(user: &str, line: &str) -> (Vec<Said>, Then) {
    let words = match words(line) {
        Ok(words) => words,
        Err(error) => return fails(format!("{error}\n"), 2),
    };
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [] => (Vec::new(), Then::Exit(0)),
        ["greet"] => says([format!("hello {user}\n")]),
        ["args", ref rest @ ..] => {
            says((rest.iter().zip(1..)).map(|(word, nth)| format!("argument {nth}: {word:?}\n")))
        }
        ["both"] => (
            vec![
                Said::Out(b"one\n".to_vec()),
                Said::Err(b"two\n".to_vec()),
                Said::Out(b"three\n".to_vec()),
            ],
            Then::Exit(0),
        ),
        ["exit", status] => match status.parse() {
            Ok(status @ 0..=255) => (Vec::new(), Then::Exit(status)),
            _ => fails(format!("exit: no status: {status}\n"), 2),
        },
        ["flood", lines] => match lines.parse() {
            Ok(lines @ 0..=MOST) => says((1..=lines).map(|line| format!("line {line}\n"))),
            _ => fails(format!("flood: too many: {lines}\n"), 2),
        },
        ["upper"] => (Vec::new(), Then::Upper),
        ["wait"] => (Vec::new(), Then::Waits),
        ["killed"] => (Vec::new(), Then::Killed),
        [name, ..] => fails(format!("{name}: not found\n"), 127), // the status that sh gives
    }
}

fn says(lines: impl IntoIterator<Item = String>) -> (Vec<Said>, Then) {
    let lines = lines.into_iter().map(|line| Said::Out(line.into_bytes()));
    (lines.collect(), Then::Exit(0))
}

fn fails(why: String, status: u32) -> (Vec<Said>, Then) {
    (vec![Said::Err(why.into_bytes())], Then::Exit(status))
}
