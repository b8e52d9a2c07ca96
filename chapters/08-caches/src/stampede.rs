//! Many clients that find nothing in the cache at the same time, and what keeps them from
//! all doing the work.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{anyhow, bail};

use crate::client::Cache;
use crate::client::single_flight::SingleFlight;
use crate::examples::slow;

/// What keeps clients from all doing the work.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub enum How {
    /// Each works for itself
    Nothing,
    /// Those of one process wait for one of them
    Flight,
    /// A key in the cache says who works, also among many processes
    Lock,
}

/// What the clients of one process share.
#[derive(Debug)]
pub struct Stampede {
    how: How,
    /// The number whose square they want.
    number: u32,
    /// How long one may wait for another.
    patience: Duration,
    looked: Barrier,
    flights: SingleFlight<Result<u64, String>>,
    /// How many found nothing.
    pub missed: AtomicU64,
    /// How often the square was computed.
    pub computed: AtomicU64,
    /// The steps that this took.
    pub steps: AtomicU64,
}

impl Stampede {
    /// So many `clients`, none of which has looked yet.
    pub fn new(clients: u16, how: How, number: u32, patience: Duration) -> Stampede {
        Stampede {
            how,
            number,
            patience,
            looked: Barrier::new(clients.into()),
            flights: SingleFlight::new(),
            missed: AtomicU64::new(0),
            computed: AtomicU64::new(0),
            steps: AtomicU64::new(0),
        }
    }

    // ANCHOR: client
    /// What one client does until it knows the square.
    ///
    /// # Errors
    ///
    /// When the cache fails, or nobody has computed the square in time.
    pub fn client(&self, mut cache: Cache) -> anyhow::Result<u64> {
        let key = format!("square:{}", self.number);
        let found = look(&mut cache, &key);
        // Nobody goes on before all have looked.
        self.looked.wait();
        if let Some(square) = found? {
            return Ok(square);
        }
        self.missed.fetch_add(1, Ordering::SeqCst);
        match self.how {
            How::Nothing => self.compute(&mut cache, &key),
            How::Flight => {
                let work = || {
                    self.work_unless_done(&mut cache, &key)
                        .map_err(|e| e.to_string())
                };
                let landed = self.flights.run(&key, work);
                landed.map_err(|error| anyhow!(error))
            }
            How::Lock => self.lock(&mut cache, &key),
        }
    }

    fn compute(&self, cache: &mut Cache, key: &str) -> anyhow::Result<u64> {
        let (square, steps) = slow::square(self.number);
        self.computed.fetch_add(1, Ordering::SeqCst);
        self.steps.fetch_add(steps, Ordering::SeqCst);
        cache.set(key, square.to_string().as_bytes(), None)?;
        Ok(square)
    }
    // ANCHOR_END: client

    // ANCHOR: once
    /// A flight may have landed between this client's miss and its turn: look again.
    fn work_unless_done(&self, cache: &mut Cache, key: &str) -> anyhow::Result<u64> {
        match look(cache, key)? {
            Some(square) => Ok(square),
            None => self.compute(cache, key),
        }
    }

    /// Of all who try to add this key, one succeeds. It expires, because whoever holds it
    /// may die; it is not deleted, because by then it may be somebody else's.
    fn lock(&self, cache: &mut Cache, key: &str) -> anyhow::Result<u64> {
        let seconds = u32::try_from(self.patience.as_secs()).unwrap_or(u32::MAX);
        let until = Instant::now() + self.patience;
        while Instant::now() < until {
            if cache.add(&format!("lock:{key}"), b"mine", seconds.max(1))? {
                return self.work_unless_done(cache, key);
            }
            if let Some(square) = look(cache, key)? {
                return Ok(square);
            }
            thread::sleep(Duration::from_millis(5)); // the cache has no way to call us
        }
        bail!("gave up: nobody computed {key} within {:?}", self.patience)
    }
    // ANCHOR_END: once
}

fn look(cache: &mut Cache, key: &str) -> anyhow::Result<Option<u64>> {
    let kept = cache.get(key)?;
    kept.map(|kept| Ok(String::from_utf8(kept)?.parse()?))
        .transpose()
}
