//! What happens while a scene is played, as a listener hears it.

use crate::canon::Canon;
use crate::format::Exit;
use crate::report::Report;

/// Something that happened in a scene that is being played.
///
/// Events come in the order of the script, with text in its canonical form (the
/// digits that a `#~` line excuses are the true ones). What differs is no event but
/// part of the [`Report`].
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Event<'a> {
    Started {
        terminal: &'a str,
        command: &'a str,
    },
    Line {
        terminal: &'a str,
        text: &'a str,
    },
    Typed {
        terminal: &'a str,
        text: &'a str,
    },
    Interrupted {
        terminal: &'a str,
    },
    EndOfInput {
        terminal: &'a str,
    },
    Exited {
        terminal: &'a str,
        exit: Exit,
    },
    /// The scene begins again: a port that was free is no longer, through no fault
    /// of the scene.
    Again,
    /// No step is left; what still runs ends after this. [`Canon`] knows the ports.
    Played(&'a Canon),
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
