//! One command on many hosts: some at a time, each with its own time.

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

// ANCHOR: fan-out
/// Calls `run` for each of `hosts`, and gives what came of each, in the order of the hosts.
/// `progress` is told as soon as one is done: its place in that order, and what came of it.
///
/// Whoever drops the future ends what still runs.
pub async fn fan_out<H, F, E>(
    hosts: Vec<H>,
    limits: Limits,
    run: impl Fn(H) -> F,
    mut progress: impl FnMut(usize, &Outcome<E>),
) -> Vec<Outcome<E>>
where
    F: Future<Output = Result<Output, E>> + Send + 'static,
    E: Send + 'static,
{
    let runs = hosts.into_iter().enumerate().map(|(place, host)| {
        let run = &run;
        async move {
            // The time begins here, when it is this host's turn.
            let outcome = match timeout(limits.each, run(host)).await {
                Ok(Ok(output)) => Outcome::Ended(output),
                Ok(Err(error)) => Outcome::Failed(error),
                Err(_) => Outcome::TimedOut,
            };
            (place, outcome)
        }
    });
    let mut done: Vec<(usize, Outcome<E>)> = stream::iter(runs)
        .buffer_unordered(limits.at_once.get())
        .inspect(|(place, outcome)| progress(*place, outcome))
        .collect()
        .await;
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, outcome)| outcome).collect()
}

/// The status for whoever has asked: 0 if the command has ended with 0 on each host; 255, as
/// `ssh` says it, if a host has failed or timed out; otherwise 1.
pub fn exit_status<E>(outcomes: &[Outcome<E>]) -> u8 {
    let status = |outcome: &Outcome<E>| match outcome {
        Outcome::Ended(output) if output.status == Some(0) => 0,
        Outcome::Ended(_) => 1,
        Outcome::Failed(_) | Outcome::TimedOut => 255,
    };
    outcomes.iter().map(status).max().unwrap_or(0)
}
// ANCHOR_END: fan-out
