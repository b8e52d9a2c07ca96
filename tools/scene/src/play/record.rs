//! Plays a scene and keeps what comes, for `bless`.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::player::Player;
use crate::compare::matches;
use crate::event::Event;
use crate::format::{Action, Exit, Line, Scene, Step};
use crate::report::Report;

/// While recording, a command that has printed something and then nothing for so
/// long has printed all it will. Nothing else here guesses.
const QUIET: Duration = Duration::from_millis(400);

/// While recording, so long a command may take until its first line.
const FIRST: Duration = Duration::from_secs(3);

impl Player<'_> {
    /// Plays all steps and keeps what comes.
    pub(super) fn record(&mut self) -> Result<Scene, Box<Report>> {
        let scene = self.scene;
        let mut recorded = scene.clone();
        for (index, step) in scene.steps.iter().enumerate() {
            let nth = self.act(step, index)?;
            let ends = scene.ends(index);
            let new = &mut recorded.steps[index];
            new.output = self.listen(step, nth, ends)?;
            new.exit = self.commands[nth]
                .exited
                .map(|(exit, _)| exit)
                .filter(|exit| ends && *exit != Exit::Code(0));
            if step.action == Action::Wait && new.output.is_empty() && !ends {
                let what = format!("{} printed nothing more.", self.who(nth));
                return Err(self.report(step, what));
            }
            if ends {
                self.commands[nth].process = None;
                self.tell(Event::Exited {
                    terminal: &step.terminal,
                    exit: new.exit.unwrap_or(Exit::Code(0)),
                });
            }
        }
        Ok(recorded)
    }

    /// Takes all output up to the end of the command or, if it goes on, until
    /// nothing more comes.
    fn listen(&mut self, step: &Step, nth: usize, ends: bool) -> Result<Vec<Line>, Box<Report>> {
        let awaited =
            matches!(step.action, Action::Run(_) | Action::Wait) || !step.output.is_empty();
        let mut excused: VecDeque<&Line> = step
            .output
            .iter()
            .filter(|line| line.pattern.is_some())
            .collect();
        let mut output = Vec::new();
        let begun = Instant::now();
        loop {
            let quiet = if output.is_empty() && awaited {
                begun + FIRST
            } else {
                begun.max(self.heard) + QUIET
            };
            let command = &mut self.commands[nth];
            let octets = if let Some(octets) = command.lines.pop_front() {
                octets
            } else if command.closed && (command.exited.is_some() || !ends) {
                break;
            } else {
                match self.hear(nth, (!ends).then_some(quiet)) {
                    Ok(true) => continue,
                    Ok(false) if self.commands[nth].partial.is_empty() => break,
                    Ok(false) => self.commands[nth].take_partial(),
                    Err(stop) => return Err(self.stopped(step, nth, ends, Vec::new(), &stop)),
                }
            };
            let found = self.canon.line(&octets);
            let line = match excused
                .iter()
                .position(|line| matches(line, &found).is_some())
            {
                Some(skipped) => {
                    let line = excused[skipped].clone();
                    excused.drain(..=skipped);
                    line
                }
                None => Line {
                    text: found.text,
                    pattern: None,
                },
            };
            self.tell(Event::Line {
                terminal: &step.terminal,
                text: &line.text,
            });
            output.push(line);
        }
        Ok(output)
    }
}
