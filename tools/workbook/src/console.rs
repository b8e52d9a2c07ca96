//! What a person sees: colours only on a terminal, plain lines everywhere else.

use std::env;
use std::fmt::Arguments;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

pub use surroundings::command_text;

/// The widest line of prose: every terminal shows as much.
pub const WIDTH: usize = 80;

/// Writes a line to stdout, or an empty one.
///
/// Whether it arrives decides nothing: the command goes on, and its exit status is
/// the one that it would have had. What goes on for long or for ever asks
/// [`nobody_reads`]; [`finish`]
/// says at the end if something was lost.
macro_rules! say {
    () => { $crate::console::write_line(format_args!("")) };
    ($($text:tt)*) => { $crate::console::write_line(format_args!($($text)*)) };
}
pub(crate) use say;

/// Writes a line to stderr. `eprintln!` would panic where stderr is gone.
macro_rules! complain {
    ($($text:tt)*) => { $crate::console::write_complaint(format_args!($($text)*)) };
}
pub(crate) use complain;

/// Why stdout takes nothing more.
static LOST: OnceLock<io::Error> = OnceLock::new();

/// Whether a line of progress stands on stderr.
static DRAWN: AtomicBool = AtomicBool::new(false);

/// Writes one line to stdout.
pub fn write_line(text: Arguments<'_>) {
    if LOST.get().is_some() {
        return;
    }
    let mut out = io::stdout().lock();
    if let Err(error) = writeln!(out, "{text}") {
        let _ = LOST.set(error);
    }
}

/// Writes one line to stderr.
pub fn write_complaint(text: Arguments<'_>) {
    erase();
    let _ = writeln!(io::stderr(), "{text}"); // there is nobody to tell
}

/// Whether whoever reads stdout has gone: `| head`, a terminal that was closed.
pub fn nobody_reads() -> bool {
    let stdout = io::stdout();
    LOST.get().is_some() || has(&stdout, PollFlags::empty(), PollFlags::ERR | PollFlags::HUP)
}

/// The exit status of a command whose own is `status`. That a reader has gone
/// changes nothing; that a line could not be written for another reason, as where a
/// disk is full, is a failure.
pub fn finish(status: ExitCode) -> ExitCode {
    match LOST.get() {
        Some(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            complain!("write to stdout: {error}");
            if status == ExitCode::SUCCESS {
                ExitCode::FAILURE
            } else {
                status
            }
        }
        _ => status,
    }
}

/// Whether the stream is in one of the states `wanted` right now.
fn has(stream: &impl std::os::fd::AsFd, asked: PollFlags, wanted: PollFlags) -> bool {
    let mut streams = [PollFd::new(stream, asked)];
    let at_once = Timespec::default();
    poll(&mut streams, Some(&at_once)).is_ok() && streams[0].revents().intersects(wanted)
}

/// Draws a line of progress on stderr, over the one before. Only where
/// [`can_redraw`] says so.
pub fn draw(text: &str) {
    DRAWN.store(true, Ordering::Relaxed);
    let _ = write!(io::stderr(), "\r\x1b[2K{text}\r");
}

/// Erases the line of progress, if one stands there. Also for a handler of
/// signals: it neither panics nor blocks, whoever holds the lock of stderr, and
/// whether or not the terminal takes anything.
pub fn erase() {
    let stderr = io::stderr();
    if DRAWN.swap(false, Ordering::Relaxed) && has(&stderr, PollFlags::OUT, PollFlags::OUT) {
        let _ = rustix::io::write(&stderr, b"\r\x1b[2K");
    }
}

/// How a piece of text looks on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// A heading, or what matters most on its line.
    Bold,
    /// What may be overlooked.
    Dim,
    /// Right.
    Good,
    /// Wrong.
    Bad,
    /// Not done yet, or worth a look.
    Note,
    /// A command to type.
    Command,
    /// The nth terminal of a scene.
    Terminal(usize),
}

impl Look {
    fn codes(self) -> &'static str {
        // Terminals avoid green and red, which say right and wrong.
        const TERMINALS: [&str; 6] = ["36", "33", "35", "34", "96", "95"];
        match self {
            Look::Bold => "1",
            Look::Dim => "2",
            Look::Good => "32",
            Look::Bad => "31",
            Look::Note => "33",
            Look::Command => "36",
            Look::Terminal(n) => TERMINALS[n % TERMINALS.len()],
        }
    }
}

/// `text` in `look`, or as it is where stdout shows no colours.
pub fn paint(look: Look, text: &str) -> String {
    if colours() && !text.is_empty() {
        format!("\x1b[{}m{text}\x1b[0m", look.codes())
    } else {
        text.to_owned()
    }
}

