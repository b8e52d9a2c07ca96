use super::*;

use std::any::Any;
use std::cell::RefCell;
use std::future::poll_fn;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use testkit::check_async;
use tokio::time::{Instant, advance, sleep, sleep_until, timeout};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn schedule(start: Instant, rate: u32) -> Schedule {
    let rate = NonZero::new(rate).unwrap_or(NonZero::<u32>::MIN);
    Schedule { start, rate }
}

/// A moment, as told from `start`.
fn since(start: Instant, moment: Instant) -> String {
    match moment.checked_duration_since(start) {
        Some(after) => format!("{after:?}"),
        None => format!("-{:?}", start - moment),
    }
}

/// What is seen of an open loop: when each request was sent, and what was reported.
#[derive(Default)]
struct Seen {
    sends: Vec<String>,
    reports: Vec<String>,
    latencies: Vec<Duration>,
    over: String,
}

/// Runs `count` requests on `schedule`, of which each is over at the moment that `over` says for it.
async fn run(schedule: Schedule, count: u64, over: impl Fn(u64) -> Instant) -> Seen {
    let start = schedule.start;
    let seen = RefCell::new(Seen::default());
    let send = |number| {
        let line = format!("{number} at {}", since(start, Instant::now()));
        seen.borrow_mut().sends.push(line);
        let over = over(number);
        async move {
            sleep_until(over).await;
            number * 100
        }
    };
    let report = |timing: Timing<u64>| {
        let mut seen = seen.borrow_mut();
        seen.reports.push(format!(
            "{}: intended {}, sent {}, done {}, result {}, reported {}",
            timing.number,
            since(start, timing.intended),
            since(start, timing.sent),
            since(start, timing.done),
            timing.result,
            since(start, Instant::now()),
        ));
        seen.latencies.push(timing.latency());
    };
    open_loop(schedule, count, send, report).await;
    seen.borrow_mut().over = since(start, Instant::now());
    seen.into_inner()
}

/// `got` should be `expected`; says where they part.
#[track_caller]
fn same(story: &str, got: &[String], expected: &[String]) {
    for (at, line) in expected.iter().enumerate() {
        let other = got.get(at).map_or("nothing more", String::as_str);
        assert!(
            other == line,
            "{story}\nexpected {line}\ngot      {other}\nbefore that: {}",
            match at {
                0 => "nothing".to_owned(),
                _ => expected[at.saturating_sub(4)..at].join("; "),
            }
        );
    }
    assert!(
        got.len() == expected.len(),
        "{story}\nexpected nothing more after {} of them, got {}",
        expected.len(),
        got[expected.len()]
    );
}

/// The requests `numbers`, each sent at its multiple of `interval`.
fn on_time(numbers: std::ops::Range<u64>, interval: Duration) -> Vec<String> {
    numbers
        .map(|number| {
            format!(
                "{number} at {:?}",
                interval * u32::try_from(number).unwrap_or(0)
            )
        })
        .collect()
}

fn line(number: u64, intended: u64, sent: u64, done: u64) -> String {
    let result = number * 100;
    format!(
        "{number}: intended {:?}, sent {:?}, done {done:?}, result {result}, reported {done:?}",
        ms(intended),
        ms(sent),
        done = ms(done),
    )
}

/// `at` should give these moments.
#[track_caller]
fn at(rate: u32, moments: &[(u64, Duration)]) {
    let start = Instant::now();
    for (number, expected) in moments {
        let got = since(start, schedule(start, rate).at(*number));
        assert!(
            got == format!("{expected:?}"),
            "with a rate of {rate}, request {number}: expected start + {expected:?}, got start + \
             {got}"
        );
    }
}

