//! What is given back never dies
//!
//! You count the attempts where a deadline passes, and make a job that is given back
//! ready without a look at them. A worker that says no is told the same again, for ever.
//!
//! fails: a_job_that_is_given_back_dies_too, the_longest_dead_comes_first

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
    /// By number, which is the order of coming. A job that comes back takes its
    /// old place.
    ready: BTreeMap<u64, Job>,
    /// By token. All have the same time, so they are also in order of deadline.
    delivered: BTreeMap<Token, (Instant, Job)>,
    dead: VecDeque<Bytes>,
    next_number: u64,
    next_token: u64,
}

#[derive(Debug)]
struct Job {
    number: u64,
    attempts: u32,
    job: Bytes,
}

impl Queue {
    /// An empty queue.
    pub fn new(rules: Rules) -> Queue {
        Queue {
            rules,
            ready: BTreeMap::new(),
            delivered: BTreeMap::new(),
            dead: VecDeque::new(),
            next_number: 0,
            next_token: 0,
        }
    }

    /// Adds a job.
    pub fn push(&mut self, job: Bytes) -> Result<(), Error> {
        let held = self.ready.len() + self.delivered.len() + self.dead.len();
        if held >= self.rules.limit {
            return Err(Error::Full(held));
        }
        let number = self.next_number;
        self.next_number += 1;
        let job = Job {
            number,
            attempts: 0,
            job,
        };
        self.ready.insert(number, job);
        Ok(())
    }

    /// Delivers the job that is first in order, if one is ready.
    pub fn take(&mut self, now: Instant) -> Option<Delivery> {
        self.expire(now);
        let (_, mut job) = self.ready.pop_first()?;
        let token = Token(self.next_token);
        self.next_token += 1;
        job.attempts += 1;
        let delivery = Delivery {
            token,
            attempt: job.attempts,
            job: job.job.clone(),
        };
        self.delivered
            .insert(token, (now + self.rules.deadline, job));
        Some(delivery)
    }

    /// The worker is done: the job is forgotten.
    pub fn acknowledge(&mut self, token: Token, now: Instant) -> Result<(), Error> {
        self.expire(now);
        let delivered = self.delivered.remove(&token);
        delivered.map(drop).ok_or(Error::NoSuchDelivery(token))
    }

    /// The worker can't do it, or is gone: the job is delivered again, or is dead.
    pub fn give_back(&mut self, token: Token, now: Instant) -> Result<(), Error> {
        self.expire(now);
        let delivered = self.delivered.remove(&token);
        let (_, job) = delivered.ok_or(Error::NoSuchDelivery(token))?;
        self.ready.insert(job.number, job);
        Ok(())
    }

    /// Takes back every job whose deadline is over: at the deadline, not after it.
    pub fn expire(&mut self, now: Instant) {
        while let Some(first) = self.delivered.first_entry() {
            if first.get().0 > now {
                break;
            }
            let (_, job) = first.remove();
            self.retry(job);
        }
    }

    fn retry(&mut self, job: Job) {
        if job.attempts < self.rules.attempts {
            self.ready.insert(job.number, job);
        } else {
            self.dead.push_back(job.job);
        }
    }

    /// When the next deadline is over, so that the caller knows how long to sleep.
    pub fn next_deadline(&self) -> Option<Instant> {
        let (_, (deadline, _)) = self.delivered.first_key_value()?;
        Some(*deadline)
    }

    /// Removes and returns the job that has been dead longest.
    pub fn take_dead(&mut self) -> Option<Bytes> {
        self.dead.pop_front()
    }

    /// The jobs that are ready, delivered and dead.
    pub fn count(&self) -> [usize; 3] {
        [self.ready.len(), self.delivered.len(), self.dead.len()]
    }
}
