//! A hundred clients that all find nothing in the cache at the same time.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{self, ScopedJoinHandle};
use std::time::Duration;

use anyhow::{anyhow, ensure};
use caches::client::Cache;
use caches::stampede::{How, Stampede};
use clap::Parser;
use program::seconds;

#[derive(Parser)]
#[command(about = "Many clients that find nothing in the cache at the same time")]
struct Options {
    /// The cache, as in redis://127.0.0.1:6379 or memcached://127.0.0.1:11211
    url: String,
    /// What keeps them from all doing the work
    #[arg(long, value_enum, default_value_t = How::Nothing)]
    how: How,
    /// How many clients there are
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1000))]
    clients: u16,
    /// The number whose square they want
    #[arg(long, value_name = "NUMBER", default_value_t = 300, value_parser = clap::value_parser!(u32).range(..=10_000))]
    number: u32,
    /// How long the cache, or another client, may take for an answer
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,
}

fn main() -> ExitCode {
    program::run(|| stampede(&Options::parse()))
}

fn stampede(options: &Options) -> anyhow::Result<()> {
    let (clients, number) = (options.clients, options.number);
    let stampede = Stampede::new(clients, options.how, number, options.timeout);
    // Connected before any of them begins, so that none waits in vain for another.
    let connect = |_| Cache::connect(&options.url, options.timeout);
    let caches: Vec<Cache> = (0..clients).map(connect).collect::<Result<_, _>>()?;
    let answers: Vec<_> = thread::scope(|scope| {
        let spawn = |cache| scope.spawn(|| stampede.client(cache));
        let clients: Vec<_> = caches.into_iter().map(spawn).collect();
        clients.into_iter().map(ScopedJoinHandle::join).collect()
    });
    for answer in answers {
        let square = answer.map_err(|_| anyhow!("a client panicked"))??;
        ensure!(square == u64::from(number).pow(2), "wrong: {square}");
    }
    let count = |number: &AtomicU64| number.load(Ordering::SeqCst);
    let (missed, computed) = (count(&stampede.missed), count(&stampede.computed));
    println!("{missed} of {clients} clients found nothing in the cache; now all know");
    let steps = count(&stampede.steps);
    println!("computations: {computed}, steps: {steps}");
    Ok(())
}
