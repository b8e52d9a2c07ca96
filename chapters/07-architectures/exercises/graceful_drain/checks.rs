use super::*;

use std::any::Any;
use std::collections::VecDeque;
use std::future::{pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use testkit::{Steps, check_async};
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, sleep, sleep_until};

const PATIENCE: Duration = seconds(10);

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// What a client has its task do.
#[derive(Clone, Copy, Debug)]
enum Work {
    /// Comes to its end after so many seconds.
    For(u64),
    /// Comes to its end when it is told that the server stops.
    UntilTold,
    /// Does a little every 5 seconds, for longer than anyone should wait.
    Forever,
    /// Panics after so many seconds.
    PanicsAfter(u64),
}
use Work::{For, Forever, PanicsAfter, UntilTold};

/// What happened so far, and when.
#[derive(Clone, Debug)]
struct Log {
    began: Instant,
    steps: Arc<Steps>,
    events: Arc<Mutex<Vec<(u64, String)>>>,
}

impl Log {
    fn new() -> Self {
        Self {
            began: Instant::now(),
            steps: Arc::new(Steps::new("what happened")),
            events: Arc::default(),
        }
    }

    fn now(&self) -> u64 {
        // A timer of tokio may be a millisecond late.
        (self.began.elapsed() + Duration::from_millis(5)).as_secs()
    }

    fn add(&self, event: impl Into<String>) {
        let (now, event) = (self.now(), event.into());
        self.steps.step(format!("at {now:2} s: {event}"));
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.push((now, event));
    }

    /// When that happened, if it did.
    fn time(&self, event: &str) -> Option<u64> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let found = events.iter().find(|(_, known)| known == event);
        found.map(|(time, _)| *time)
    }

    /// `event` should have happened at this time.
    #[track_caller]
    fn expect(&self, event: &str, time: u64) {
        let got = self.time(event);
        self.steps.expect(got == Some(time), || match got {
            Some(got) => format!("expected \"{event}\" at {time} s; it was at {got} s"),
            None => format!("expected \"{event}\" at {time} s; it did not happen"),
        });
    }

    /// It should not have happened, ever.
    #[track_caller]
    fn expect_never(&self, event: &str) {
        let got = self.time(event);
        self.steps.expect(got.is_none(), || {
            format!("\"{event}\" should not have happened")
        });
    }

    /// `serve` has panicked. What is dropped after that is no part of what happened.
    fn end_with(&self, panic: Box<dyn Any + Send>) -> ! {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        let of_a_task = events.iter().any(|(_, event)| event.ends_with(" panics"));
        drop(events);
        match panic.downcast_ref::<&str>() {
            Some(&ASKED_AGAIN) => self.steps.fail(ASKED_AGAIN),
            _ if of_a_task => self.steps.fail(
                "a task has panicked, and serve has panicked with it: a panic should be the end of \
                 that one task",
            ),
            _ => resume_unwind(panic),
        }
    }

    #[track_caller]
    fn expect_drained(&self, got: Drained, finished: usize, given_up: usize) {
        let expected = Drained { finished, given_up };
        self.steps.expect(got == expected, || {
            format!("expected {expected:?}, got {got:?}")
        });
    }
}

const ASKED_AGAIN: &str =
    "accept has given None, which means that nobody else will come, and is asked again";

/// Clients who come at their times.
struct Door {
    log: Log,
    clients: VecDeque<(u64, usize, Work)>,
    /// Whether `None` comes after them; nothing does otherwise.
    ends: bool,
    has_ended: bool,
    /// What the last task was given, to be told by.
    told: Told,
}

type Told = Arc<Mutex<Option<watch::Receiver<bool>>>>;

impl Accept for Door {
    type Client = (usize, Work);

    async fn accept(&mut self) -> Option<(usize, Work)> {
        let Some((time, _, _)) = self.clients.front() else {
            if !self.ends {
                return pending().await;
            }
            if self.has_ended {
                std::panic::panic_any(ASKED_AGAIN);
            }
            self.has_ended = true;
            self.log.add("accept gives None");
            return None;
        };
        sleep_until(self.log.began + seconds(*time)).await;
        let (_, number, work) = self.clients.pop_front()?;
        self.log.add(format!("{number} is accepted"));
        Some((number, work))
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return; // how a server falls is no part of what it did
        }
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.as_ref().is_some_and(|told| *told.borrow()) {
            self.log.add("told is true, and the listener is open");
        }
        self.log.add("the listener is closed");
    }
}

