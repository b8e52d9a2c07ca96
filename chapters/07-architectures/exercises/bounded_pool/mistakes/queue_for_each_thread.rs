//! A queue for each thread
//!
//! You give each thread a queue of its own, and each of them a job in turn. A job behind a long one
//! waits for that, while other threads have nothing to do. With one queue for all, whoever is free
//! takes the next.
//!
//! fails: a_long_job_holds_up_nobody_else

use std::io;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
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
    queues: Vec<SyncSender<Job>>,
    turn: AtomicUsize,
    workers: Vec<JoinHandle<Done>>,
}

impl Pool {
    /// Starts a pool of `threads` threads, for which up to `waiting` jobs may wait.
    ///
    /// # Errors
    ///
    /// When the system has no room for so many threads.
    pub fn new(threads: NonZero<usize>, waiting: usize) -> io::Result<Pool> {
        let mut queues = Vec::new();
        let worker = |number| {
            let (jobs, queue) = sync_channel(waiting);
            queues.push(jobs);
            let name = format!("worker {number}");
            thread::Builder::new()
                .name(name)
                .spawn(move || work(&queue))
        };
        let workers = (1..=threads.get()).map(worker).collect::<io::Result<_>>()?;
        Ok(Pool {
            queues,
            turn: AtomicUsize::new(0),
            workers,
        })
    }

    /// Hands in a job. Where a thread is free it begins now, otherwise it waits in
    /// the queue; while the queue is full, the caller waits.
    pub fn run(&self, job: impl FnOnce() + Send + 'static) {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let queue = &self.queues[turn % self.queues.len()];
        let _ = queue.send(Box::new(job));
    }

    /// Waits until every job that was handed in is done, and ends the threads.
    pub fn shut_down(self) -> Done {
        // First the queue's end, or the workers would wait for jobs for ever.
        drop(self.queues);
        let mut all = Done::default();
        for worker in self.workers {
            let done = worker.join().unwrap_or_default();
            all.finished += done.finished;
            all.panicked += done.panicked;
        }
        all
    }
}

fn work(queue: &Receiver<Job>) -> Done {
    let mut done = Done::default();
    while let Ok(job) = queue.recv() {
        // A job that panics is the end of that job, not of the thread.
        match catch_unwind(AssertUnwindSafe(job)) {
            Ok(()) => done.finished += 1,
            Err(_) => done.panicked += 1,
        }
    }
    done
}
