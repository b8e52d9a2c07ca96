//! The lock is held while the job runs
//!
//! You take the job out of the queue in the head of a loop: `while let Ok(job) = queue.lock()...`.
//! What is made there, the guard too, lives until the end of the body. While one thread works, all
//! others wait for the lock: a pool of any size does one job at a time.
//!
//! fails: a_long_job_holds_up_nobody_else,
//!    as_many_at_a_time_as_there_are_threads,
//!    no_more_at_a_time_than_there_are_threads

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
    jobs: SyncSender<Job>,
    workers: Vec<JoinHandle<Done>>,
}

impl Pool {
    /// Starts a pool of `threads` threads, for which up to `waiting` jobs may wait.
    ///
    /// # Errors
    ///
    /// When the system has no room for so many threads.
    pub fn new(threads: NonZero<usize>, waiting: usize) -> io::Result<Pool> {
        let (jobs, queue) = sync_channel(waiting);
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
    while let Ok(job) = queue.lock().unwrap_or_else(PoisonError::into_inner).recv() {
        // A job that panics is the end of that job, not of the thread.
        match catch_unwind(AssertUnwindSafe(job)) {
            Ok(()) => done.finished += 1,
            Err(_) => done.panicked += 1,
        }
    }
    done
}
