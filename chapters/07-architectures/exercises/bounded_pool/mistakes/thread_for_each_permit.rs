//! So many at a time, each on a new thread
//!
//! You count how many jobs run, wait while there are too many, and spawn a thread for the next one.
//! No more than that run at a time, which is the main thing. But a thread is made and thrown away
//! for each job, and nothing waits in a queue: `run` returns when the job can begin.
//!
//! fails: a_panic_makes_no_new_thread, first_come_first_served,
//!    no_more_at_a_time_than_there_are_threads, so_many_jobs_may_wait

use std::io;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

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
    threads: usize,
    shared: Arc<(Mutex<Shared>, Condvar)>,
}

#[derive(Debug, Default)]
struct Shared {
    running: usize,
    done: Done,
}

impl Pool {
    /// Starts a pool of `threads` threads, for which up to `waiting` jobs may wait.
    ///
    /// # Errors
    ///
    /// When the system has no room for so many threads.
    pub fn new(threads: NonZero<usize>, _waiting: usize) -> io::Result<Pool> {
        Ok(Pool {
            threads: threads.get(),
            shared: Arc::default(),
        })
    }

    /// Waits until fewer than `limit` jobs run.
    fn fewer_than(&self, limit: usize) -> MutexGuard<'_, Shared> {
        let (shared, changed) = &*self.shared;
        let shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        changed
            .wait_while(shared, |shared| shared.running >= limit)
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands in a job. Where a thread is free it begins now, otherwise it waits in
    /// the queue; while the queue is full, the caller waits.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) {
        self.fewer_than(self.threads).running += 1;
        let place = Arc::clone(&self.shared);
        thread::spawn(move || {
            let ended = catch_unwind(AssertUnwindSafe(job));
            let (shared, changed) = &*place;
            let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
            match ended {
                Ok(()) => shared.done.finished += 1,
                Err(_) => shared.done.panicked += 1,
            }
            shared.running -= 1;
            changed.notify_all();
        });
    }

    /// Waits until every job that was handed in is done, and ends the threads.
    pub fn shut_down(self) -> Done {
        self.fewer_than(1).done
    }
}
