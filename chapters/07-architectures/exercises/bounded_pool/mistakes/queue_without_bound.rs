//! The queue has no bound
//!
//! You use `channel()` rather than `sync_channel(waiting)`. The number of threads is limited and
//! the number of jobs is not: under load the queue grows without end, and whoever is served at last
//! has given up long ago.
//!
//! fails: run_waits_while_the_queue_is_full, the_queue_has_an_end, where_none_may_wait_run_does

use std::io;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
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
    jobs: Sender<Job>,
    workers: Vec<JoinHandle<Done>>,
}

impl Pool {
    /// Starts a pool of `threads` threads, for which up to `waiting` jobs may wait.
    ///
    /// # Errors
    ///
    /// When the system has no room for so many threads.
    pub fn new(threads: NonZero<usize>, _waiting: usize) -> io::Result<Pool> {
        let (jobs, queue) = channel();
        let queue = Arc::new(Mutex::new(queue));
        let worker = |number| {
            let queue = Arc::clone(&queue);
            let name = format!("worker {number}");
            thread::Builder::new()
                .name(name)
                .spawn(move || work(&queue))
        };
        let workers = (1..=threads.get()).map(worker).collect::<io::Result<_>>()?;
        Ok(Pool { jobs, workers })
    }

    /// Hands in a job. Where a thread is free it begins now, otherwise it waits in
    /// the queue; while the queue is full, the caller waits.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) {
        // It fails once all workers have ended, and they outlive this sender.
        let _ = self.jobs.send(Box::new(job));
    }

    /// Waits until every job that was handed in is done, and ends the threads.
    pub fn shut_down(self) -> Done {
        // First the queue's end, or the workers would wait for jobs for ever.
        drop(self.jobs);
        let mut all = Done::default();
        for worker in self.workers {
            let done = worker.join().unwrap_or_default();
            all.finished += done.finished;
            all.panicked += done.panicked;
        }
        all
    }
}

fn work(queue: &Mutex<Receiver<Job>>) -> Done {
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
fn next(queue: &Mutex<Receiver<Job>>) -> Option<Job> {
    let queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    queue.recv().ok()
}