/// What a task holds: it says when that is dropped.
struct Held {
    log: Log,
    number: usize,
    ended: bool,
}

impl Drop for Held {
    fn drop(&mut self) {
        let how = if self.ended { "leaves" } else { "is cut off" };
        self.log.add(format!("{} {how}", self.number));
    }
}

async fn work(log: Log, (number, work): (usize, Work), mut told: watch::Receiver<bool>) {
    let mut held = Held {
        log: log.clone(),
        number,
        ended: false,
    };
    match work {
        For(time) => sleep(seconds(time)).await,
        UntilTold => {
            if told.wait_for(|stop| *stop).await.is_ok() {
                log.add(format!("{number} is told"));
            }
        }
        Forever => {
            for _ in 0..10 {
                sleep(seconds(5)).await;
                log.add(format!("{number} works"));
            }
            log.add(format!("{number} is still there, and nobody gives it up"));
        }
        PanicsAfter(time) => {
            sleep(seconds(time)).await;
            log.add(format!("{number} panics"));
            held.ended = true;
            // Without a message on the screen.
            resume_unwind(Box::new("on purpose"));
        }
    }
    held.ended = true;
}

/// A server for these clients: when each comes, and what it does. The clients' numbers
/// count from 1.
struct Server {
    log: Log,
    door: Door,
    stop: Option<u64>,
}

impl Server {
    fn new(clients: &[(u64, Work)]) -> Self {
        let log = Log::new();
        let clients = (1..).zip(clients);
        let door = Door {
            log: log.clone(),
            clients: clients
                .map(|(number, (time, work))| (*time, number, *work))
                .collect(),
            ends: false,
            has_ended: false,
            told: Told::default(),
        };
        let stop = None;
        Self { log, door, stop }
    }

    /// Nobody else will come.
    fn no_more(mut self) -> Self {
        self.door.ends = true;
        self
    }

    /// It is told to stop after so many seconds.
    fn stop_at(mut self, time: u64) -> Self {
        self.stop = Some(time);
        self
    }

    async fn run(self, patience: Duration) -> (Drained, Log) {
        let (log, tasks) = (self.log.clone(), self.log.clone());
        let stop = async {
            match self.stop {
                Some(time) => sleep_until(log.began + seconds(time)).await,
                None => pending().await,
            }
            log.add("stop");
        };
        let last = Arc::clone(&self.door.told);
        let handle = move |client, told: watch::Receiver<bool>| {
            *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(told.clone());
            work(tasks.clone(), client, told)
        };
        let mut serve = pin!(serve(self.door, handle, stop, patience));
        let drained = poll_fn(|context| {
            let polled = catch_unwind(AssertUnwindSafe(|| serve.as_mut().poll(context)));
            match polled {
                Ok(Poll::Pending) => Poll::Pending,
                Ok(Poll::Ready(drained)) => Poll::Ready(Ok(drained)),
                Err(panic) => Poll::Ready(Err(panic)),
            }
        });
        let drained = match drained.await {
            Ok(drained) => drained,
            Err(panic) => log.end_with(panic),
        };
        log.add("serve returns");
        (drained, self.log)
    }
}

#[test]
#[ignore = "exercise"]
fn it_stops_when_nobody_is_there() {
    check_async(|| async {
        let (drained, log) = Server::new(&[]).stop_at(3).run(PATIENCE).await;
        log.expect("serve returns", 3);
        log.expect_drained(drained, 0, 0);
    });
}

