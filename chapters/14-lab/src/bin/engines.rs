//! Puts the engines of chapter 7 under load, and Python's beside them.

use std::fs;
use std::num::NonZero;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use lab::engines::{ALL, Engine, QUESTION};
use lab::load::{Answer, Plan, closed};
use lab::picture::{Row, svg, text};
use program::seconds;
use program::tasks::block_on;

#[derive(Parser)]
#[command(about = "Measure servers of proverbs")]
struct Arguments {
    /// Which engines: all of chapter 7, and Python's, unless some are named
    #[arg(default_values = ALL)]
    engines: Vec<String>,
    /// How many connections ask at the same time
    #[arg(long, value_name = "NUMBER", default_value = "16")]
    connections: NonZero<u16>,
    /// How long each is asked
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    duration: Duration,
    /// How long before that to ask without counting
    #[arg(long, value_name = "SECONDS", default_value = "0.5", value_parser = seconds)]
    warm_up: Duration,
    /// How many clients stay, to weigh one
    #[arg(long, value_name = "NUMBER", default_value = "1000")]
    idle: NonZero<u16>,
    /// Show the rates as bars
    #[arg(long)]
    bars: bool,
    /// Write that as a picture
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

fn main() -> ExitCode {
    program::run(|| {
        let arguments = Arguments::parse();
        let engines = arguments.engines.iter();
        let rows = engines.map(|name| arguments.measure(name));
        let rows: Vec<Row> = rows.collect::<anyhow::Result<_>>()?;
        if arguments.bars {
            print!("{}", text(&rows));
        }
        if let Some(file) = &arguments.svg {
            let picture = svg("Answers a second", &rows);
            fs::write(file, picture).with_context(|| format!("write {}", file.display()))?;
        }
        Ok(())
    })
}

impl Arguments {
    // ANCHOR: measure
    fn measure(&self, name: &str) -> anyhow::Result<Row> {
        let engine = Engine::start(name)?;
        engine.answers().with_context(|| name.to_owned())?;
        let results = block_on(async {
            let plan = Plan {
                question: QUESTION.to_vec(),
                answer: Answer::Until(b'.'),
                connections: self.connections.get().into(),
                duration: self.duration,
                warm_up: self.warm_up,
                patience: Duration::from_secs(5),
            };
            Ok(closed(engine.address, plan).await)
        })?;
        drop(engine);
        // Weighed afresh: what the load has left in its memory is not the clients'.
        let weight = Engine::start(name)?.weigh(self.idle.get().into())?;
        let micros = |part| results.from_sent.quantile(part, 100).unwrap_or(0);
        let rate = results.rate();
        let errors: u64 = results.errors.values().sum();
        println!("{name}");
        println!("  {rate:.0} answers a second, {errors} errors");
        println!("  50 % within {} µs", micros(50));
        println!("  99 % within {} µs", micros(99));
        match weight {
            Some(octets) => println!("  {octets:.0} octets for an idle connection"),
            None => println!("  not so many at a time"),
        }
        Ok(Row {
            label: name.to_owned(),
            value: rate,
            shown: format!("{rate:.0}"),
        })
    }
    // ANCHOR_END: measure
}
