//! How a program's lines reach who reads them, and what it does when nobody does.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::panic::{self, PanicHookInfo};
use std::process;

use crate::{in_words, one_line};

/// Reports what went wrong with `whom`, and goes on.
pub fn report(whom: impl Display, error: &anyhow::Error) {
    log(format_args!("{whom}: {}", one_line(error)));
}

/// Prints `line` on stderr, in one call: what several programs print stays apart, and
/// nobody sees a part of a line. That nobody reads it is no failure. Words of a peer's may be
/// in it: only the end of a line is left of what would move a cursor.
pub fn log(line: impl Display) {
    let _ = io::stderr().write_all(harmless(&format!("{line}\n")).as_bytes());
}

fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter.is_control() && letter != '\n' {
            true => shown.extend(letter.escape_default()),
            false => shown.push(letter),
        }
    }
    shown
}

/// Prints `octets` as they are. Where nobody reads them, the program ends, as it does when
/// a line can't be printed.
///
/// # Panics
///
/// When they can't be printed, as `println!` does; [`run`](crate::run) knows the words.
pub fn pass_on(octets: &[u8]) {
    let mut output = io::stdout().lock();
    if let Err(error) = output.write_all(octets).and_then(|()| output.flush()) {
        panic!("failed printing to stdout: {error}");
    }
}

/// Asks for a line, where it is a person who is to type it.
pub fn prompt() {
    if io::stdin().is_terminal() {
        print!("> ");
        let _ = io::stdout().flush(); // if nobody reads it, the next line will tell
    }
}

/// Has the program end when a line can't be printed; `println!` panics then. That its
/// reader has seen enough, as `head` has after ten lines, is no failure.
pub(crate) fn end_with_the_reader() {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |panic| match why_not_printed(panic) {
        None => hook(panic),
        Some(why) if why.starts_with("Broken pipe") => process::exit(0),
        Some(why) => {
            log(format_args!("print: {}", in_words(why)));
            process::exit(1);
        }
    }));
}

fn why_not_printed<'a>(panic: &'a PanicHookInfo<'_>) -> Option<&'a str> {
    let message = panic.payload().downcast_ref::<String>()?;
    message.strip_prefix("failed printing to stdout: ")
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_a_peer_says_moves_no_cursor() {
        let said = "refused: é \u{1b}[2J\r\u{9b}1m\n  a second line\n";
        let shown = "refused: é \\u{1b}[2J\\r\\u{9b}1m\n  a second line\n";
        assert_eq!(harmless(said), shown);
    }
}