#[test]
#[ignore = "exercise"]
fn clients_are_served_at_the_same_time() {
    check_async(|| async {
        let clients = [(0, For(5)), (0, For(5)), (1, For(1))];
        let (_, log) = Server::new(&clients).stop_at(20).run(PATIENCE).await;
        for (event, time) in [("3 leaves", 2), ("1 leaves", 5), ("2 leaves", 5)] {
            log.expect(event, time);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_was_begun_is_finished() {
    check_async(|| async {
        let (drained, log) = Server::new(&[(0, For(5)), (0, For(8))])
            .stop_at(3)
            .run(PATIENCE)
            .await;
        log.expect("1 leaves", 5);
        log.expect("2 leaves", 8);
        log.expect_drained(drained, 2, 0);
    });
}

#[test]
#[ignore = "exercise"]
fn nobody_waits_when_the_last_has_left() {
    check_async(|| async {
        let (_, log) = Server::new(&[(0, For(5))]).stop_at(3).run(PATIENCE).await;
        log.expect("serve returns", 5);
    });
}

#[test]
#[ignore = "exercise"]
fn who_comes_after_the_stop_is_not_let_in() {
    check_async(|| async {
        let clients = [(0, For(8)), (4, For(1)), (6, For(1))];
        let (_, log) = Server::new(&clients).stop_at(3).run(PATIENCE).await;
        log.expect_never("2 is accepted");
        log.expect_never("3 is accepted");
    });
}

#[test]
#[ignore = "exercise"]
fn the_listener_is_closed_at_the_stop() {
    check_async(|| async {
        let (_, log) = Server::new(&[(0, For(8))]).stop_at(3).run(PATIENCE).await;
        log.expect("the listener is closed", 3);
    });
}

#[test]
#[ignore = "exercise"]
fn who_is_there_is_told() {
    check_async(|| async {
        let (drained, log) = Server::new(&[(0, UntilTold)])
            .stop_at(3)
            .run(PATIENCE)
            .await;
        log.expect("1 is told", 3);
        log.expect("serve returns", 3);
        log.expect_drained(drained, 1, 0);
    });
}

#[test]
#[ignore = "exercise"]
fn who_takes_too_long_is_given_up() {
    check_async(|| async {
        let (drained, log) = Server::new(&[(0, Forever)]).stop_at(3).run(PATIENCE).await;
        log.expect("serve returns", 13);
        log.expect_drained(drained, 0, 1);
    });
}

#[test]
#[ignore = "exercise"]
fn patience_is_for_all_together() {
    check_async(|| async {
        let clients = [(0, For(11)), (0, For(20)), (0, For(29))];
        let (_, log) = Server::new(&clients).stop_at(3).run(PATIENCE).await;
        log.expect("1 leaves", 11);
        log.expect("serve returns", 13);
    });
}

#[test]
#[ignore = "exercise"]
fn both_kinds_are_counted() {
    check_async(|| async {
        let clients = [(0, For(5)), (0, For(8)), (0, Forever)];
        let (drained, log) = Server::new(&clients).stop_at(3).run(PATIENCE).await;
        log.expect_drained(drained, 2, 1);
    });
}

#[test]
#[ignore = "exercise"]
fn who_left_before_is_forgotten() {
    check_async(|| async {
        let clients = [(0, For(1)), (0, For(2)), (0, For(5))];
        let (drained, log) = Server::new(&clients).stop_at(3).run(PATIENCE).await;
        log.expect_drained(drained, 1, 0);
    });
}

#[test]
#[ignore = "exercise"]
fn who_is_given_up_does_nothing_more() {
    check_async(|| async {
        let (_, log) = Server::new(&[(0, Forever)]).stop_at(3).run(PATIENCE).await;
        sleep(seconds(20)).await;
        let events = log.events.lock().unwrap_or_else(PoisonError::into_inner);
        let returned = events
            .iter()
            .position(|(_, event)| event == "serve returns");
        let after = &events[returned.unwrap_or(0)..];
        log.steps
            .expect(!after.iter().any(|(_, event)| event == "1 works"), || {
                "serve has returned, and the task that it gave up works on".to_owned()
            });
    });
}

#[test]
#[ignore = "exercise"]
fn who_is_given_up_is_gone_when_it_returns() {
    check_async(|| async {
        let (_, log) = Server::new(&[(0, Forever)]).stop_at(3).run(PATIENCE).await;
        log.steps.expect(log.time("1 is cut off").is_some(), || {
            "serve has returned, and what the task held that it gave up, such as the client's \
             connection, has not been dropped yet"
                .to_owned()
        });
    });
}

#[test]
#[ignore = "exercise"]
fn without_patience_it_is_over_at_once() {
    check_async(|| async {
        let (drained, log) = Server::new(&[(0, For(5)), (1, UntilTold)])
            .stop_at(3)
            .run(Duration::ZERO)
            .await;
        log.expect("serve returns", 3);
        log.steps
            .expect(drained.finished + drained.given_up == 2, || {
                format!("2 clients were there, got {drained:?}")
            });
        log.expect_never("1 leaves");
    });
}

#[test]
#[ignore = "exercise"]
fn a_panic_is_the_end_of_one_task() {
    check_async(|| async {
        let clients = [(0, PanicsAfter(1)), (0, For(5)), (2, For(5))];
        let (drained, log) = Server::new(&clients).stop_at(3).run(PATIENCE).await;
        log.expect("2 leaves", 5);
        log.expect("3 leaves", 7);
        log.expect_drained(drained, 2, 0);
    });
}

#[test]
#[ignore = "exercise"]
fn a_panic_does_not_end_the_draining() {
    check_async(|| async {
        let clients = [(0, PanicsAfter(4)), (0, For(5))];
        let (_, log) = Server::new(&clients).stop_at(3).run(PATIENCE).await;
        log.expect("2 leaves", 5);
        log.expect("serve returns", 5);
    });
}

#[test]
#[ignore = "exercise"]
fn a_panic_counts_as_an_end() {
    check_async(|| async {
        let clients = [(0, For(1)), (0, PanicsAfter(4))];
        let (drained, log) = Server::new(&clients).stop_at(3).run(PATIENCE).await;
        log.expect_drained(drained, 1, 0);
    });
}

#[test]
#[ignore = "exercise"]
fn nobody_is_told_before_the_listener_is_closed() {
    check_async(|| async {
        let (_, log) = Server::new(&[(0, UntilTold)])
            .stop_at(3)
            .run(PATIENCE)
            .await;
        log.expect_never("told is true, and the listener is open");
    });
}

#[test]
#[ignore = "exercise"]
fn no_more_clients_is_the_same_as_stop() {
    check_async(|| async {
        let (drained, log) = Server::new(&[(0, For(5)), (2, UntilTold)])
            .no_more()
            .stop_at(60)
            .run(PATIENCE)
            .await;
        log.expect("the listener is closed", 2);
        log.expect("2 is told", 2);
        log.expect("1 leaves", 5);
        log.expect("serve returns", 5);
        log.expect_drained(drained, 2, 0);
    });
}

#[test]
#[ignore = "exercise"]
fn after_none_it_is_not_asked_again() {
    check_async(|| async {
        // The door says if it is.
        let server = Server::new(&[(0, For(5))]).no_more().stop_at(60);
        server.run(PATIENCE).await;
    });
}

/// A listener at which somebody is always waiting.
struct Crowd {
    accepted: usize,
    /// Says that this many were accepted.
    told_at: usize,
    enough: Arc<Notify>,
}

impl Accept for Crowd {
    type Client = ();

    async fn accept(&mut self) -> Option<()> {
        self.accepted += 1;
        if self.accepted == self.told_at {
            self.enough.notify_one();
        }
        assert!(
            self.accepted < self.told_at + 1000,
            "{} clients were accepted, and the server was told to stop after {}. There is always \
             somebody waiting, and that goes before the stop",
            self.accepted,
            self.told_at
        );
        Some(())
    }
}

#[test]
#[ignore = "exercise"]
fn a_crowd_does_not_keep_it_from_stopping() {
    check_async(|| async {
        let enough = Arc::new(Notify::new());
        let crowd = Crowd {
            accepted: 0,
            told_at: 50,
            enough: Arc::clone(&enough),
        };
        serve(crowd, |(), _| ready(()), enough.notified(), PATIENCE).await;
    });
}

#[test]
#[ignore = "exercise"]
fn the_stop_goes_before_a_client() {
    check_async(|| async {
        // Were the order left to chance, it would be the right one now and then.
        for _ in 0..50 {
            let (_, log) = Server::new(&[(0, For(1))]).stop_at(0).run(PATIENCE).await;
            log.expect_never("1 is accepted");
        }
    });
}
