use super::*;

use std::cell::RefCell;
use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use testkit::check;

/// What has to happen happens within microseconds. Who waits so long, even on a busy
/// machine, waits in vain.
fn limit() -> Duration {
    testkit::limit() / 2
}

/// A wrong pool does soon what a right one never does: so long it gets the chance, and
/// longer on a busy machine.
const CHANCE: Duration = Duration::from_millis(50);

/// How often a check is repeated in which a wrong pool may be lucky.
const ROUNDS: usize = 10;

/// What the jobs do, as seen from outside. They report here, and wait here.
#[derive(Clone, Default)]
struct Board(Arc<(Mutex<State>, Condvar)>);

#[derive(Default)]
struct State {
    /// Jobs that have begun and jobs that have ended, in this order.
    begun: Vec<usize>,
    ended: Vec<usize>,
    /// The threads that they ran on.
    threads: Vec<ThreadId>,
    /// How many calls of `run` have returned.
    returned: usize,
    /// How many threads have ended, of those that were to say so.
    gone: usize,
    /// Whether jobs that wait at the gate may go on.
    open: bool,
}

/// What a thread drops when it ends, which takes it a while.
struct Gone(Board);

impl Drop for Gone {
    fn drop(&mut self) {
        breathe(30);
        self.0.change(|state| state.gone += 1);
    }
}

thread_local! {
    static GONE: RefCell<Option<Gone>> = const { RefCell::new(None) };
}

/// What a job does between its beginning and its end.
#[derive(Clone, Copy)]
enum Work {
    Nothing,
    /// Waits until the gate is opened.
    Gate,
    /// Takes a while.
    Breathe(usize),
    Panic,
}
use Work::{Breathe, Gate, Nothing, Panic};

/// Lets others do what they can: hands a token to another thread and takes it back, so
/// often. How long that takes depends on how busy the machine is, as it does for them.
fn breathe(times: usize) {
    let (there, come) = sync_channel(0);
    let (back, wait) = sync_channel(0);
    let partner = thread::spawn(move || {
        while come.recv().is_ok() {
            if back.send(()).is_err() {
                break;
            }
        }
    });
    for _ in 0..times {
        if there.send(()).is_err() || wait.recv().is_err() {
            break;
        }
    }
    drop(there);
    let _ = partner.join();
}

impl Board {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.0.1.notify_all();
    }

    fn open(&self) {
        self.change(|state| state.open = true);
    }

    /// The job `number`.
    fn job(&self, number: usize, work: Work) -> impl FnOnce() + Send + 'static {
        let board = self.clone();
        move || {
            board.change(|state| {
                let here = thread::current().id();
                if !state.threads.contains(&here) {
                    state.threads.push(here);
                }
                state.begun.push(number);
            });
            match work {
                Nothing => {}
                Gate => {
                    let closed = |state: &mut State| !state.open;
                    // Whoever fails opens it, so that no thread is left behind.
                    drop(self::wait(&board.0.1, board.lock(), closed, limit() * 4));
                }
                Breathe(times) => breathe(times),
                // Without a message on the screen.
                Panic => resume_unwind(Box::new("on purpose")),
            }
            board.change(|state| state.ended.push(number));
        }
    }

    /// Waits for something that has to happen.
    #[track_caller]
    fn wait_until(&self, what: &str, happened: impl Fn(&State) -> bool) {
        let (state, in_time) = wait(&self.0.1, self.lock(), |state| !happened(state), limit());
        drop(state);
        if !in_time {
            self.open();
            panic!("waited until {what}, in vain");
        }
    }

    /// Whether something happens that need not.
    fn chance(&self, happens: impl Fn(&State) -> bool) -> bool {
        let until = Instant::now() + CHANCE;
        for turn in 1.. {
            breathe(50);
            if happens(&self.lock()) {
                return true;
            }
            if turn >= 5 && Instant::now() >= until {
                break;
            }
        }
        false
    }

    /// Hands in the job 0, and waits until it has begun.
    #[track_caller]
    fn begin(&self, pool: &Pool, work: Work) {
        pool.run(self.job(0, work));
        self.wait_until("the first job had begun", |state| state.begun == [0]);
    }

    /// Hands these jobs in, one after the other, in a thread of its own: `run` may wait.
    fn hand_in(&self, pool: Pool, jobs: Vec<(usize, Work)>) -> Hands {
        let board = self.clone();
        let (done, wait) = sync_channel(1);
        let worker = thread::current().name().unwrap_or("check").to_owned();
        let hands = thread::Builder::new().name(worker).spawn(move || {
            for (number, work) in jobs {
                pool.run(board.job(number, work));
                board.change(|state| state.returned += 1);
            }
            let _ = done.send(pool);
        });
        assert!(hands.is_ok(), "no thread to hand jobs in: {hands:?}");
        Hands(wait)
    }
}