/// Whether stdout is a terminal.
pub fn on_terminal() -> bool {
    static ON: OnceLock<bool> = OnceLock::new();
    *ON.get_or_init(|| io::stdout().is_terminal())
}

/// How wide the terminal on stdout is; [`WIDTH`], if it does not say.
pub fn terminal_width() -> usize {
    rustix::termios::tcgetwinsize(io::stdout())
        .ok()
        .map(|size| usize::from(size.ws_col))
        .filter(|columns| *columns > 0)
        .unwrap_or(WIDTH)
}

/// Whether stderr is a terminal on which a line can be drawn over.
pub fn can_redraw() -> bool {
    static CAN: OnceLock<bool> = OnceLock::new();
    *CAN.get_or_init(|| io::stderr().is_terminal() && !dumb())
}

/// Whether stdout shows colours: a terminal, unless `NO_COLOR` is set; with
/// `CLICOLOR_FORCE=1` also a pipe.
pub fn colours() -> bool {
    static SHOWN: OnceLock<bool> = OnceLock::new();
    *SHOWN.get_or_init(|| {
        let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        if set("NO_COLOR") {
            false
        } else if env::var_os("CLICOLOR_FORCE").is_some_and(|value| value == "1") {
            true
        } else {
            on_terminal() && !dumb()
        }
    })
}

fn dumb() -> bool {
    env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// [`command_text`], painted.
pub fn command(what: &str) -> String {
    paint(Look::Command, &command_text(what))
}

/// `text` padded with spaces to `width` columns, then painted.
pub fn column(look: Look, text: &str, width: usize) -> String {
    let pad = width.saturating_sub(columns(text));
    format!("{}{}", paint(look, text), " ".repeat(pad))
}

/// How many columns `text` takes (one a character: the workbook writes no wide
/// ones).
pub fn columns(text: &str) -> usize {
    text.chars().count()
}

/// A bar of `width` columns of which `done` of `all` are filled.
pub fn bar(done: usize, all: usize, width: usize) -> String {
    let filled = (done * width).checked_div(all).unwrap_or(0).min(width);
    format!(
        "{}{}",
        paint(Look::Good, &"━".repeat(filled)),
        paint(Look::Dim, &"╌".repeat(width - filled))
    )
}

/// Paragraphs of `text`, broken at spaces so that no line, with `indent` spaces
/// before it, is wider than [`WIDTH`]. Blank lines part paragraphs; indented
/// lines and list items keep their own line.
pub fn wrap(text: &str, indent: usize) -> Vec<String> {
    let room = WIDTH.saturating_sub(indent).max(20);
    let mut lines: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let line = line.trim_end();
        if line.is_empty() {
            lines.push(String::new());
            open = false;
            continue;
        }
        if line.starts_with("    ") {
            lines.push(line.to_owned());
            open = false;
            continue;
        }
        if line.starts_with("- ") || line.starts_with("* ") {
            open = false;
        }
        for word in line.split(' ').filter(|word| !word.is_empty()) {
            match lines.last_mut() {
                Some(last) if open && columns(last) + 1 + columns(word) <= room => {
                    last.push(' ');
                    last.push_str(word);
                }
                _ => {
                    lines.push(word.to_owned());
                    open = true;
                }
            }
        }
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
        .into_iter()
        .map(|line| {
            if line.is_empty() {
                line
            } else {
                format!("{}{line}", " ".repeat(indent))
            }
        })
        .collect()
}

/// A path as the reader types it: relative to where the reader stands, where
/// that is shorter.
pub fn path(path: &std::path::Path) -> String {
    env::current_dir()
        .ok()
        .and_then(|here| path.strip_prefix(here).ok().map(std::path::Path::to_owned))
        .unwrap_or_else(|| path.to_owned())
        .display()
        .to_string()
}

/// `1 check`, `3 checks`.
pub fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_broken_at_spaces_and_kept_apart() {
        let text = "one two three four five six seven eight nine ten eleven twelve thirteen\nfourteen fifteen\n\nnext\n    as it is";
        let lines = wrap(text, 4);
        assert_eq!(
            lines,
            [
                "    one two three four five six seven eight nine ten eleven twelve thirteen",
                "    fourteen fifteen",
                "",
                "    next",
                "        as it is"
            ]
        );
        assert!(lines.iter().all(|line| columns(line) <= WIDTH));
    }

    #[test]
    fn a_bar_is_never_wider_than_it_may_be() {
        assert_eq!(bar(3, 3, 4), "━━━━");
        assert_eq!(bar(0, 3, 4), "╌╌╌╌");
        assert_eq!(bar(0, 0, 4), "╌╌╌╌");
    }
}
