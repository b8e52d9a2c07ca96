//! Runs commands on a server: their output, errors and statuses come back apart.

use std::io::{Write, stderr};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Parser;
use program::tasks;
use shells::exec::{Piece, Running, status_of};
use shells::login::{Client, Login, leave};
use shells::shell_quote::command_line;
use shells::target::Target;
use tokio::time::timeout;

/// How long a command that nobody reads may hold up the one that we want.
const STALL: Duration = Duration::from_millis(500);
/// What is kept of a command's output at most.
const MOST: usize = 1 << 20;

#[derive(Parser)]
#[command(about = "Runs a command on a server, and ends with its status; 255 is ours")]
struct Options {
    #[command(flatten)]
    login: Login,
    /// Quote each word, so that the server's shell gives it on as it is
    #[arg(long)]
    quote: bool,
    /// Show what comes, a line for each message
    #[arg(long)]
    show: bool,
    /// Run this at the same time on the same connection
    #[arg(long, value_name = "COMMAND")]
    also: Vec<String>,
    /// Run this first on the same connection, and don't read what it writes
    #[arg(long, value_name = "COMMAND")]
    unread: Option<String>,
    /// As in alice@127.0.0.1:1060
    target: Target,
    /// The command; its words are joined by blanks
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<String>,
}

fn main() -> ExitCode {
    let mut status = 255; // as ssh says it: what went wrong is not the command's
    program::run(|| {
        status = tasks::block_on(run(Options::parse()))?;
        Ok(())
    });
    ExitCode::from(status)
}
async fn run(options: Options) -> anyhow::Result<u8> {
    let client = options.login.log_in(&options.target).await?;
    let line = match options.quote {
        true => command_line(&options.command)?,
        false => options.command.join(" ").into_bytes(), // what ssh does
    };
    let status = match (&options.unread, &options.also[..]) {
        (Some(unread), _) => stalled(&client, unread, &line).await?,
        (None, []) => one(&client, &line, options.show).await?,
        (None, also) => together(&client, &line, also).await?,
    };
    leave(client).await;
    Ok(status)
}

async fn one(client: &Client, line: &[u8], show: bool) -> anyhow::Result<u8> {
    let mut running = Running::begin(client, line).await?;
    running.no_input().await?;
    let mut ended = None;
    while let Some(piece) = running.next().await? {
        if show {
            println!("{piece}");
        }
        match piece {
            Piece::Out(octets) if !show => program::pass_on(&octets),
            Piece::Err(octets) if !show => stderr().write_all(&octets)?,
            Piece::Out(_) | Piece::Err(_) => {}
            // A part of the output may still be on its way.
            Piece::Status(status) => ended = Some(u8::try_from(status).unwrap_or(255)),
            Piece::Signal(signal) => bail!("ended by signal {signal}"),
        }
    }
    ended.context("the connection ended before the command")
}

// ANCHOR: together
async fn together(client: &Client, line: &[u8], also: &[String]) -> anyhow::Result<u8> {
    let mut lines = vec![line.to_vec()];
    lines.extend(also.iter().map(|line| line.clone().into_bytes()));
    let run = async |line: Vec<u8>| {
        let running = Running::begin(client, &line).await?;
        running.no_input().await?;
        running.output(MOST).await
    };
    let outputs = futures_util::future::join_all(lines.iter().cloned().map(run)).await;
    let mut worst = 0;
    for (line, output) in lines.iter().zip(outputs) {
        let line = String::from_utf8_lossy(line);
        let output = output.with_context(|| line.to_string())?;
        let (out, err) = (output.stdout.len(), output.stderr.len());
        let status = status_of(&output);
        println!("{line}: status {status}, {out} octets out, {err} err");
        worst = worst.max(status);
    }
    Ok(worst)
}
// ANCHOR_END: together

// ANCHOR: stalled
async fn stalled(client: &Client, unread: &str, line: &[u8]) -> anyhow::Result<u8> {
    let other = Running::begin(client, unread.as_bytes()).await?;
    let wanted = async { Running::begin(client, line).await?.output(MOST).await };
    tokio::pin!(wanted);
    if timeout(STALL, &mut wanted).await.is_err() {
        println!("nothing within {STALL:?}: nobody reads {unread:?}");
    }
    let (other, wanted) = tokio::join!(other.output(MOST), wanted);
    println!("{unread:?} is read: {} octets", other?.stdout.len());
    let wanted = wanted?;
    program::pass_on(&wanted.stdout);
    Ok(status_of(&wanted))
}
// ANCHOR_END: stalled
