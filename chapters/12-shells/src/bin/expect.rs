//! Leads a dialogue with a program that believes that a person types.

use std::ffi::OsString;
use std::fs;
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::Context;
use clap::{Parser, Subcommand};
use shells::dialogue::Heard;
use shells::pseudo_terminal::{PseudoTerminal, become_leader};

#[derive(Parser)]
#[command(
    about = "Answers a program's questions",
    args_conflicts_with_subcommands = true
)]
struct Options {
    /// Wait for TEXT, then type ANSWER; @FILE is the first line of a file
    #[arg(long, num_args = 2, value_names = ["TEXT", "ANSWER"])]
    on: Vec<String>,
    /// Wait for TEXT, which must come behind the answers
    #[arg(long, value_name = "TEXT")]
    then: Option<String>,
    /// How long it may take from one to the next
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = program::seconds)]
    timeout: Duration,
    /// The program and its arguments
    #[arg(last = true)]
    command: Vec<OsString>,
    #[command(subcommand)]
    helper: Option<Helper>,
}

#[derive(Subcommand)]
enum Helper {
    /// Run a program in a session of its own at this terminal
    #[command(hide = true, name = "session-at")]
    SessionAt {
        terminal: String,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<OsString>,
    },
}

fn main() -> ExitCode {
    let mut status = 1;
    program::run(|| {
        let options = Options::parse();
        status = match &options.helper {
            Some(Helper::SessionAt { terminal, command }) => {
                become_leader(terminal, command).map(|()| 0)?
            }
            None => lead(&options)?,
        };
        Ok(())
    });
    ExitCode::from(status)
}

// ANCHOR: lead
fn lead(options: &Options) -> anyhow::Result<u8> {
    let mut helper = Command::new(std::env::current_exe()?);
    helper.arg("session-at");
    let mut terminal = PseudoTerminal::start(helper, &options.command)?;
    let mut heard = Heard::new(terminal.reader()?);
    for pair in options.on.chunks(2) {
        let [question, answer] = pair else { continue };
        let answer = secret(answer)?;
        show(&heard.until(question, options.timeout)?);
        terminal.type_line(&answer)?;
    }
    if let Some(text) = &options.then {
        show(&heard.until(text, options.timeout)?);
    }
    show(&heard.until("", options.timeout)?);
    let status = terminal.wait()?;
    Ok(status
        .and_then(|status| u8::try_from(status).ok())
        .unwrap_or(1))
}
// ANCHOR_END: lead

/// A secret in a command line can be read by everybody with `ps`.
fn secret(answer: &str) -> anyhow::Result<String> {
    let Some(file) = answer.strip_prefix('@') else {
        return Ok(answer.to_owned());
    };
    let text = fs::read_to_string(file).with_context(|| format!("read {file}"))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// A line for each line that the program wrote.
fn show(octets: &[u8]) {
    for line in octets.split_inclusive(|octet| *octet == b'\n') {
        println!("{}", program::show(line));
    }
}
