//! What happens while a scene is played, as a listener hears it.

use crate::report::Report;
use crate::scene::Exit;

/// Something that happened in a scene that is being played.
///
/// Events come in the order of the script, with text in its canonical form (the
/// digits that a `#~` line excuses are the true ones). A line comes as soon as it
/// has been found to be what the scene expects: a line that differs is not an
/// event but part of the [`Report`].
#[derive(Debug, Clone, Copy)]
pub enum Event<'a> {
    /// A command was started; `command` is as the scene writes it.
    Started {
        /// The terminal.
        terminal: &'a str,
        /// The command, as the scene writes it.
        command: &'a str,
    },
    /// A line was printed.
    Line {
        /// The terminal.
        terminal: &'a str,
        /// The line, canonical.
        text: &'a str,
    },
    /// A line was typed.
    Typed {
        /// The terminal.
        terminal: &'a str,
        /// What was typed.
        text: &'a str,
    },
    /// Ctrl-C was pressed.
    Interrupted {
        /// The terminal.
        terminal: &'a str,
    },
    /// Ctrl-D was pressed.
    EndOfInput {
        /// The terminal.
        terminal: &'a str,
    },
    /// The command ended, as the scene expects; success is `Exit::Code(0)`.
    Exited {
        /// The terminal.
        terminal: &'a str,
        /// How.
        exit: Exit,
    },
    /// The scene begins again: a port that was free is no longer, through no fault
    /// of the scene.
    Again,
    /// How it came out. The last event of every play.
    Verdict(&'a Verdict),
}

/// How a scene came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Everything is as the scene says.
    AsWritten,
    /// It was not played, and why: `peer missing: redis-server (skipped)`.
    Skipped(String),
    /// Something is not as the scene says.
    Differs(Box<Report>),
}
