//! The terminal at which a person sits, as a remote shell needs it.

use std::io::{self, stdin};

use rustix::termios::{OptionalActions, Termios, isatty, tcgetattr, tcgetwinsize, tcsetattr};

/// A terminal that gives on each key as it is pressed, until this is dropped.
///
/// Normally the system gathers a line, shows it, and makes a signal of Ctrl-C. All that is
/// now done at the other end, and twice would be once too much.
#[derive(Debug)]
pub struct Raw {
    before: Termios,
}

impl Raw {
    /// Makes the terminal at the standard input raw, if it is one.
    ///
    /// # Errors
    ///
    /// When the system doesn't let us.
    // ANCHOR: raw
    pub fn new() -> io::Result<Option<Raw>> {
        if !isatty(stdin()) {
            return Ok(None);
        }
        let before = tcgetattr(stdin())?;
        let mut raw = before.clone();
        raw.make_raw();
        tcsetattr(stdin(), OptionalActions::Now, &raw)?;
        Ok(Some(Raw { before }))
    }
    // ANCHOR_END: raw
}

impl Drop for Raw {
    fn drop(&mut self) {
        // Nobody is left to be told that it failed.
        let _ = tcsetattr(stdin(), OptionalActions::Now, &self.before);
    }
}

/// Columns and lines of the terminal, or those that every terminal once had.
pub fn size() -> (u32, u32) {
    match tcgetwinsize(stdin()) {
        Ok(size) if size.ws_col > 0 => (size.ws_col.into(), size.ws_row.into()),
        _ => (80, 24),
    }
}
