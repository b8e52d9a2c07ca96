//! When to try again
//!
//! Difficulty: core
//! Page: 02-udp/loss.md
//! Check: just check 2.2
//!
//! A request or its reply was lost. A client that tries again at once, and again, makes
//! a crowded network worse. Write the schedule that waits, waits longer, and gives up,
//! and the loop that keeps to it.
//!
//! `next_wait` is called when a try has failed. It returns how long to wait before
//! the next one:
//!
//! - The first wait is `initial`. Each further one is `factor` times the one before it.
//!   None is longer than `cap`, not even the first.
//! - After `tries` failed tries, the first one included, there is no next one: `None`, also
//!   if it is asked again. The first try is always made, so 0 tries mean what 1 means.
//! - Chance takes away some of each wait: the share `jitter` times what `random` gives.
//!   The cap is for the wait before that, and so is the growth. `random` is asked
//!   once for each wait, also if the jitter is 0.
//! - However many tries are allowed, and however great the cap is, nothing overflows. Who
//!   wants no cap says `Duration::MAX`.
//!
//! `retry` calls `attempt` until it succeeds or the schedule is at its end. In between it
//! waits as `backoff` says, with `tokio::time::sleep`. It returns what the last attempt
//! returned, at once.
//!
//! With an initial wait of 100 ms, the factor 2, a cap of 1 s, 6 tries and no jitter:
//!
//! ```text
//! try        1      2      3      4      5       6
//! wait         100    200    400    800    1000      None
//! ```
//!
//! The checks of `retry` run under tokio's paused clock: nobody really waits.

use std::time::Duration;

/// How often to try, and how long to wait in between.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Policy {
    /// The wait between the first try and the second.
    pub initial: Duration,
    /// How many times the wait before it each further wait is.
    pub factor: u32,
    /// No wait is longer than this.
    pub cap: Duration,
    /// How often to try in all, the first try included. The first try is always
    /// made, so 0 means what 1 means.
    pub tries: u32,
    /// The share of each wait that chance may take away, from 0.0 (nothing) to
    /// 1.0 (all of it). It spreads clients that failed at the same moment.
    pub jitter: f64,
}

/// The schedule of one request.
#[derive(Clone, Debug)]
pub struct Backoff<R> {
    policy: Policy,
    /// Gives a number from 0.0 to 1.0, 1.0 excluded.
    random: R,
    // Add what must be remembered between two waits.
}

impl<R: FnMut() -> f64> Backoff<R> {
    /// A schedule in which no try has been made yet. `random` gives a number from
    /// 0.0 to 1.0, 1.0 excluded, all equally likely.
    pub fn new(policy: Policy, random: R) -> Self {
        assert!((0.0..=1.0).contains(&policy.jitter), "no share: {policy:?}");
        Self { policy, random }
    }

    /// To be called when a try has failed: how long to wait before the next one,
    /// or `None` if there is none.
    pub fn next_wait(&mut self) -> Option<Duration> {
        todo!()
    }
}

/// Makes `attempt` until it succeeds or `backoff` allows no more tries.
pub async fn retry<T, E, R: FnMut() -> f64>(
    mut backoff: Backoff<R>,
    mut attempt: impl AsyncFnMut() -> Result<T, E>,
) -> Result<T, E> {
    todo!()
}
