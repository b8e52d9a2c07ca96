//! Asks a server again and again, and says how long its answers took.

use std::fs;
use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Parser;
use lab::load::{Answer, Plan, Results, Stalled, Target, closed, open};
use lab::picture;
use program::{resolve, seconds};
use tokio::time::Instant;

#[derive(Parser)]
#[command(about = "Ask a server again and again")]
struct Arguments {
    /// The server, as in 127.0.0.1:1060, or the word `stalled`: one on a paused clock
    target: String,
    /// Ask so many times a second, however long the answers take; without it, as fast as
    /// they come
    #[arg(long, value_name = "PER SECOND")]
    rate: Option<NonZero<u32>>,
    /// How many connections
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    connections: NonZero<u16>,
    /// How long to go on
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    duration: Duration,
    /// How long before that to ask without counting
    #[arg(long, value_name = "SECONDS", value_parser = seconds, conflicts_with = "rate")]
    warm_up: Option<Duration>,
    /// How long an answer may take
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    timeout: Duration,
    /// What to ask; the answer ends with a full stop
    #[arg(long, default_value = "Silence is?", conflicts_with = "http")]
    question: String,
    /// Get this path by HTTP instead
    #[arg(long, value_name = "PATH")]
    http: Option<String>,
    /// Show how many answers took how long
    #[arg(long)]
    histogram: bool,
    /// Write that as a picture
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

fn main() -> ExitCode {
    program::run(|| {
        let arguments = Arguments::parse();
        // Where all wait, a paused clock goes on at once to the next time that one waits for.
        let paused = arguments.target == "stalled";
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().start_paused(paused).build()?;
        runtime.block_on(run(arguments))
    })
}

// ANCHOR: run
async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let results = if arguments.target == "stalled" {
        let question = (b"x".to_vec(), Answer::Until(b'x'));
        let began = Instant::now();
        arguments.ask(Stalled { began }, question).await
    } else {
        let target = &arguments.target;
        let address = resolve(target)?;
        let question = match &arguments.http {
            Some(path) => {
                let request = format!("GET {path} HTTP/1.1\r\nHost: {target}\r\n\r\n");
                (request.into_bytes(), Answer::Http)
            }
            None => (arguments.question.clone().into_bytes(), Answer::Until(b'.')),
        };
        arguments.ask(address, question).await
    };
    arguments.show(&results)
}
// ANCHOR_END: run

impl Arguments {
    async fn ask<T: Target>(&self, target: T, (question, answer): (Vec<u8>, Answer)) -> Results {
        let plan = Plan {
            question,
            answer,
            connections: self.connections.get().into(),
            duration: self.duration,
            warm_up: self.warm_up.unwrap_or_default(),
            patience: self.timeout,
        };
        match self.rate {
            Some(rate) => open(target, plan, rate).await,
            None => closed(target, plan).await,
        }
    }

    fn show(&self, results: &Results) -> anyhow::Result<()> {
        println!("{results}");
        ensure!(!results.from_sent.is_empty(), "{}: no answer", self.target);
        let rows = picture::rows(results.as_seen());
        if self.histogram {
            print!("{}", picture::text(&rows));
        }
        if let Some(file) = &self.svg {
            let title = format!("Answers of {}, by their time", self.target);
            let written = fs::write(file, picture::svg(&title, &rows));
            written.with_context(|| format!("write {}", file.display()))?;
        }
        Ok(())
    }
}
