//! It shuts down and does not wait
//!
//! You close the queue and return. The threads do what is left, but nobody waits for them: the
//! program ends next, and takes them along in the middle of their jobs.
//!
//! fails: panics_are_counted, shut_down_waits_for_jobs_that_run,
//!    shut_down_waits_for_jobs_that_wait

use std::io;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

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
    done: Arc<Mutex<Done>>,
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
        let done = Arc::new(Mutex::new(Done::default()));
        for number in 1..=threads.get() {
            let (queue, done) = (Arc::clone(&queue), Arc::clone(&done));
            let name = format!("worker {number}");
            thread::Builder::new()
                .name(name)
                .spawn(move || work(&queue, &done))?;
        }
        Ok(Pool { jobs, done })
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
        *self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn work(queue: &Mutex<Receiver<Job>>, done: &Mutex<Done>) {
    while let Some(job) = next(queue) {
        // A job that panics is the end of that job, not of the thread.
        let ended = catch_unwind(AssertUnwindSafe(job));
        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
        match ended {
            Ok(()) => done.finished += 1,
            Err(_) => done.panicked += 1,
        }
    }
}

/// A function of its own, so that the lock is given back before the job begins.
fn next(queue: &Mutex<Receiver<Job>>) -> Option<Job> {
    let queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
    queue.recv().ok()
}
