//! A work queue that loses no job
//!
//! Difficulty: core
//! Page: 08-caches/delivery.md
//! Check: just check 8.5
//!
//! Workers take jobs from a queue, one each, and some of them die with a job in hand.
//! Nobody can tell a dead worker from a slow one. So the queue keeps every job until a
//! worker has acknowledged it, and delivers it again when that takes too long: each job is
//! done *at least* once, and now and then twice. Write the queue. It knows no clock: the
//! caller says what time it is, and never goes back.
//!
//! - `push` adds a job behind all that are there. The queue holds up to `limit` jobs:
//!   ready, delivered and dead together. One more is `Error::Full`, with their number.
//! - `take` delivers the job that is first in order of coming, if one is ready. A job that
//!   is delivered is not ready. One that comes back takes its old place, before all that
//!   came after it.
//! - Every delivery has a token of its own, never given twice: a second delivery of the
//!   same job has another. `attempt` is 1 for the first delivery of a job, then 2 ...
//! - `acknowledge` says that the job is done, and the queue forgets it. `give_back` says
//!   that the worker can't do it: it is taken back at once.
//! - A delivery is over when its job was acknowledged or taken back. Then, and for a token
//!   that was never given, both calls are `Error::NoSuchDelivery`, and nothing changes. A
//!   late worker must not acknowledge what somebody else is doing now.
//! - `deadline` after it was delivered, neither sooner nor later, a job that was not
//!   acknowledged is taken back. `expire` does that for all whose time has come.
//!   `take`, `acknowledge` and `give_back` do the same first, so an acknowledgement at the
//!   deadline is too late. `next_deadline` says when the next delivery will be over.
//! - A job that is taken back is ready again, unless it has been delivered `attempts`
//!   times: it may be the job that kills the workers. It is then dead, and is never
//!   delivered again. `take_dead` removes and returns the one that has been dead longest.
//! - `count` says how many are ready, delivered and dead, as of the last call.
//!
//! With a deadline of 30 s and 2 attempts:
//!
//! ```text
//!  at 0 s   push mail, push bill
//!  at 0 s   take                  mail, attempt 1, token A
//!  at 5 s   take                  bill, attempt 1, token B
//! at 29 s   acknowledge B         Ok
//! at 30 s   acknowledge A         NoSuchDelivery: mail is ready again
//! at 40 s   take                  mail, attempt 2, token C
//! at 70 s   expire                mail is dead
//! ```

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use bytes::Bytes;

/// What a queue promises and allows.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// How long a worker may take until it acknowledges.
    pub deadline: Duration,
    /// How often a job is delivered before it is put aside as dead.
    pub attempts: u32,
    /// The jobs that the queue holds: ready, delivered and dead together.
    pub limit: usize,
}

/// Names one delivery, not the job: the next delivery of the same job has another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token(pub u64);

/// A job in the hands of a worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// What the worker acknowledges with.
    pub token: Token,
    /// 1 for the first delivery. More says that somebody may have done it already.
    pub attempt: u32,
    /// The job.
    pub job: Bytes,
}

/// Why a call was refused. The queue is as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// As many jobs as the rules allow.
    #[error("the queue is full: {0} jobs")]
    Full(usize),
    /// Acknowledged already, or past its deadline, or never given.
    #[error("no such delivery: {}", (.0).0)]
    NoSuchDelivery(Token),
}

/// Jobs in order, until somebody has acknowledged each. It knows no clock: the
/// caller says what time it is, and never goes back.
#[derive(Debug)]
pub struct Queue {
    rules: Rules,
    // Add what you need to remember.
}

impl Queue {
    /// An empty queue.
    pub fn new(rules: Rules) -> Queue {
        Queue { rules }
    }

    /// Adds a job.
    pub fn push(&mut self, job: Bytes) -> Result<(), Error> {
        todo!()
    }

    /// Delivers the job that is first in order, if one is ready.
    pub fn take(&mut self, now: Instant) -> Option<Delivery> {
        todo!()
    }

    /// The worker is done: the job is forgotten.
    pub fn acknowledge(&mut self, token: Token, now: Instant) -> Result<(), Error> {
        todo!()
    }

    /// The worker can't do it, or is gone: the job is delivered again, or is dead.
    pub fn give_back(&mut self, token: Token, now: Instant) -> Result<(), Error> {
        todo!()
    }

    /// Takes back every job whose deadline is over: at the deadline, not after it.
    pub fn expire(&mut self, now: Instant) {
        todo!()
    }

    /// When the next deadline is over, so that the caller knows how long to sleep.
    pub fn next_deadline(&self) -> Option<Instant> {
        todo!()
    }

    /// Removes and returns the job that has been dead longest.
    pub fn take_dead(&mut self) -> Option<Bytes> {
        todo!()
    }

    /// The jobs that are ready, delivered and dead.
    pub fn count(&self) -> [usize; 3] {
        todo!()
    }
}
