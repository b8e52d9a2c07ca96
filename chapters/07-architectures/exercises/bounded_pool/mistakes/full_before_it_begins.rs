//! Full before anything is in it
//!
//! You wrote the queue yourself, and let `run` wait while there are `waiting` jobs in it. Where none
//! may wait, that is so from the beginning: `run` waits for room, and the threads wait for a job. A
//! job for a thread that is free doesn't wait.
//!
//! fails: jobs_run_where_none_may_wait, where_none_may_wait_run_does

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
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
    queue: Arc<Queue>,
    workers: Vec<JoinHandle<Done>>,
}

struct Queue {
    inside: Mutex<Inside>,
    changed: Condvar,
    waiting: usize,
}

#[derive(Default)]
struct Inside {
    jobs: VecDeque<Job>,
    closed: bool,
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").finish_non_exhaustive()
    }
}

impl Pool {
    /// Starts a pool of `threads` threads, for which up to `waiting` jobs may wait.
    ///
    /// # Errors
    ///
    /// When the system has no room for so many threads.
    pub fn new(threads: NonZero<usize>, waiting: usize) -> io::Result<Pool> {
        let queue = Arc::new(Queue {
            inside: Mutex::default(),
            changed: Condvar::new(),
            waiting,
        });
        let worker = |number| {
            let queue = Arc::clone(&queue);
            let name = format!("worker {number}");
            thread::Builder::new()
                .name(name)
                .spawn(move || work(&queue))
        };
        let workers = (1..=threads.get()).map(worker).collect::<io::Result<_>>()?;
        Ok(Pool { queue, workers })
    }

    /// Hands in a job. Where a thread is free it begins now, otherwise it waits in
    /// the queue; while the queue is full, the caller waits.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) {
        let full = |inside: &mut Inside| inside.jobs.len() >= self.queue.waiting;
        let inside = self.queue.inside.lock();
        let inside = inside.unwrap_or_else(PoisonError::into_inner);
        let room = self.queue.changed.wait_while(inside, full);
        let mut inside = room.unwrap_or_else(PoisonError::into_inner);
        inside.jobs.push_back(Box::new(job));
        self.queue.changed.notify_all();
    }

    /// Waits until every job that was handed in is done, and ends the threads.
    pub fn shut_down(self) -> Done {
        let inside = self.queue.inside.lock();
        inside.unwrap_or_else(PoisonError::into_inner).closed = true;
        self.queue.changed.notify_all();
        let mut all = Done::default();
        for worker in self.workers {
            let done = worker.join().unwrap_or_default();
            all.finished += done.finished;
            all.panicked += done.panicked;
        }
        all
    }
}

fn work(queue: &Queue) -> Done {
    let mut done = Done::default();
    while let Some(job) = next(queue) {
        // A job that panics is the end of that job, not of the thread.
        match catch_unwind(AssertUnwindSafe(job)) {
            Ok(()) => done.finished += 1,
            Err(_) => done.panicked += 1,
        }
    }
    done
}

/// A function of its own, so that the lock is given back before the job begins.
fn next(queue: &Queue) -> Option<Job> {
    let inside = queue.inside.lock();
    let inside = inside.unwrap_or_else(PoisonError::into_inner);
    let nothing = |inside: &mut Inside| inside.jobs.is_empty() && !inside.closed;
    let come = queue.changed.wait_while(inside, nothing);
    let mut inside = come.unwrap_or_else(PoisonError::into_inner);
    let job = inside.jobs.pop_front();
    queue.changed.notify_all();
    job
}
