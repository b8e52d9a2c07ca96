//! What is heard of the commands that run.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use surroundings::patience;

use super::player::Player;
use super::wording::REST;
use crate::compare::matches;
use crate::format::{Exit, Line};
use crate::live::{Message, Process};

/// A command may print so many lines,
pub(super) const MAX_LINES: usize = 10_000;
/// and so many octets.
const MAX_OCTETS: usize = 1024 * 1024;

/// So long may a command's children print after the command itself has ended.
const GRACE: Duration = Duration::from_secs(2);

/// So many lines of a command that prints without end are shown.
const FLOOD_SHOWN: usize = 10;

/// A command that was started, and what it has printed that no step has taken yet.
pub(super) struct Running {
    pub(super) terminal: String,
    pub(super) program: String,
    /// `None` once it has ended and been reaped.
    pub(super) process: Option<Process>,
    pub(super) lines: VecDeque<Vec<u8>>,
    /// A line whose end has not come yet.
    pub(super) partial: Vec<u8>,
    /// A step has taken a line before its end came; the end belongs to it.
    end_is_due: bool,
    /// Nobody is left who could print.
    pub(super) closed: bool,
    pub(super) exited: Option<(Exit, Instant)>,
    octets: usize,
    pub(super) line_ends: usize,
}

impl Running {
    pub(super) fn new(terminal: &str, program: &str, process: Process) -> Running {
        Running {
            terminal: terminal.to_owned(),
            program: program.to_owned(),
            process: Some(process),
            lines: VecDeque::new(),
            partial: Vec::new(),
            end_is_due: false,
            closed: false,
            exited: None,
            octets: 0,
            line_ends: 0,
        }
    }

    fn print(&mut self, mut octets: &[u8]) {
        self.octets += octets.len();
        if self.end_is_due {
            self.end_is_due = false;
            octets = octets.strip_prefix(b"\n").unwrap_or(octets);
        }
        for piece in octets.split_inclusive(|octet| *octet == b'\n') {
            match piece.strip_suffix(b"\n") {
                Some(end) => {
                    let mut line = std::mem::take(&mut self.partial);
                    line.extend_from_slice(end);
                    self.lines.push_back(line);
                    self.line_ends += 1;
                }
                None => self.partial.extend_from_slice(piece),
            }
        }
    }

    pub(super) fn take_partial(&mut self) -> Vec<u8> {
        self.end_is_due = true;
        std::mem::take(&mut self.partial)
    }
}

/// Why waiting was given up.
pub(super) enum Stop {
    /// The scene's time is over.
    Deadline,
    /// The nth command prints without end.
    Flood(usize),
    /// The command has ended, but somebody it started still has its output open.
    Leftover,
}

impl Player<'_> {
    /// The next line that the nth command prints, or `None` when there will be none.
    /// A line that has not ended yet is taken if it is the `prompt`.
    pub(super) fn next_line(
        &mut self,
        nth: usize,
        prompt: Option<&Line>,
    ) -> Result<Option<Vec<u8>>, Stop> {
        loop {
            let command = &self.commands[nth];
            if !command.lines.is_empty() {
                return Ok(self.commands[nth].lines.pop_front());
            }
            if command.closed {
                return Ok(None);
            }
            if let Some(prompt) = prompt
                && !command.partial.is_empty()
                && matches(prompt, &self.canon.peek([&command.partial])[0]).is_some()
            {
                return Ok(Some(self.commands[nth].take_partial()));
            }
            self.hear(nth, None)?;
        }
    }

    /// Waits until the nth command has ended.
    pub(super) fn end(&mut self, nth: usize) -> Result<Exit, Stop> {
        loop {
            if let Some((exit, _)) = self.commands[nth].exited {
                return Ok(exit);
            }
            self.hear(nth, None)?;
        }
    }

    /// How the nth command ended, if it does right now.
    pub(super) fn wait_for_exit(&mut self, nth: usize) -> Option<Exit> {
        let until = Instant::now() + patience(REST);
        while self.commands[nth].exited.is_none() {
            if !matches!(self.hear(nth, Some(until)), Ok(true)) {
                break;
            }
        }
        self.commands[nth].exited.map(|(exit, _)| exit)
    }

    /// Waits for the next message of any command, on behalf of the nth; not beyond
    /// `until`, if given: then it returns false.
    pub(super) fn hear(&mut self, nth: usize, until: Option<Instant>) -> Result<bool, Stop> {
        loop {
            let (deadline, grace) = self.limits(nth);
            let limits = [until, grace].into_iter().flatten();
            let earliest = limits.fold(deadline, Instant::min);
            let timeout = earliest.saturating_duration_since(Instant::now());
            // An error is that nothing came: the player holds a sender itself.
            if let Ok(message) = self.messages.recv_timeout(timeout) {
                self.heard = Instant::now();
                self.note(message)?;
                return Ok(true);
            }
            let now = Instant::now();
            // The machine may have become busy meanwhile.
            let (deadline, grace) = self.limits(nth);
            if until.is_some_and(|until| until <= now) {
                return Ok(false);
            } else if grace.is_some_and(|grace| grace <= now) {
                return Err(Stop::Leftover);
            } else if deadline <= now {
                return Err(Stop::Deadline);
            }
        }
    }

    /// When the scene has to be over, and when the children of the nth command have,
    /// if it has ended.
    fn limits(&self, nth: usize) -> (Instant, Option<Instant>) {
        let deadline = self.begun + patience(self.scene.directives.deadline);
        let grace = match self.commands[nth].exited {
            Some((_, when)) if !self.commands[nth].closed => Some(when + patience(GRACE)),
            _ => None,
        };
        (deadline, grace)
    }

    fn note(&mut self, message: Message) -> Result<(), Stop> {
        match message {
            Message::Output(nth, octets) => {
                let command = &mut self.commands[nth];
                command.print(&octets);
                if command.octets > MAX_OCTETS || command.line_ends > MAX_LINES {
                    // A look at it is enough.
                    command.lines.truncate(FLOOD_SHOWN);
                    if !command.lines.is_empty() {
                        command.partial.clear();
                    }
                    return Err(Stop::Flood(nth));
                }
            }
            Message::Closed(nth) => {
                let command = &mut self.commands[nth];
                command.closed = true;
                if !command.partial.is_empty() {
                    let rest = std::mem::take(&mut command.partial);
                    command.lines.push_back(rest);
                }
            }
            Message::Exited(nth, exit) => {
                self.commands[nth].exited = Some((exit, Instant::now()));
            }
        }
        Ok(())
    }
}
