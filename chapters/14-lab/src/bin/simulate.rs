//! A client and a bank on a simulated network: looks for a seed that breaks a rule, and
//! plays it again.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Parser;
use lab::deposits::{Bug, Run, What};
use lab::find_the_seed::property;
use lab::simulated::{Weather, run};
use lab::trace::Trace;

#[derive(Parser)]
#[command(about = "Put money in a bank over a simulated network")]
struct Arguments {
    /// Play the run of this seed; without it, of one that nobody knows
    #[arg(long, value_name = "NUMBER", conflicts_with = "search")]
    seed: Option<u64>,
    /// Try so many seeds, from 0, until one breaks a rule
    #[arg(long, value_name = "NUMBER")]
    search: Option<u64>,
    /// Plant a bug in the bank: knows-the-last, forgets-in-a-crash
    #[arg(long, value_parser = bug)]
    bug: Option<Bug>,
    /// How likely a datagram is the first of a row that is lost, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value = "0.1", value_parser = share)]
    loss: f64,
    /// The longest that a datagram may take
    #[arg(long, value_name = "SECONDS", default_value = "0.1", value_parser = program::seconds)]
    delay: Duration,
    /// Separate the two for a second
    #[arg(long)]
    partition: bool,
    /// Crash the bank, for a second
    #[arg(long)]
    crash: bool,
    /// Show each datagram
    #[arg(long)]
    trace: bool,
}

fn main() -> ExitCode {
    program::run(|| {
        let arguments = Arguments::parse();
        match arguments.search {
            Some(seeds) => search(&arguments, seeds),
            None => {
                let seed = match arguments.seed {
                    Some(seed) => seed,
                    None => getrandom::u64().context("find a seed")?,
                };
                play(&arguments, seed)
            }
        }
    })
}

impl Arguments {
    fn run(&self, seed: u64, trace: &Trace) -> anyhow::Result<Run> {
        let weather = Weather {
            loss: self.loss,
            delay: self.delay.max(Duration::from_millis(1)),
            partition: self.partition,
            crash: self.crash,
        };
        run(seed, weather, self.bug, trace)
    }
}

// ANCHOR: search
/// Tries one seed after the other.
fn search(arguments: &Arguments, seeds: u64) -> anyhow::Result<()> {
    for seed in 0..seeds {
        let run = arguments.run(seed, &Trace::default())?;
        if let Err(broken) = property(&run) {
            bail!("seed {seed}: {broken}");
        }
    }
    println!("{seeds} seeds, and no rule is broken");
    Ok(())
}

/// Shows the run of one seed, whatever comes of it.
fn play(arguments: &Arguments, seed: u64) -> anyhow::Result<()> {
    println!("seed {seed}");
    let trace = Trace::default();
    let run = arguments.run(seed, &trace)?;
    if arguments.trace {
        trace.lines().iter().for_each(|line| println!("{line}"));
    }
    let confirmed = run
        .events
        .iter()
        .filter(|event| event.what == What::Confirmed);
    println!("the client has {} deposits confirmed", confirmed.count());
    println!("the bank's ledger has {} lines", run.ledger.len());
    property(&run).map_err(|broken| anyhow::anyhow!("{broken}"))
}
// ANCHOR_END: search

fn bug(text: &str) -> Result<Bug, String> {
    match text {
        "knows-the-last" => Ok(Bug::KnowsTheLast),
        "forgets-in-a-crash" => Ok(Bug::ForgetsInACrash),
        _ => Err("no such bug".to_owned()),
    }
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("not a share from 0 to 1".to_owned()),
    }
}
