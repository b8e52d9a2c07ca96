//! One command on many hosts: some at a time, each with its own time.

use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use program::tasks;
use shells::exec::Running;
use shells::fan_out::{Limits, Outcome, Output, exit_status, fan_out};
use shells::login::{Login, leave};
use shells::target::Target;

/// What is kept of a command's output at most.
const MOST: usize = 64 * 1024;

#[derive(Parser)]
#[command(about = "Runs a command on many hosts; its status is 0 only if all went well")]
struct Options {
    #[command(flatten)]
    login: Login,
    /// How many hosts at the same time
    #[arg(long, value_name = "HOSTS", default_value = "10")]
    at_once: NonZeroUsize,
    /// How long each host may take, from the connection to the command's end
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = program::seconds)]
    each: Duration,
    /// The command
    #[arg(long, value_name = "COMMAND")]
    run: String,
    /// As in alice@127.0.0.1:1060
    #[arg(required = true)]
    targets: Vec<Target>,
}

fn main() -> ExitCode {
    let mut status = 255;
    program::run(|| {
        let outcomes = tasks::block_on(run(Options::parse()))?;
        status = exit_status(&outcomes);
        Ok(())
    });
    ExitCode::from(status)
}

// ANCHOR: run
async fn run(options: Options) -> anyhow::Result<Vec<Outcome<anyhow::Error>>> {
    let limits = Limits {
        at_once: options.at_once,
        each: options.each,
    };
    let bar = ProgressBar::new(options.targets.len() as u64);
    bar.set_style(ProgressStyle::with_template(
        "{bar:30} {pos} of {len} {msg}",
    )?);
    let (login, line) = (Arc::new(options.login), Arc::new(options.run));
    let ask = |target: Target| {
        let (login, line) = (Arc::clone(&login), Arc::clone(&line));
        async move { ask(&login, &target, &line).await }
    };
    let outcomes = fan_out(options.targets.clone(), limits, ask, |place, outcome| {
        let target = options.targets.get(place);
        bar.set_message(target.map_or(String::new(), ToString::to_string));
        bar.inc(1);
        if matches!(outcome, Outcome::Failed(_) | Outcome::TimedOut) {
            bar.set_style(bar.style().progress_chars("!- "));
        }
    })
    .await;
    bar.finish_and_clear();
    table(&options.targets, &outcomes);
    Ok(outcomes)
}

async fn ask(login: &Login, target: &Target, line: &str) -> anyhow::Result<Output> {
    let client = login.log_in(target).await?;
    let running = Running::begin(&client, line.as_bytes()).await?;
    running.no_input().await?;
    let output = running.output(MOST).await?;
    leave(client).await;
    Ok(output)
}
// ANCHOR_END: run

// ANCHOR: table
fn table(targets: &[Target], outcomes: &[Outcome<anyhow::Error>]) {
    for (target, outcome) in targets.iter().zip(outcomes) {
        let (what, more) = match outcome {
            Outcome::Ended(output) => {
                let said = if output.stdout.is_empty() {
                    &output.stderr
                } else {
                    &output.stdout
                };
                let status = output
                    .status
                    .map_or("killed".to_owned(), |s| format!("status {s}"));
                (status, String::from_utf8_lossy(said).into_owned())
            }
            Outcome::Failed(error) => ("failed".to_owned(), program::one_line(error)),
            Outcome::TimedOut => ("too late".to_owned(), String::new()),
        };
        // What a host says may hold what moves the cursor: a line of it, and letters only.
        let first: String = more
            .lines()
            .next()
            .unwrap_or_default()
            .chars()
            .filter(|c| !c.is_control())
            .collect();
        println!("{}", format!("{target}  {what:<10} {first}").trim_end());
    }
}
// ANCHOR_END: table
