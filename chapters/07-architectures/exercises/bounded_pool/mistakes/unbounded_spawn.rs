//! Unbounded spawn
//!
//! You spawn a thread whenever there is a job. A thousand clients are a thousand threads, each with
//! a stack of its own, and ten thousand may be more than the system has room for. Nothing tells
//! those who bring the work to wait.
//!
//! fails: a_panic_makes_no_new_thread, first_come_first_served,
//!    no_more_at_a_time_than_there_are_threads, run_waits_while_the_queue_is_full,
//!    the_queue_has_an_end, where_none_may_wait_run_does

use std::io;
use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

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
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Pool {
    /// Starts a pool of `threads` threads, for which up to `waiting` jobs may wait.
    ///
    /// # Errors
    ///
    /// When the system has no room for so many threads.
    pub fn new(threads: NonZero<usize>, waiting: usize) -> io::Result<Pool> {
        let room = threads.get() + waiting;
        Ok(Pool {
            threads: Mutex::new(Vec::with_capacity(room)),
        })
    }

    /// Hands in a job. Where a thread is free it begins now, otherwise it waits in
    /// the queue; while the queue is full, the caller waits.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        threads.push(thread::spawn(job));
    }

    /// Waits until every job that was handed in is done, and ends the threads.
    pub fn shut_down(self) -> Done {
        let mut all = Done::default();
        let threads = self.threads.into_inner();
        for thread in threads.unwrap_or_else(PoisonError::into_inner) {
            match thread.join() {
                Ok(()) => all.finished += 1,
                Err(_) => all.panicked += 1,
            }
        }
        all
    }
}
