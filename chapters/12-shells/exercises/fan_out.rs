//! Many hosts, some at a time
//!
//! Difficulty: core
//! Page: 12-shells/many.md
//! Check: just check 12.5
//!
//! One command is to run on many hosts. One after the other takes too long, and all at once is
//! more than your machine, or theirs, can take. One host is off, one hangs, on one the command
//! fails: that must neither stop the others nor go unseen. Write what runs it everywhere.
//!
//! `fan_out` calls `run` with each host. It returns what came of each, in the order of `hosts`,
//! whichever is done first:
//!
//! - `Ended`: `run` gave an `Output`, with whatever status.
//! - `Failed`: `run` gave an error, and here it is.
//! - `TimedOut`: it took longer than `limits.each`. What it was doing ends.
//!
//! And this is how:
//!
//! - At most `limits.at_once` hosts have their turn at the same time, and as many as that while
//!   there are enough. As soon as one is done the next begins, in their order.
//! - A host's time begins with its turn. `run` isn't called before.
//! - `progress` is told of each host as soon as it is done: its place in `hosts`, from 0, and
//!   what came of it.
//! - Whoever drops the future of `fan_out` ends everything that still runs.
//!
//! `exit_status` makes one status of all outcomes: 255 if a host has failed or timed out, which
//! is what `ssh` says then; otherwise 1 if a command has not ended with the status 0 (a signal
//! leaves none); otherwise 0.
//!
//! The checks run under tokio's paused clock: nobody really waits.
//!
//! ```text
//! at_once 2, each 5 s     0 s   a begins, b begins
//!                         1 s   b: Ended, status 0      c begins
//!                         5 s   a: TimedOut             d begins
//!                         6 s   d: Failed
//!                         6 s   c: Ended, status 3
//!
//! [TimedOut, Ended(0), Ended(3), Failed]                exit_status 255
//! ```

use std::num::NonZeroUsize;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tokio::time::timeout;

/// How many hosts, and how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The hosts on which the command runs at the same time.
    pub at_once: NonZeroUsize,
    /// The time that one host may take.
    pub each: Duration,
}

/// What a command has left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// The status with which it ended; none if a signal ended it.
    pub status: Option<u32>,
    /// What it wrote.
    pub stdout: Vec<u8>,
    /// What it wrote about itself.
    pub stderr: Vec<u8>,
}

/// What came of one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<E> {
    /// The command has run to its end, whichever that was.
    Ended(Output),
    /// The host couldn't be asked, or didn't answer to the end.
    Failed(E),
    /// Its time was up.
    TimedOut,
}

/// Calls `run` for each of `hosts`, and gives what came of each, in the order of the hosts.
/// `progress` is told as soon as one is done: its place in that order, and what came of it.
///
/// Whoever drops the future ends what still runs.
pub async fn fan_out<H, F, E>(
    hosts: Vec<H>,
    limits: Limits,
    run: impl Fn(H) -> F,
    progress: impl FnMut(usize, &Outcome<E>),
) -> Vec<Outcome<E>>
where
    F: Future<Output = Result<Output, E>> + Send + 'static,
    E: Send + 'static,
{
    todo!()
}

/// The status for whoever has asked: 0 if the command has ended with 0 on each host; 255, as
/// `ssh` says it, if a host has failed or timed out; otherwise 1.
pub fn exit_status<E>(outcomes: &[Outcome<E>]) -> u8 {
    todo!()
}
