//! The shell of `ssh-server`, behind a terminal or without one.

use crate::commands::{Said, Then, run};

/// The longest line that is kept, in octets.
const LONGEST: usize = 4096;

/// A shell that is fed what its user types.
#[derive(Debug)]
pub struct Shell {
    user: String,
    terminal: bool,
    line: Vec<u8>,
    /// The status of the last command, with which the shell ends.
    status: u32,
    running: Option<Then>,
}

impl Shell {
    /// A shell for `user`; with a `terminal` it prompts, echoes, and mixes errors with
    /// output.
    pub fn new(user: &str, terminal: bool) -> Shell {
        Shell {
            user: user.to_owned(),
            terminal,
            line: Vec::new(),
            status: 0,
            running: None,
        }
    }

    /// What it says before anything was typed.
    pub fn prompt(&self) -> Vec<Said> {
        if self.terminal {
            vec![Said::Out(b"$ ".to_vec())]
        } else {
            Vec::new()
        }
    }

    // ANCHOR: typed
    /// Takes what was typed: what it says, and the status if it ends.
    pub fn typed(&mut self, octets: &[u8]) -> (Vec<Said>, Option<u32>) {
        let mut said = Vec::new();
        for &octet in octets {
            match octet {
                b'\r' | b'\n' => {
                    self.echo(b"\n", &mut said);
                    if let Some(status) = self.enter(&mut said) {
                        return (said, Some(status));
                    }
                }
                0x04 if self.terminal && self.line.is_empty() => {
                    if self.end_of_input() {
                        return (said, Some(self.status));
                    }
                    said.extend(self.prompt());
                }
                0x03 if self.terminal => {
                    self.line.clear();
                    self.running = None;
                    self.echo(b"^C\n", &mut said);
                    said.extend(self.prompt());
                }
                0x7f if self.terminal => self.rub_out(&mut said),
                _ if self.line.len() < LONGEST => {
                    self.line.push(octet);
                    self.echo(&[octet], &mut said);
                }
                _ => {}
            }
        }
        (said, None)
    }
    // ANCHOR_END: typed

    /// The end of the input: whether the shell ends, and not only what it runs.
    pub fn end_of_input(&mut self) -> bool {
        self.running.take().is_none()
    }

    /// The status with which it ends.
    pub fn status(&self) -> u32 {
        self.status
    }

    fn rub_out(&mut self, said: &mut Vec<Said>) {
        if self.line.pop().is_some() {
            self.echo(b"\x08 \x08", said);
        }
    }

    fn enter(&mut self, said: &mut Vec<Said>) -> Option<u32> {
        let line = std::mem::take(&mut self.line);
        match self.running {
            Some(Then::Upper) => {
                said.push(Said::Out(
                    [line.to_ascii_uppercase(), b"\n".to_vec()].concat(),
                ));
                return None;
            }
            Some(_) => return None,
            None => {}
        }
        let line = String::from_utf8_lossy(&line);
        if line.trim() == "exit" {
            return Some(self.status);
        }
        let (output, then) = run(&self.user, &line);
        said.extend(output);
        match then {
            Then::Exit(status) if line.trim_start().starts_with("exit") => return Some(status),
            Then::Exit(status) => self.status = status,
            Then::Killed => self.status = 137, // what a shell makes of SIGKILL
            Then::Upper | Then::Waits => {
                self.running = Some(then);
                return None;
            }
        }
        said.extend(self.prompt());
        None
    }

    fn echo(&self, octets: &[u8], said: &mut Vec<Said>) {
        if self.terminal {
            said.push(Said::Out(octets.to_vec()));
        }
    }

    /// What goes over the wire of `said`: a terminal has one way out, and needs a
    /// carriage return at the end of a line.
    pub fn through_terminal(&self, said: Said) -> Said {
        match (self.terminal, said) {
            (true, Said::Out(octets) | Said::Err(octets)) => {
                let lines = octets.split_inclusive(|octet| *octet == b'\n');
                let lines = lines.flat_map(|line| match line.strip_suffix(b"\n") {
                    Some(line) => [line, b"\r\n"],
                    None => [line, b""],
                });
                Said::Out(lines.collect::<Vec<_>>().concat())
            }
            (false, said) => said,
        }
    }
}
