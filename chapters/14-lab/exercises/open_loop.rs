//! Requests at their times
//!
//! Difficulty: core
//! Page: 14-lab/omission.md
//! Check: just check 14.3
//!
//! People don't wait with their requests until somebody else has been answered. A load
//! generator that does is in step with the server: while the server stands still it asks
//! nothing, and notes one slow answer where a hundred people would have waited. That is called
//! coordinated omission. Write one that keeps to its schedule.
//!
//! - `Schedule::at(number)`: request `number` is to be sent at `start` plus `number` / `rate`
//!   seconds, to the nanosecond, rounded down. That holds for the millionth request as well.
//! - `open_loop` calls `send(number)` for the numbers 0 to `count` - 1 in this order, each when
//!   its time has come, and runs the future that it gets. Where that time is past already, as
//!   after a late start, it does so at once. No request waits for another one, and there is no
//!   limit to how many are under way.
//! - A `Timing` says when its request was to be sent, when it was sent and when it was over. Its
//!   `latency` begins when it was *to be* sent: somebody would have waited from then on.
//! - Each request is handed to `report` at the moment at which it is over, whichever is first.
//! - `open_loop` returns when every request is over, and at once if `count` is 0. If it is
//!   dropped before that, the requests under way are dropped with it.
//! - If a request panics, `open_loop` panics as well, with its words: what didn't come to its end
//!   is no answer.
//! - Tokio's timers have steps of a millisecond: a request may be sent up to 1 ms late. Its
//!   `intended` is exact.
//!
//! With a rate of 10, and a server that stands still from 50 ms to 300 ms:
//!
//! ```text
//! request   intended   sent     over     latency
//!    0        0 ms      0 ms     1 ms      1 ms
//!    1      100 ms    100 ms   301 ms    201 ms
//!    2      200 ms    200 ms   301 ms    101 ms
//!    3      300 ms    300 ms   301 ms      1 ms
//! ```

use std::num::NonZero;
use std::panic::resume_unwind;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

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
        todo!()
    }
}

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
        todo!()
    }
}

/// Sends the requests 0 to `count` - 1, each at its time on `schedule`, and hands each to
/// `report` as soon as it is over.
pub async fn open_loop<T, F>(
    schedule: Schedule,
    count: u64,
    send: impl FnMut(u64) -> F,
    report: impl FnMut(Timing<T>),
) where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    todo!()
}
