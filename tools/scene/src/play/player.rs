//! One play of a scene: does what the reader does in each step, and holds what comes
//! back against what is written.

use std::io;
use std::os::unix::fs::symlink;
use std::os::unix::process::CommandExt;
use std::process::Stdio;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Instant;

use super::Stage;
use super::hearing::{Running, Stop};
use super::wording::{DIFFERS, cause, how};
use crate::canon::{Canon, EPHEMERAL};
use crate::compare::matches;
use crate::event::Event;
use crate::format::{Action, Exit, Pattern, Scene, Step, split};
use crate::live::{Message, Ports, Process, Workdir, ephemeral};
use crate::report::Report;

/// One play of a scene.
pub(super) struct Player<'a> {
    pub(super) stage: &'a Stage,
    pub(super) scene: &'a Scene,
    on_event: &'a mut dyn FnMut(Event<'_>),
    // The order matters when a play is dropped: first nobody listens any more, then
    // the processes end, then their folder and ports are given up.
    pub(super) messages: Receiver<Message>,
    sender: SyncSender<Message>,
    /// Every command started so far, in order.
    pub(super) commands: Vec<Running>,
    pub(super) canon: Canon,
    pub(super) begun: Instant,
    /// When something was heard last.
    pub(super) heard: Instant,
    pub(super) workdir: Workdir,
    pub(super) ports: Ports,
}

