//! The wait doesn't grow
//!
//! Each of your waits is the initial one. If the network is crowded, so that datagrams are
//! dropped, all clients go on at the rate that crowded it. Each further wait is `factor` times
//! the one before it, so that whatever the reason is, they are slow enough at some time.
//!
//! fails: a_great_cap_overflows_nothing, a_wait_may_be_shorter_than_a_millisecond,
//!    growth_goes_as_far_as_the_cap, it_gives_up_at_once, it_waits_between_the_tries,
//!    many_tries_overflow_nothing, no_wait_is_longer_than_the_cap,
//!    the_growth_is_that_of_the_whole_wait, waits_grow_by_the_factor

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

/// The schedule of one request. It has no clock: it says how long to wait, and
/// its caller waits.
#[derive(Clone, Debug)]
pub struct Backoff<R> {
    policy: Policy,
    /// Gives a number from 0.0 to 1.0, 1.0 excluded.
    random: R,
    /// The tries that have failed.
    failed: u32,
    /// The next wait, before chance takes its share.
    wait: Duration,
}

impl<R: FnMut() -> f64> Backoff<R> {
    /// A schedule in which no try has been made yet. `random` gives a number from
    /// 0.0 to 1.0, 1.0 excluded, all equally likely; it is asked once for each wait.
    ///
    /// # Panics
    ///
    /// If the policy's jitter is not from 0.0 to 1.0.
    pub fn new(policy: Policy, random: R) -> Self {
        assert!((0.0..=1.0).contains(&policy.jitter), "no share: {policy:?}");
        Self {
            wait: policy.initial.min(policy.cap),
            policy,
            random,
            failed: 0,
        }
    }

    /// To be called when a try has failed: how long to wait before the next one,
    /// or `None` if there is none.
    pub fn next_wait(&mut self) -> Option<Duration> {
        self.failed = self.failed.saturating_add(1);
        if self.failed >= self.policy.tries {
            return None;
        }
        let wait = self.wait;
        Some(wait - wait.mul_f64(self.policy.jitter * (self.random)()))
    }
}

/// Makes `attempt` until it succeeds or `backoff` allows no more tries, and
/// returns what the last one returned, at once.
///
/// # Errors
///
/// That of the last attempt.
pub async fn retry<T, E, R: FnMut() -> f64>(
    mut backoff: Backoff<R>,
    mut attempt: impl AsyncFnMut() -> Result<T, E>,
) -> Result<T, E> {
    loop {
        let failure = match attempt().await {
            Ok(success) => return Ok(success),
            Err(failure) => failure,
        };
        match backoff.next_wait() {
            Some(wait) => tokio::time::sleep(wait).await,
            None => return Err(failure),
        }
    }
}