/// Waits while `goes_on`, and no longer than `limit`. Says whether that was enough.
fn wait<'a>(
    changed: &Condvar,
    state: MutexGuard<'a, State>,
    goes_on: impl FnMut(&mut State) -> bool,
    limit: Duration,
) -> (MutexGuard<'a, State>, bool) {
    let (state, timeout) = changed
        .wait_timeout_while(state, limit, goes_on)
        .unwrap_or_else(PoisonError::into_inner);
    (state, !timeout.timed_out())
}

/// A thread that hands jobs in.
struct Hands(Receiver<Pool>);

impl Hands {
    /// The pool, once all jobs are handed in.
    #[track_caller]
    fn done(self) -> Pool {
        match self.0.recv_timeout(limit()) {
            Ok(pool) => pool,
            Err(_) => panic!("run did not return, although there was room"),
        }
    }
}

#[track_caller]
fn pool(threads: usize, waiting: usize) -> (Pool, Board) {
    let threads = NonZero::new(threads).unwrap_or(NonZero::<usize>::MIN);
    match Pool::new(threads, waiting) {
        Ok(pool) => (pool, Board::default()),
        Err(error) => panic!("Pool::new({threads}, {waiting}) failed: {error}"),
    }
}

/// A pool of 1 thread with no room for a job to wait, and the thread has job 0. A wrong
/// pool may only get there when the thread is ready before the job comes.
#[track_caller]
fn at_work_where_none_may_wait() -> (Pool, Board) {
    let until = Instant::now() + limit();
    while Instant::now() < until {
        let (pool, board) = pool(1, 0);
        breathe(50);
        let hands = board.hand_in(pool, vec![(0, Gate)]);
        if board.chance(|state| state.begun == [0] && state.returned == 1) {
            return (hands.done(), board);
        }
        board.open();
    }
    panic!("waited until the 1 thread had taken a job, and run had returned, in vain");
}

/// Shuts the pool down; that has to come to an end.
#[track_caller]
fn shut_down(pool: Pool, board: &Board) -> Done {
    let (done, wait) = sync_channel(1);
    let name = thread::current().name().unwrap_or("check").to_owned();
    let worker = thread::Builder::new().name(name).spawn(move || {
        let _ = done.send(pool.shut_down());
    });
    assert!(worker.is_ok(), "no thread to shut down in: {worker:?}");
    // Jobs may still wait at the gate. Who does not wait for them returns now.
    let early = wait.recv_timeout(CHANCE);
    board.open();
    match early.or_else(|_| wait.recv_timeout(limit())) {
        Ok(done) => done,
        Err(error) => {
            board.open();
            match error {
                RecvTimeoutError::Disconnected => panic!("shut_down panicked"),
                RecvTimeoutError::Timeout => panic!(
                    "shut_down still waits. A deadlock: what does each thread wait for, and what \
                     does shut_down?"
                ),
            }
        }
    }
}

fn jobs(numbers: std::ops::RangeInclusive<usize>, work: Work) -> Vec<(usize, Work)> {
    numbers.map(|number| (number, work)).collect()
}

#[test]
#[ignore = "exercise"]
fn a_job_runs() {
    check(|| {
        let (pool, board) = pool(1, 1);
        pool.run(board.job(1, Nothing));
        board.wait_until("the job ended", |state| state.ended == [1]);
    });
}

