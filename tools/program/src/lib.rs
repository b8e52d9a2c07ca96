//! What every program of the workbook shares: how it reports an error, with
//! which status it leaves, how a server listens and stops, how long it waits for
//! a peer, and how it shows what came.
//!
//! A program's `main` returns what [`run`] returns:
//!
//! ```no_run
//! use std::process::ExitCode;
//!
//! fn main() -> ExitCode {
//!     program::run(|| {
//!         // parse the command line, then act
//!         Ok(())
//!     })
//! }
//! ```

mod again;
mod print;
mod talk;
#[cfg(feature = "tokio")]
pub mod tasks;
mod text;
mod time;

use std::io::{self, Write};
use std::process::ExitCode;

pub use again::keep_trying;
pub use print::{log, pass_on, prompt, report};
pub use talk::{Connect, Conversation, Listen, accept, listen, resolve, seconds};
pub use text::{ascii, hex, show};
pub use time::utc;

/// Runs the program `body`: its error goes to stderr as one line, and the exit
/// status is 1 if there was one and 0 if not. (Wrong usage exits 2, which clap
/// sees to.) Where nobody reads any more what it prints, it ends.
pub fn run(body: impl FnOnce() -> anyhow::Result<()>) -> ExitCode {
    print::end_with_the_reader();
    match body() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log(one_line(&error));
            ExitCode::FAILURE
        }
    }
}

/// An error and its causes on one line, outermost first, in the workbook's form:
/// operation, address, cause.
///
/// `connect 127.0.0.1:1060: connection refused` says what a person needs; the
/// number that the system gives its errors does not, so it is left out.
pub fn one_line(error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in error.chain() {
        let part = match cause.downcast_ref::<io::Error>() {
            Some(error) => io_cause(error),
            None => cause.to_string(),
        };
        // An error that prints its source and also names it as its source would
        // be read twice.
        if parts.last().is_none_or(|last| !last.ends_with(&part)) {
            parts.push(part);
        }
    }
    parts.join(": ")
}

/// The cause of an input or output error in the field's words, without the
/// system's number for it.
pub fn io_cause(error: &io::Error) -> String {
    in_words(&error.to_string())
}

fn in_words(error: &str) -> String {
    match error.split_once(" (os error ") {
        Some((words, _)) => lower_first(words),
        None => error.to_owned(),
    }
}

fn lower_first(words: &str) -> String {
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Makes Ctrl-C (SIGINT, and SIGTERM) end this program with the line `Stopped.`
/// and exit status 0, whatever it is waiting for.
///
/// For a server that owns nothing that must be put in order first; one that does
/// waits for the signal itself. Call it before printing `Listening at`.
///
/// # Errors
///
/// When a handler has been set already.
pub fn stop_on_ctrl_c() -> anyhow::Result<()> {
    ctrlc::set_handler(|| {
        // Whoever read what we print may be gone. `println!` would panic then, and
        // nothing would end.
        let _ = writeln!(io::stdout(), "Stopped.");
        std::process::exit(0);
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn an_error_reads_as_operation_address_and_cause() {
        let refused = io::Error::from_raw_os_error(111);
        let error = Err::<(), _>(refused)
            .context("connect 127.0.0.1:1060")
            .unwrap_err();
        if cfg!(target_os = "linux") {
            assert_eq!(
                one_line(&error),
                "connect 127.0.0.1:1060: connection refused"
            );
        }
    }

    #[test]
    fn a_cause_that_was_already_printed_is_not_printed_twice() {
        #[derive(Debug)]
        struct Outer(io::Error);
        impl std::fmt::Display for Outer {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "read: {}", self.0)
            }
        }
        impl std::error::Error for Outer {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                Some(&self.0)
            }
        }
        let error = anyhow::Error::from(Outer(io::Error::other("too long")));
        assert_eq!(one_line(&error), "read: too long");
    }
}
