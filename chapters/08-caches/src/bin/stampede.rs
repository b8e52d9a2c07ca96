//! A hundred clients that all find nothing in the cache at the same time.

use std::process::ExitCode;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{anyhow, ensure};
use caches::client::Cache;
use caches::client::single_flight::SingleFlight;
use caches::examples::slow;
use clap::{Parser, ValueEnum};
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

#[derive(Clone, Copy, ValueEnum)]
enum How {
    /// Each works for itself
    Nothing,
    /// Those of one process wait for one of them
    Flight,
    /// A key in the cache says who works, also among many processes
    Lock,
}

/// What the clients of this process share.
struct Shared {
    options: Options,
    looked: Barrier,
    missed: AtomicU64,
    flights: SingleFlight<Result<u64, String>>,
    computed: AtomicU64,
    steps: AtomicU64,
}

fn main() -> ExitCode {
    program::run(|| {
        let options = Options::parse();
        let clients = options.clients;
        let shared = Shared {
            looked: Barrier::new(clients.into()),
            missed: AtomicU64::new(0),
            options,
            flights: SingleFlight::new(),
            computed: AtomicU64::new(0),
            steps: AtomicU64::new(0),
        };
        // Connected before any of them begins, so that none waits in vain for another.
        let connect = || Cache::connect(&shared.options.url, shared.options.timeout);
        let caches: Vec<Cache> = (0..clients).map(|_| connect()).collect::<Result<_, _>>()?;
        let answers = thread::scope(|scope| {
            let spawn = |cache| scope.spawn(|| client(cache, &shared));
            let clients: Vec<_> = caches.into_iter().map(spawn).collect();
            let join = |client: thread::ScopedJoinHandle<'_, _>| client.join();
            clients.into_iter().map(join).collect::<Vec<_>>()
        });
        for answer in answers {
            let square = answer.map_err(|_| anyhow!("a client panicked"))??;
            ensure!(
                square == u64::from(shared.options.number).pow(2),
                "wrong: {square}"
            );
        }
        let count = |number: &AtomicU64| number.load(Ordering::SeqCst);
        let (missed, computed) = (count(&shared.missed), count(&shared.computed));
        println!("{missed} of {clients} clients found nothing in the cache; now all know");
        println!("computations: {computed}, steps: {}", count(&shared.steps));
        Ok(())
    })
}

// ANCHOR: client
fn client(mut cache: Cache, shared: &Shared) -> anyhow::Result<u64> {
    let key = format!("square:{}", shared.options.number);
    let found = look(&mut cache, &key);
    // Nobody goes on before all have looked.
    shared.looked.wait();
    if let Some(square) = found? {
        return Ok(square);
    }
    shared.missed.fetch_add(1, Ordering::SeqCst);
    match shared.options.how {
        How::Nothing => compute(&mut cache, &key, shared),
        How::Flight => {
            let work = || work_unless_done(&mut cache, &key, shared).map_err(|e| e.to_string());
            shared
                .flights
                .run(&key, work)
                .map_err(|error| anyhow!(error))
        }
        How::Lock => lock(&mut cache, &key, shared),
    }
}

fn look(cache: &mut Cache, key: &str) -> anyhow::Result<Option<u64>> {
    let kept = cache.get(key)?;
    kept.map(|kept| Ok(String::from_utf8(kept)?.parse()?))
        .transpose()
}

fn compute(cache: &mut Cache, key: &str, shared: &Shared) -> anyhow::Result<u64> {
    let (square, steps) = slow::square(shared.options.number);
    shared.computed.fetch_add(1, Ordering::SeqCst);
    shared.steps.fetch_add(steps, Ordering::SeqCst);
    cache.set(key, square.to_string().as_bytes(), None)?;
    Ok(square)
}
// ANCHOR_END: client

// ANCHOR: once
/// A flight may have landed between this client's miss and its turn: look again.
fn work_unless_done(cache: &mut Cache, key: &str, shared: &Shared) -> anyhow::Result<u64> {
    match look(cache, key)? {
        Some(square) => Ok(square),
        None => compute(cache, key, shared),
    }
}

/// Of all who try to add this key, one succeeds. It expires, because whoever holds it
/// may die; it is not deleted, because by then it may be somebody else's.
fn lock(cache: &mut Cache, key: &str, shared: &Shared) -> anyhow::Result<u64> {
    let patience = shared.options.timeout;
    let seconds = u32::try_from(patience.as_secs()).unwrap_or(u32::MAX).max(1);
    let until = Instant::now() + patience;
    while Instant::now() < until {
        if cache.add(&format!("lock:{key}"), b"mine", seconds)? {
            return work_unless_done(cache, key, shared);
        }
        if let Some(square) = look(cache, key)? {
            return Ok(square);
        }
        thread::sleep(Duration::from_millis(5)); // the cache has no way to call us
    }
    Err(anyhow!(
        "gave up: nobody computed {key} within {patience:?}"
    ))
}
// ANCHOR_END: once