#[test]
#[ignore = "exercise"]
fn every_job_runs_once() {
    check(|| {
        let (pool, board) = pool(3, 100);
        let hands = board.hand_in(pool, jobs(1..=100, Nothing));
        board.wait_until("100 jobs ended", |state| state.ended.len() >= 100);
        let _pool = hands.done();
        let mut ended = board.lock().ended.clone();
        ended.sort_unstable();
        assert!(
            ended.iter().copied().eq(1..=100),
            "the jobs 1 to 100 should have run once each; these ran: {ended:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn as_many_at_a_time_as_there_are_threads() {
    check(|| {
        let (pool, board) = pool(3, 3);
        let _hands = board.hand_in(pool, jobs(1..=3, Gate));
        board.wait_until(
            "3 jobs had begun, of which none ends before, on 3 threads",
            |state| state.begun.len() == 3,
        );
        board.open();
    });
}

#[test]
#[ignore = "exercise"]
fn no_more_at_a_time_than_there_are_threads() {
    check(|| {
        let (pool, board) = pool(2, 4);
        let hands = board.hand_in(pool, jobs(1..=10, Gate));
        board.wait_until("2 jobs had begun, on 2 threads", |state| {
            state.begun.len() >= 2
        });
        let more = board.chance(|state| state.begun.len() > 2);
        board.open();
        assert!(!more, "a pool of 2 threads runs more than 2 jobs at a time");
        board.wait_until("10 jobs ended", |state| state.ended.len() == 10);
        let _pool = hands.done();
        assert!(
            board.lock().threads.len() <= 2,
            "10 jobs ran on more than 2 different threads, in a pool of 2"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn first_come_first_served() {
    check(|| {
        let (pool, board) = pool(1, 30);
        board.begin(&pool, Gate);
        let _hands = board.hand_in(pool, jobs(1..=20, Nothing));
        // While the first one runs, the others come together in the queue.
        board.chance(|state| state.returned == 20);
        board.open();
        board.wait_until("21 jobs ended", |state| state.ended.len() == 21);
        let state = board.lock();
        assert!(
            state.threads.len() == 1,
            "the jobs 0 to 20 were handed in to a pool of 1 thread, and ran on more than one"
        );
        assert!(
            state.ended.iter().copied().eq(0..=20),
            "the jobs 0 to 20 were handed in to a pool of 1 thread, and ended in this order: {:?}",
            state.ended
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_long_job_holds_up_nobody_else() {
    check(|| {
        let (pool, board) = pool(2, 10);
        board.begin(&pool, Gate);
        let _hands = board.hand_in(pool, jobs(1..=6, Nothing));
        board.wait_until(
            "the jobs 1 to 6 ended, on one of 2 threads, while job 0 has the other one",
            |state| state.ended.len() == 6,
        );
        board.open();
    });
}

#[test]
#[ignore = "exercise"]
fn so_many_jobs_may_wait() {
    check(|| {
        let (pool, board) = pool(1, 3);
        board.begin(&pool, Gate);
        let _hands = board.hand_in(pool, jobs(1..=3, Nothing));
        board.wait_until(
            "run had returned for 3 more jobs: 1 runs, and there is room for 3 to wait",
            |state| state.returned == 3,
        );
        board.open();
    });
}

#[test]
#[ignore = "exercise"]
fn run_waits_while_the_queue_is_full() {
    check(|| {
        let (pool, board) = pool(1, 2);
        board.begin(&pool, Gate);
        let hands = board.hand_in(pool, jobs(1..=3, Nothing));
        let third = board.chance(|state| state.returned > 2);
        board.open();
        assert!(
            !third,
            "the 1 thread of a pool is at work, and there is room for 2 jobs to wait: run has \
             returned for a third one. Whoever brings it should wait"
        );
        board.wait_until("4 jobs ended", |state| state.ended.len() == 4);
        let _pool = hands.done();
    });
}

#[test]
#[ignore = "exercise"]
fn the_queue_has_an_end() {
    check(|| {
        let (pool, board) = pool(1, 2);
        board.begin(&pool, Gate);
        let hands = board.hand_in(pool, jobs(1..=20, Nothing));
        let all = board.chance(|state| state.returned == 20);
        board.open();
        assert!(
            !all,
            "the 1 thread of a pool is at work, and there is room for 2 jobs to wait: run has \
             returned for 20 more, and would do so for a million"
        );
        board.wait_until("21 jobs ended", |state| state.ended.len() == 21);
        let _pool = hands.done();
    });
}

#[test]
#[ignore = "exercise"]
fn a_full_queue_loses_no_job() {
    check(|| {
        let (pool, board) = pool(1, 1);
        let hands = board.hand_in(pool, jobs(1..=50, Breathe(3)));
        board.wait_until(
            "50 jobs ended, on 1 thread, with room for 1 to wait",
            |state| state.ended.len() == 50,
        );
        let _pool = hands.done();
    });
}

#[test]
#[ignore = "exercise"]
fn jobs_run_where_none_may_wait() {
    check(|| {
        let (pool, board) = pool(2, 0);
        let _hands = board.hand_in(pool, jobs(1..=10, Nothing));
        board.wait_until(
            "10 jobs ended, each of which is handed to a thread without waiting in a queue",
            |state| state.ended.len() == 10,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn where_none_may_wait_run_does() {
    check(|| {
        let (pool, board) = at_work_where_none_may_wait();
        let hands = board.hand_in(pool, vec![(1, Nothing)]);
        let second = board.chance(|state| state.returned > 1);
        board.open();
        assert!(
            !second,
            "the 1 thread of a pool is at work, and no job may wait: run has returned for \
             another one. It should wait until the thread takes that job"
        );
        board.wait_until("2 jobs ended", |state| state.ended.len() == 2);
        let _pool = hands.done();
    });
}

#[test]
#[ignore = "exercise"]
fn a_panic_ends_that_job_alone() {
    check(|| {
        let (pool, board) = pool(1, 10);
        board.begin(&pool, Panic);
        let _hands = board.hand_in(pool, jobs(1..=3, Nothing));
        board.wait_until(
            "the jobs 1, 2 and 3 ended, on the 1 thread on which job 0 has panicked",
            |state| state.ended.len() == 3,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_panic_makes_no_new_thread() {
    check(|| {
        let (pool, board) = pool(1, 10);
        let mut list = jobs(0..=2, Panic);
        list.push((3, Nothing));
        let _hands = board.hand_in(pool, list);
        board.wait_until(
            "4 jobs had begun on 1 thread, of which the first 3 panic",
            |state| state.begun.len() == 4,
        );
        let threads = board.lock().threads.len();
        assert!(
            threads == 1,
            "4 jobs, of which 3 panicked, ran on {threads} different threads, in a pool of 1: its \
             thread should live on, and take the next job"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn panics_are_counted() {
    check(|| {
        let (pool, board) = pool(1, 10);
        let mut list = jobs(1..=2, Panic);
        list.extend(jobs(3..=4, Nothing));
        let pool = board.hand_in(pool, list).done();
        board.wait_until("4 jobs had begun on 1 thread, of which 2 panic", |state| {
            state.begun.len() == 4
        });
        let pool = board.hand_in(pool, vec![(5, Gate)]).done();
        // Its thread is at the gate, and has counted what was before it.
        board.wait_until("a fifth job had begun", |state| state.begun.len() == 5);
        let done = shut_down(pool, &board);
        let expected = Done {
            finished: 3,
            panicked: 2,
        };
        assert!(
            done == expected,
            "3 jobs came to their end and 2 panicked: expected {expected:?}, got {done:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_pool_without_work_shuts_down() {
    check(|| {
        let (pool, board) = pool(3, 3);
        let done = shut_down(pool, &board);
        assert!(
            done == Done::default(),
            "no job was handed in: expected {:?}, got {done:?}",
            Done::default()
        );
    });
}

/// `done` and the board should both say that so many jobs have finished.
#[track_caller]
fn expect_all(finished: usize, done: Done, board: &Board) {
    let ended = board.lock().ended.len();
    assert!(
        ended == finished && done.finished + done.panicked >= finished,
        "{finished} jobs were handed in; when shut_down returned, not all of them had ended"
    );
    let expected = Done {
        finished,
        panicked: 0,
    };
    assert!(
        done == expected,
        "{finished} jobs have ended: expected {expected:?}, got {done:?}"
    );
}

#[test]
#[ignore = "exercise"]
fn shut_down_waits_for_jobs_that_run() {
    check(|| {
        for _ in 0..ROUNDS {
            let (pool, board) = pool(2, 2);
            let pool = board.hand_in(pool, jobs(1..=2, Breathe(30))).done();
            board.wait_until("2 jobs had begun", |state| state.begun.len() == 2);
            let done = shut_down(pool, &board);
            expect_all(2, done, &board);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn shut_down_waits_for_jobs_that_wait() {
    check(|| {
        for _ in 0..ROUNDS {
            let (pool, board) = pool(1, 10);
            let pool = board.hand_in(pool, jobs(1..=8, Breathe(10))).done();
            let done = shut_down(pool, &board);
            expect_all(8, done, &board);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn shut_down_waits_for_its_threads() {
    check(|| {
        for _ in 0..ROUNDS {
            let (pool, board) = pool(1, 1);
            let gone = Gone(board.clone());
            pool.run(move || GONE.set(Some(gone)));
            shut_down(pool, &board);
            assert!(
                board.lock().gone == 1,
                "the 1 thread of a pool takes a while to end, and shut_down has returned before. A \
                 program that ends then cuts off what its threads still do"
            );
        }
    });
}
