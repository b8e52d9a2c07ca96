//! A new thread after each panic
//!
//! You let a panic end its thread, and start another one in its place. That serves the next job, but
//! whoever can make jobs panic decides how often you start threads, and one day the system has none.
//! `catch_unwind` around the job keeps the thread that you have.
//!
//! fails: a_panic_makes_no_new_thread

use std::io;
use std::num::NonZero;
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
                .spawn(move || keep_one_at_work(&queue))
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

/// Watches over a thread, and starts the next one when it has panicked.
fn keep_one_at_work(queue: &Arc<Mutex<Receiver<Job>>>) -> Done {
    let finished = Arc::new(Mutex::new(0));
    let mut panicked = 0;
    loop {
        let (queue, count) = (Arc::clone(queue), Arc::clone(&finished));
        if thread::spawn(move || work(&queue, &count)).join().is_ok() {
            let finished = *finished.lock().unwrap_or_else(PoisonError::into_inner);
            return Done { finished, panicked };
        }
        panicked += 1;
    }
}

fn work(queue: &Mutex<Receiver<Job>>, finished: &Mutex<usize>) {
    while let Some(job) = next(queue) {
        job();
        *finished.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    }
}

/// A function of its own, so that the lock is given back before the job begins.
fn next(queue: &Mutex<Receiver<Job>>) -> Option<Job> {
    let queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    queue.recv().ok()
}
