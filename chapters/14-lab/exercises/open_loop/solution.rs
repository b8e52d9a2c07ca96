//! Requests at a rate that does not depend on how fast the answers come.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

// ANCHOR: schedule
/// When each request is to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// The moment of request 0.
    pub start: Instant,
    /// Requests a second.
    pub rate: NonZero<u32>,
}

impl Schedule {
    /// When request `number` is to be sent, to the nanosecond, rounded down.
    pub fn at(&self, number: u64) -> Instant {
        let rate = u64::from(self.rate.get());
        let seconds = Duration::from_secs(number / rate);
        // From the number each time: what is rounded once isn't added up.
        let rest = Duration::from_nanos(number % rate * 1_000_000_000 / rate);
        self.start + seconds + rest
    }
}
// ANCHOR_END: schedule

// ANCHOR: timing
/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing<T> {
    /// Its number; the first one is 0.
    pub number: u64,
    /// When it was to be sent.
    pub intended: Instant,
    /// When it was sent.
    pub sent: Instant,
    /// When it was over.
    pub done: Instant,
    /// What came of it.
    pub result: T,
}

impl<T> Timing<T> {
    /// How long a client would have waited that came at the intended time.
    pub fn latency(&self) -> Duration {
        self.done.saturating_duration_since(self.intended)
    }
}
// ANCHOR_END: timing

// ANCHOR: open_loop
/// Sends the requests 0 to `count` - 1, each at its time on `schedule` or, where that is
/// past, at once, however many are still without an answer. Each is handed to `report`
/// as soon as it is over. Returns when all are; dropped before, it leaves none behind.
///
/// # Panics
///
/// When a request panics.
pub async fn open_loop<T, F>(
    schedule: Schedule,
    count: u64,
    mut send: impl FnMut(u64) -> F,
    mut report: impl FnMut(Timing<T>),
) where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    let mut flying = JoinSet::new();
    let mut next = 0;
    while next < count || !flying.is_empty() {
        let intended = schedule.at(next);
        tokio::select! {
            // What is over comes first. Where the rate is more than can be sent, something is
            // always due, and nothing would ever be reported.
            biased;
            Some(over) = flying.join_next() => match over {
                Ok(timing) => report(timing),
                Err(error) => resume_unwind(error.into_panic()),
            },
            () = sleep_until(intended), if next < count => {
                let (number, request) = (next, send(next));
                flying.spawn(async move {
                    let sent = Instant::now();
                    let result = request.await;
                    Timing { number, intended, sent, done: Instant::now(), result }
                });
                next += 1;
            }
        }
    }
}
// ANCHOR_END: open_loop
