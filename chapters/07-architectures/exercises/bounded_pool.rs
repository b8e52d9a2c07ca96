//! So many threads, and no more
//!
//! Difficulty: core
//! Page: 07-architectures/threads.md
//! Check: just check 7.1
//!
//! A thread for each client is fine until there are ten thousand of them. A pool has a
//! fixed number of threads, which do one job after the other, and a queue in which jobs
//! wait. When that is full as well, whoever brings the next job waits: that way a busy
//! server takes in no more than it can do.
//!
//! - `new` starts `threads` threads. No others are made after that, and every job runs
//!   on one of these. That many jobs run at a time, if there are as many, and never more.
//! - A job begins as soon as a thread is free, whichever that is, and in the order in
//!   which jobs were handed in.
//! - Up to `waiting` jobs wait in the queue. `run` returns at once as long as there is
//!   room; while the queue is full, it waits for room. No job is ever lost or refused.
//!   With `waiting` 0, `run` waits until a thread takes the job.
//! - A job that panics ends itself alone: its thread takes the next one.
//! - `shut_down` waits until all jobs that were handed in are done, those that still
//!   wait in the queue too, and until the threads have ended. It returns how many jobs
//!   finished and how many panicked.
//!
//! With 2 threads and room for 1 job to wait, and four jobs:
//!
//! ```text
//! run 1       returns          1 begins
//! run 2       returns          2 begins
//! run 3       returns          3 waits in the queue
//! run 4       waits
//! 1 is done   run 4 returns    3 begins, 4 waits in the queue
//! ```

use std::io;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

type Job = Box<dyn FnOnce() + Send>;

/// What became of a pool's jobs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Jobs that ran to their end.
    pub finished: usize,
    /// Jobs that panicked.
    pub panicked: usize,
}

/// A fixed number of threads, and a queue of jobs for them.
#[derive(Debug)]
pub struct Pool {
    // How do jobs get to the threads, and how do you know when those have ended?
}

impl Pool {
    /// Starts a pool of `threads` threads, for which up to `waiting` jobs may wait.
    ///
    /// # Errors
    ///
    /// When the system has no room for so many threads.
    pub fn new(threads: NonZero<usize>, waiting: usize) -> io::Result<Pool> {
        todo!()
    }

    /// Hands in a job. Where a thread is free it begins now, otherwise it waits in
    /// the queue; while the queue is full, the caller waits.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) {
        todo!()
    }

    /// Waits until every job that was handed in is done, and ends the threads.
    pub fn shut_down(self) -> Done {
        todo!()
    }
}
