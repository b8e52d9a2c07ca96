//! What is said of a step that did not go as written.

use std::io;
use std::time::{Duration, Instant};

use surroundings::patience;

use super::hearing::{MAX_LINES, Running, Stop};
use super::player::Player;
use crate::canon::Canonical;
use crate::compare::diff;
use crate::format::{Action, Exit, Step};
use crate::report::{DiffLine, Elsewhere, Report};

/// A report waits for the rest of an output that differs already, until there has
/// been nothing for so long,
pub(super) const REST: Duration = Duration::from_millis(500);

/// and so long at most.
const LONG_REST: Duration = Duration::from_secs(3);

/// What is wrong with a step whose output differs.
pub(super) const DIFFERS: &str = "The output is not as the book has it.";

impl Player<'_> {
    /// The nth command, for a sentence.
    pub(super) fn who(&self, nth: usize) -> String {
        let Running {
            program, terminal, ..
        } = &self.commands[nth];
        match terminal.as_str() {
            "" => format!("`{program}`"),
            terminal => format!("`{program}` in {terminal}"),
        }
    }

    pub(super) fn deadline_in_words(&self) -> String {
        format!("{} s", self.scene.directives.deadline.as_secs())
    }

    /// A report of a step that was not played.
    pub(super) fn report(&self, step: &Step, what: impl Into<String>) -> Box<Report> {
        Box::new(Report {
            scene: self.scene.name.clone(),
            line: step.line,
            terminal: step.terminal.clone(),
            step: step.heading(),
            what: what.into(),
            diff: Vec::new(),
            elsewhere: self.elsewhere(&step.terminal),
            blessable: false,
        })
    }

    /// A report of a step that could not be waited for.
    pub(super) fn stopped(
        &mut self,
        step: &Step,
        nth: usize,
        ends: bool,
        found: Vec<Canonical>,
        stop: &Stop,
    ) -> Box<Report> {
        let what = match stop {
            Stop::Deadline => {
                let then = match step.action {
                    Action::Interrupt => "Ctrl-C did not end it".to_owned(),
                    Action::EndOfInput => "the end of its input did not end it".to_owned(),
                    _ => format!(
                        "it must end here, since no later step speaks of it (`{}^C`, for one)",
                        step.terminal
                    ),
                };
                format!(
                    "The deadline of {} passed: {} still runs; {then}.",
                    self.deadline_in_words(),
                    self.who(nth)
                )
            }
            Stop::Flood(nth) => self.flood(*nth),
            Stop::Leftover => format!("{} ended, but left a process running.", self.who(nth)),
        };
        let mut report = self.differs(step, nth, ends, found, what);
        report.blessable = false;
        report
    }

    fn flood(&self, nth: usize) -> String {
        let much = if self.commands[nth].line_ends > MAX_LINES {
            "10,000 lines"
        } else {
            "1 MiB"
        };
        format!(
            "{} printed more than {much} and was stopped.",
            self.who(nth)
        )
    }

    /// A report of a step whose output, of which `found` has been taken, is not as
    /// written. It waits a moment for the rest, for a better diff.
    pub(super) fn differs(
        &mut self,
        step: &Step,
        nth: usize,
        ends: bool,
        mut found: Vec<Canonical>,
        what: impl Into<String>,
    ) -> Box<Report> {
        let mut what = what.into();
        let mut blessable = true;
        let latest = Instant::now() + patience(LONG_REST);
        loop {
            let command = &self.commands[nth];
            let complete = if ends {
                command.closed && command.exited.is_some()
            } else {
                command.closed || found.len() + command.lines.len() >= step.output.len()
            };
            // Also the others may have something to say to it.
            let rest = patience(if complete { REST / 5 } else { REST });
            match self.hear(nth, Some(latest.min(Instant::now() + rest))) {
                Ok(true) => {}
                Err(Stop::Flood(nth)) => {
                    what = self.flood(nth);
                    blessable = false;
                    break;
                }
                Ok(false) | Err(_) => break,
            }
        }
        // More than these lines belongs to a later step.
        let room = if ends { usize::MAX } else { step.output.len() };
        while found.len() < room {
            let command = &mut self.commands[nth];
            let Some(octets) = command.lines.pop_front() else {
                if !command.partial.is_empty() {
                    let octets = command.take_partial();
                    found.push(self.canon.line(&octets));
                }
                break;
            };
            found.push(self.canon.line(&octets));
        }

        let exit = self.commands[nth].exited.map(|(exit, _)| exit);
        let lines = diff(step, &found, exit);
        let same = lines.iter().all(|line| matches!(line, DiffLine::Same(_)));
        Box::new(Report {
            diff: if same { Vec::new() } else { lines },
            blessable,
            ..*self.report(step, what)
        })
    }

    /// What the other terminals have printed that no step has taken.
    fn elsewhere(&self, terminal: &str) -> Vec<Elsewhere> {
        self.commands
            .iter()
            .filter(|command| command.terminal != terminal)
            .filter_map(|command| {
                let partial = Some(&command.partial).filter(|partial| !partial.is_empty());
                let lines = self.canon.peek(command.lines.iter().chain(partial));
                (!lines.is_empty()).then(|| Elsewhere {
                    terminal: command.terminal.clone(),
                    lines: lines.into_iter().map(|line| line.text).collect(),
                })
            })
            .collect()
    }

    /// Whether a program could not have a port that the play gave it, and the scene
    /// is not about that.
    pub(super) fn lost_port(&self, report: &Report) -> bool {
        let lost = |text: &str| text.to_ascii_lowercase().contains("address already in use");
        let actual = report.diff.iter().filter_map(|line| match line {
            DiffLine::Actual(text) => Some(text),
            _ => None,
        });
        let elsewhere = report.elsewhere.iter().flat_map(|other| &other.lines);
        !self.ports.pairs.is_empty()
            && !lost(&self.scene.to_string())
            && actual.chain(elsewhere).any(|text| lost(text))
    }
}

/// The cause of an error without the system's number for it.
pub(super) fn cause(error: &io::Error) -> String {
    let text = error.to_string();
    let words = text.split(" (os error").next().unwrap_or(&text);
    words.to_ascii_lowercase()
}

/// How a command ended, for a sentence.
pub(super) fn how(exit: Exit) -> String {
    match exit {
        Exit::Code(0) => "success".to_owned(),
        Exit::Code(code) => format!("exit status {code}"),
        Exit::Signal(signal) => {
            let name = match signal {
                1 => " (hang-up)",
                2 => " (interrupt)",
                4 => " (illegal instruction)",
                6 => " (abort)",
                8 => " (arithmetic error)",
                9 => " (kill)",
                11 => " (segmentation fault)",
                13 => " (broken pipe)",
                15 => " (terminate)",
                _ => "",
            };
            format!("signal {signal}{name}")
        }
    }
}