#[test]
#[ignore = "exercise"]
fn a_schedule_has_a_moment_for_each() {
    check_async(|| async {
        at(
            10,
            &[(0, ms(0)), (1, ms(100)), (5, ms(500)), (25, ms(2500))],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_third_of_a_second_is_rounded_once() {
    check_async(|| async {
        let nanos = Duration::from_nanos;
        at(
            3,
            &[
                (1, nanos(333_333_333)),
                (2, nanos(666_666_666)),
                (3, ms(1000)),
            ],
        );
        at(
            3,
            &[
                (3_000_000, ms(1_000_000_000)),
                (3_000_001, nanos(1_000_000_333_333_333)),
            ],
        );
        at(
            u32::MAX,
            &[
                (1, nanos(0)),
                (5, nanos(1)),
                (u64::from(u32::MAX), ms(1000)),
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_schedule_goes_on_for_ever() {
    check_async(|| async {
        let day = 86_400;
        at(1000, &[(1000 * day * 365, Duration::from_secs(day * 365))]);
        at(
            1_000_000,
            &[(1_000_000 * day * 3650 + 1, Duration::new(day * 3650, 1000))],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn latency_begins_at_the_intended_time() {
    check_async(|| async {
        let start = Instant::now();
        let timing = Timing {
            number: 0,
            intended: start + ms(100),
            sent: start + ms(300),
            done: start + ms(350),
            result: (),
        };
        let got = timing.latency();
        assert!(
            got == ms(250),
            "intended at 100 ms, sent at 300 ms, over at 350 ms: expected a latency of 250ms, got \
             {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn one_request() {
    check_async(|| async {
        let start = Instant::now();
        let seen = run(schedule(start, 10), 1, |_| start + ms(7)).await;
        same(
            "one request that takes 7 ms: sent",
            &seen.sends,
            &on_time(0..1, ms(100)),
        );
        same(
            "one request that takes 7 ms: reported",
            &seen.reports,
            &[line(0, 0, 0, 7)],
        );
        assert!(
            seen.over == "7ms",
            "open_loop should have returned at 7ms, and did at {}",
            seen.over
        );
    });
}

#[test]
#[ignore = "exercise"]
fn none_at_all() {
    check_async(|| async {
        let start = Instant::now();
        let later = start + ms(500);
        let seen = run(schedule(later, 10), 0, |_| start).await;
        same("with a count of 0: sent", &seen.sends, &[]);
        same("with a count of 0: reported", &seen.reports, &[]);
        assert!(
            start.elapsed() == ms(0),
            "with a count of 0, open_loop should have returned at once, and did after {:?}",
            start.elapsed()
        );
    });
}

#[test]
#[ignore = "exercise"]
fn each_at_its_time() {
    check_async(|| async {
        let start = Instant::now();
        let over = |number| start + ms(number * 100 + 5);
        let seen = run(schedule(start, 10), 20, over).await;
        let story = "20 requests, rate 10, each answered after 5 ms";
        same(
            &format!("{story}: sent"),
            &seen.sends,
            &on_time(0..20, ms(100)),
        );
        let expected: Vec<_> = (0..20)
            .map(|number| line(number, number * 100, number * 100, number * 100 + 5))
            .collect();
        same(&format!("{story}: reported"), &seen.reports, &expected);
    });
}

#[test]
#[ignore = "exercise"]
fn a_start_that_is_to_come() {
    check_async(|| async {
        let start = Instant::now() + ms(500);
        let seen = run(schedule(start, 10), 2, |number| {
            start + ms(number * 100 + 1)
        })
        .await;
        let story = "the schedule starts in 500 ms: sent, told from its start";
        same(story, &seen.sends, &on_time(0..2, ms(100)));
    });
}

#[test]
#[ignore = "exercise"]
fn a_late_start_is_made_up_for() {
    check_async(|| async {
        let start = Instant::now();
        advance(ms(350)).await;
        let over = |number: u64| start + ms(number * 100).max(ms(350)) + ms(1);
        let seen = run(schedule(start, 10), 6, over).await;
        let story = "called 350 ms after the start of the schedule, with a rate of 10";
        let sends = [
            "0 at 350ms",
            "1 at 350ms",
            "2 at 350ms",
            "3 at 350ms",
            "4 at 400ms",
            "5 at 500ms",
        ];
        same(
            &format!("{story}: sent"),
            &seen.sends,
            &sends.map(str::to_owned),
        );
        let mut reports = seen.reports;
        // Four are over at the same moment.
        reports.sort_unstable();
        let expected: Vec<_> = (0..6)
            .map(|number| {
                let sent = (number * 100).max(350);
                line(number, number * 100, sent, sent + 1)
            })
            .collect();
        same(&format!("{story}: reported"), &reports, &expected);
    });
}

#[test]
#[ignore = "exercise"]
fn a_slow_answer_holds_nobody_up() {
    check_async(|| async {
        let start = Instant::now();
        let over = |number| match number {
            0 => start + ms(1000),
            _ => start + ms(number * 100 + 5),
        };
        let seen = run(schedule(start, 10), 5, over).await;
        let story = "request 0 takes 1 s, the others take 5 ms";
        same(
            &format!("{story}: sent"),
            &seen.sends,
            &on_time(0..5, ms(100)),
        );
        let mut expected: Vec<_> = (1..5)
            .map(|number| line(number, number * 100, number * 100, number * 100 + 5))
            .collect();
        expected.push(line(0, 0, 0, 1000));
        same(&format!("{story}: reported"), &seen.reports, &expected);
        assert!(
            seen.over == "1s",
            "{story}: open_loop should have returned at 1s, and did at {}",
            seen.over
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_stall_is_seen_by_all_who_would_have_waited() {
    check_async(|| async {
        let start = Instant::now();
        // The server answers within 1 ms, and stands still from 50 ms to 1000 ms.
        let over = |number: u64| match number * 100 {
            sent @ 50..1000 => start + ms(sent.max(1000) + 1),
            sent => start + ms(sent + 1),
        };
        let seen = run(schedule(start, 10), 12, over).await;
        let mut got = seen.latencies;
        got.sort_unstable();
        let expected = [1, 1, 1, 101, 201, 301, 401, 501, 601, 701, 801, 901].map(ms);
        assert!(
            got == expected,
            "12 requests, rate 10; the server stands still from 50 ms to 1 s\nexpected the \
             latencies {expected:?}\ngot                    {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_rate_that_does_not_divide_a_second() {
    check_async(|| async {
        let start = Instant::now();
        let schedule = schedule(start, 3);
        let mut worst = Duration::ZERO;
        let mut wrong = Vec::new();
        let report = |timing: Timing<()>| {
            let exact = start + Duration::from_nanos(timing.number * 1_000_000_000 / 3);
            if timing.intended != exact {
                wrong.push(timing.number);
            }
            worst = worst.max(timing.sent.saturating_duration_since(exact));
        };
        open_loop(schedule, 300, |_| async {}, report).await;
        wrong.sort_unstable();
        wrong.truncate(5);
        assert!(
            wrong.is_empty(),
            "300 requests, rate 3: intended should be what the schedule says, and is not for the \
             requests {wrong:?}, to name the first ones"
        );
        assert!(
            worst <= ms(1),
            "300 requests, rate 3: one was sent {worst:?} after its time on the schedule"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_rate_without_an_interval() {
    check_async(|| async {
        let start = Instant::now();
        let seen = run(schedule(start, u32::MAX), 1000, |_| start + ms(5)).await;
        let (sent, reported) = (seen.sends.len(), seen.reports.len());
        assert!(
            (sent, reported) == (1000, 1000),
            "1000 requests, and 4294967295 in a second: expected 1000 sent and 1000 reported, got \
             {sent} and {reported}"
        );
        assert!(
            start.elapsed() <= ms(5),
            "1000 requests, and 4294967295 in a second, over at 5 ms: open_loop should have \
             returned then, and did after {:?}",
            start.elapsed()
        );
    });
}

#[test]
#[ignore = "exercise"]
fn as_many_as_there_are() {
    check_async(|| async {
        let start = Instant::now();
        let seen = run(schedule(start, 100), 300, |_| start + ms(60_000)).await;
        let story = "rate 100, and the server answers nobody for a minute";
        same(
            &format!("{story}: sent"),
            &seen.sends,
            &on_time(0..300, ms(10)),
        );
        let reported = seen.reports.len();
        assert!(
            reported == 300,
            "{story}: expected 300 reports, got {reported}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn none_is_left_behind() {
    check_async(|| async {
        let start = Instant::now();
        let token = Arc::new(());
        let send = |_| {
            let token = Arc::clone(&token);
            async move {
                sleep(ms(10_000)).await;
                drop(token);
            }
        };
        let all = open_loop(schedule(start, 10), 100, send, |_| {});
        let cut = timeout(ms(250), all).await;
        assert!(
            cut.is_err(),
            "open_loop returned before its requests were over"
        );
        // Tasks that were stopped are dropped when their turn comes.
        sleep(ms(10)).await;
        let left = Arc::strong_count(&token) - 1;
        assert!(
            left == 0,
            "open_loop was dropped with 3 requests under way; expected none a moment later, got \
             {left}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_request_that_panics_is_not_forgotten() {
    check_async(|| async {
        let send = |number| async move {
            sleep(ms(1)).await;
            if number == 1 {
                // As a panic does, but for the words on stderr.
                resume_unwind(Box::new("a request has panicked"));
            }
        };
        let mut all = pin!(open_loop(schedule(Instant::now(), 10), 3, send, |_| {}));
        let ended = poll_fn(|context| {
            let polled = catch_unwind(AssertUnwindSafe(|| all.as_mut().poll(context)));
            polled.map_or_else(
                |panic| Poll::Ready(words(panic)),
                |poll| poll.map(|()| None),
            )
        });
        let got = match timeout(ms(10_000), ended).await {
            Ok(Some(words)) if words.contains("a request has panicked") => return,
            Ok(Some(words)) => format!("panicked with {words:?}"),
            Ok(None) => "returned as if nothing had happened".to_owned(),
            Err(_) => "waited on for 10 s".to_owned(),
        };
        panic!(
            "request 1 of 3 panicked with \"a request has panicked\". Expected open_loop to panic \
             with it, and it {got}"
        );
    });
}

/// What a panic said.
fn words(panic: Box<dyn Any + Send>) -> Option<String> {
    let words = panic
        .downcast_ref::<&str>()
        .map(|words| (*words).to_owned());
    let words = words.or_else(|| panic.downcast_ref::<String>().cloned());
    Some(words.unwrap_or_default())
}
