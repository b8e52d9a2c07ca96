//! An acknowledgement of somebody else's delivery
//!
//! You give every delivery of a job the same token. The first worker, who is late,
//! then acknowledges what the second is still working on. If that one dies, the job
//! is lost.
//!
//! fails: a_late_worker_does_not_acknowledge_for_the_next,
//!    a_late_worker_does_not_give_back_for_the_next

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
        let token = Token(job.number);
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
        self.retry(job);
        Ok(())
    }

    /// Takes back every job whose deadline is over: at the deadline, not after it.
    pub fn expire(&mut self, now: Instant) {
        let over = |(_, (deadline, _)): &(&Token, &(Instant, Job))| *deadline <= now;
        let over = self.delivered.iter().filter(over);
        let mut over: Vec<(Instant, Token)> = over.map(|(token, (at, _))| (*at, *token)).collect();
        over.sort();
        for (_, token) in over {
            if let Some((_, job)) = self.delivered.remove(&token) {
                self.retry(job);
            }
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
        self.delivered.values().map(|(deadline, _)| *deadline).min()
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