impl<'a> Player<'a> {
    pub(super) fn new(
        stage: &'a Stage,
        scene: &'a Scene,
        on_event: &'a mut dyn FnMut(Event<'_>),
    ) -> io::Result<Player<'a>> {
        let ports = match stage.alone {
            true => Ports::of_the_book(&scene.ports()),
            false => Ports::reserve(&scene.ports(), &scene.to_string())?,
        };
        let workdir = Workdir::new()?;
        if let Some(python) = stage.chapter.as_ref().map(|chapter| chapter.join("python"))
            && python.is_dir()
        {
            symlink(python, workdir.path.join("python"))?;
        }
        let canon = Canon::new(
            ports.pairs.clone(),
            ephemeral(),
            workdir.root.to_string_lossy(),
        );
        // Bounded, so that a command that prints without end fills no memory.
        let (sender, messages) = sync_channel(64);
        let now = Instant::now();
        Ok(Player {
            stage,
            scene,
            on_event,
            messages,
            sender,
            commands: Vec::new(),
            canon,
            begun: now,
            heard: now,
            workdir,
            ports,
        })
    }

    pub(super) fn tell(&mut self, event: Event<'_>) {
        (self.on_event)(event);
    }

    pub(super) fn tell_of_the_end(&mut self) {
        (self.on_event)(Event::Played(&self.canon));
    }

    /// Plays all steps, up to the first difference.
    pub(super) fn play(&mut self) -> Result<(), Box<Report>> {
        let scene = self.scene;
        for (index, step) in scene.steps.iter().enumerate() {
            let nth = self.act(step, index)?;
            self.expect(step, nth, scene.ends(index))?;
        }
        Ok(())
    }

    /// Does what the reader does in a step. Returns which command it speaks of.
    pub(super) fn act(&mut self, step: &Step, index: usize) -> Result<usize, Box<Report>> {
        if let Action::Run(command) = &step.action {
            return self.start(step, command, index);
        }
        let terminal = step.terminal.as_str();
        let Some(nth) = self.commands.iter().rposition(|c| c.terminal == terminal) else {
            return Err(self.report(step, "No command runs in this terminal."));
        };
        let deed = match step.action {
            Action::Type(_) => "the line was to be typed",
            Action::Interrupt => "Ctrl-C was to be pressed",
            Action::EndOfInput => "Ctrl-D was to be pressed",
            Action::Run(_) | Action::Wait => "",
        };
        if !deed.is_empty()
            && let Some((exit, _)) = self.commands[nth].exited
        {
            let what = format!(
                "{} had ended already, with {}, when {deed}.",
                self.who(nth),
                how(exit)
            );
            return Err(self.differs(step, nth, true, Vec::new(), what));
        }
        match &step.action {
            Action::Type(text) => {
                let typed = self.scene.with_ports(text, |port| self.canon.actual(port));
                let process = self.commands[nth].process.as_mut();
                if process.is_some_and(|process| process.type_line(&typed).is_err()) {
                    let what = format!("{} no longer reads what is typed.", self.who(nth));
                    return Err(self.differs(step, nth, true, Vec::new(), what));
                }
                self.tell(Event::Typed { terminal, text });
            }
            Action::Interrupt => {
                if let Some(process) = &self.commands[nth].process {
                    process.interrupt();
                }
                self.tell(Event::Interrupted { terminal });
            }
            Action::EndOfInput => {
                if let Some(process) = &mut self.commands[nth].process {
                    process.end_input();
                }
                self.tell(Event::EndOfInput { terminal });
            }
            Action::Run(_) | Action::Wait => {}
        }
        Ok(nth)
    }

    fn start(&mut self, step: &Step, command: &str, index: usize) -> Result<usize, Box<Report>> {
        let mut words = split(command).map_err(|what| self.report(step, what))?;
        for word in &mut words {
            let named = self.scene.ports_in(word);
            let unseen = named
                .into_iter()
                .map(|(_, port)| port)
                .find(|port| EPHEMERAL.contains(port) && self.canon.actual(*port).is_none());
            if let Some(port) = unseen {
                let what = format!(
                    "{port} stands for a port that the system chose, and no line above has shown it."
                );
                return Err(self.report(step, what));
            }
            *word = self.scene.with_ports(word, |port| self.canon.actual(port));
        }
        let Some((program, arguments)) = words.split_first() else {
            return Err(self.report(step, "There is no command."));
        };
        let file = if program.contains('/') {
            Some(self.workdir.path.join(program)) // as from a shell that stands there
        } else {
            self.stage.find(program)
        };
        let Some(file) = file else {
            let what = format!("No program `{program}`: it is not built, and not on PATH.");
            return Err(self.report(step, what));
        };
        let nth = self.commands.len();
        let mut command_line = self.command(step, &file);
        command_line.args(arguments);
        if self.needs_input(index) {
            command_line.stdin(Stdio::piped());
        }
        if command_line.get_program() == file {
            command_line.arg0(program); // as a shell does
        }
        let started = Process::start(nth, &mut command_line, &self.workdir, &self.sender);
        let process = started.map_err(|error| {
            self.report(
                step,
                format!("`{program}` could not be started: {}.", cause(&error)),
            )
        })?;
        let running = Running::new(&step.terminal, program, process);
        self.commands.push(running);
        self.tell(Event::Started {
            terminal: &step.terminal,
            command,
        });
        Ok(nth)
    }

    /// Whether something is typed into the command that step `index` starts.
    fn needs_input(&self, index: usize) -> bool {
        let terminal = &self.scene.steps[index].terminal;
        self.scene.steps[index + 1..]
            .iter()
            .filter(|step| step.terminal == *terminal)
            .take_while(|step| !matches!(step.action, Action::Run(_)))
            .any(|step| matches!(step.action, Action::Type(_) | Action::EndOfInput))
    }

    /// Waits for the output of a step and holds it against what is written.
    fn expect(&mut self, step: &Step, nth: usize, ends: bool) -> Result<(), Box<Report>> {
        let mut found = Vec::new();
        for (i, line) in step.output.iter().enumerate() {
            // The last line may be a prompt, which has no end. The end of a number
            // can't be told from its middle without the line's.
            let pattern = line.pattern.as_deref().map(Pattern::new);
            let last = i + 1 == step.output.len();
            let prompt = last && !ends && pattern.is_none_or(|pattern| !pattern.ends_with_number());
            match self.next_line(nth, prompt.then_some(line)) {
                Ok(Some(octets)) => {
                    let one = self.canon.line(&octets);
                    let text = matches(line, &one);
                    found.push(one);
                    match text {
                        Some(text) => self.tell(Event::Line {
                            terminal: &step.terminal,
                            text: &text,
                        }),
                        None => return Err(self.differs(step, nth, ends, found, DIFFERS)),
                    }
                }
                Ok(None) => {
                    let what = match self.wait_for_exit(nth) {
                        Some(exit) => format!(
                            "{} ended, with {}, before it had printed what the book shows.",
                            self.who(nth),
                            how(exit)
                        ),
                        None => format!(
                            "{} closed its output before it had printed what the book shows.",
                            self.who(nth)
                        ),
                    };
                    return Err(self.differs(step, nth, ends, found, what));
                }
                Err(Stop::Deadline) => {
                    let what = format!(
                        "The deadline of {} passed: {} never printed `{}`.",
                        self.deadline_in_words(),
                        self.who(nth),
                        line.text
                    );
                    return Err(self.differs(step, nth, ends, found, what));
                }
                Err(stop) => return Err(self.stopped(step, nth, ends, found, &stop)),
            }
        }
        if !ends {
            return Ok(());
        }
        match self.next_line(nth, None) {
            Ok(None) => {}
            Ok(Some(octets)) => {
                found.push(self.canon.line(&octets));
                return Err(self.differs(step, nth, ends, found, DIFFERS));
            }
            Err(stop) => return Err(self.stopped(step, nth, ends, found, &stop)),
        }
        let exit = match self.end(nth) {
            Ok(exit) => exit,
            Err(stop) => return Err(self.stopped(step, nth, ends, found, &stop)),
        };
        let expected = step.exit.unwrap_or(Exit::Code(0));
        if exit != expected {
            let what = format!(
                "{} ended with {}; in the book it ends with {}.",
                self.who(nth),
                how(exit),
                how(expected)
            );
            return Err(self.differs(step, nth, ends, found, what));
        }
        self.commands[nth].process = None; // kills what is left of its group
        self.tell(Event::Exited {
            terminal: &step.terminal,
            exit,
        });
        Ok(())
    }
}
