use super::*;

use std::cell::Cell;
use std::time::Duration;

use testkit::{Steps, check, check_async};
use tokio::time::Instant;

/// That of the task's example.
const POLICY: Policy = Policy {
    initial: Duration::from_millis(100),
    factor: 2,
    cap: Duration::from_secs(1),
    tries: 6,
    jitter: 0.0,
};

/// Two ways to multiply may differ by so much.
const CLOSE: Duration = Duration::from_micros(1);

fn ms(number: u64) -> Duration {
    Duration::from_millis(number)
}

fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

fn show(wait: Option<Duration>) -> String {
    match wait {
        Some(Duration::ZERO) => "0s".to_owned(),
        Some(wait) => format!("{wait:?}"),
        None => "None".to_owned(),
    }
}

/// Chance that gives `script` over and over, and counts how often it is asked.
fn chance<'a>(script: &'a [f64], asked: &'a Cell<usize>) -> impl FnMut() -> f64 + use<'a> {
    move || {
        let number = script[asked.get() % script.len()];
        asked.set(asked.get() + 1);
        number
    }
}

/// Lets try after try fail and holds what comes of each against `expected`.
#[track_caller]
fn expect(policy: Policy, random: &[f64], expected: &[Option<Duration>]) {
    let steps = Steps::new(format!("{policy:?}, chance gives {random:?}"));
    let asked = Cell::new(0);
    steps.step("the first try is made");
    let mut backoff = Backoff::new(policy, chance(random, &asked));
    let mut ended = false;
    for (number, expected) in (1..).zip(expected.iter().copied()) {
        let what = match ended {
            false => format!("try {number} fails"),
            true => "next_wait is asked again".to_owned(),
        };
        let got = backoff.next_wait();
        let same = match (got, expected) {
            (Some(got), Some(expected)) => {
                // A great wait is held in an `f64` with as many digits as a small one.
                got.abs_diff(expected) <= CLOSE.max(expected / 1_000_000_000)
            }
            (got, expected) => got == expected,
        };
        steps.step(format!("{what}: next_wait gives {}", show(got)));
        steps.expect(same, || {
            format!("{what}: expected {}, got {}", show(expected), show(got))
        });
        ended = got.is_none();
    }
}

/// The same for a policy with tries enough for all these waits.
#[track_caller]
fn expect_waits(policy: Policy, random: &[f64], waits: &[Duration]) {
    let policy = Policy {
        tries: 1000,
        ..policy
    };
    let waits: Vec<_> = waits.iter().copied().map(Some).collect();
    expect(policy, random, &waits);
}

/// What an attempt comes to.
type Attempt = Result<&'static str, &'static str>;

/// Runs `retry` over attempts that come to what `script` says. They have to be made at
/// the times `starts`, counted in milliseconds from the call, and `retry` has to return
/// with the last one.
async fn expect_retry(policy: Policy, script: &[Attempt], starts: &[u64]) {
    let steps = Steps::new("what happened");
    let began = Instant::now();
    let now = || show(Some(began.elapsed()));
    let made = Cell::new(0);
    let result = retry(Backoff::new(policy, || 0.0), async || {
        let number = made.get() + 1;
        made.set(number);
        let Some(outcome) = script.get(number - 1) else {
            steps.step(format!("at {}: attempt {number}", now()));
            steps.fail(&format!(
                "expected {} attempts in all, and this is one more",
                script.len()
            ));
        };
        steps.step(format!("at {}: attempt {number} gives {outcome:?}", now()));
        let start = ms(starts[number - 1]);
        steps.expect(began.elapsed() == start, || {
            format!(
                "expected attempt {number} at {}, and it came at {} by tokio's clock, which is paused",
                show(Some(start)),
                now()
            )
        });
        *outcome
    })
    .await;
    let end = ms(starts.last().copied().unwrap_or(0));
    let late = match began.elapsed() > end {
        true => "later: ",
        false => "",
    };
    steps.step(format!("{late}retry returns {result:?}"));
    steps.expect(made.get() == script.len(), || {
        format!(
            "expected {} attempts in all, got {}",
            script.len(),
            made.get()
        )
    });
    steps.expect(late.is_empty(), || {
        format!(
            "expected that retry returns at {}, when the last attempt is over; it did so later",
            show(Some(end))
        )
    });
    steps.expect(Some(&result) == script.last(), || {
        format!(
            "expected what the last attempt gave, {:?}, got {result:?}",
            script.last()
        )
    });
}

#[test]
#[ignore = "exercise"]
fn the_first_wait_is_the_initial_one() {
    check(|| {
        let got = Backoff::new(POLICY, || 0.0).next_wait();
        assert!(
            got == Some(POLICY.initial),
            "expected the wait 100ms after the first try, got {}",
            show(got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn waits_grow_by_the_factor() {
    check(|| {
        let policy = Policy {
            cap: seconds(3600),
            ..POLICY
        };
        expect_waits(policy, &[0.0], &[ms(100), ms(200), ms(400), ms(800)]);
        let policy = Policy {
            factor: 10,
            ..policy
        };
        expect_waits(policy, &[0.0], &[ms(100), seconds(1), seconds(10)]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_factor_of_one_does_not_grow() {
    check(|| {
        let policy = Policy {
            factor: 1,
            ..POLICY
        };
        expect_waits(policy, &[0.0], &[ms(100); 4]);
    });
}

#[test]
#[ignore = "exercise"]
fn no_wait_is_longer_than_the_cap() {
    check(|| {
        let waits = [100, 200, 400, 800, 1000, 1000].map(ms);
        expect_waits(POLICY, &[0.0], &waits);
    });
}

#[test]
#[ignore = "exercise"]
fn not_even_the_first() {
    check(|| {
        let policy = Policy {
            initial: seconds(5),
            ..POLICY
        };
        expect_waits(policy, &[0.0], &[seconds(1); 3]);
    });
}

#[test]
#[ignore = "exercise"]
fn two_tries_have_one_wait() {
    check(|| {
        let policy = Policy { tries: 2, ..POLICY };
        expect(policy, &[0.0], &[Some(ms(100)), None]);
    });
}

#[test]
#[ignore = "exercise"]
fn one_try_has_no_wait() {
    check(|| expect(Policy { tries: 1, ..POLICY }, &[0.0], &[None]));
}

#[test]
#[ignore = "exercise"]
fn no_tries_mean_one() {
    check(|| expect(Policy { tries: 0, ..POLICY }, &[0.0], &[None]));
}

#[test]
#[ignore = "exercise"]
fn the_end_is_for_good() {
    check(|| {
        for tries in 0..3 {
            let mut expected = vec![Some(ms(100)); usize::max(tries, 1) - 1];
            expected.resize(expected.len() + 5, None);
            let policy = Policy {
                tries: tries as u32,
                ..POLICY
            };
            expect(policy, &[0.0], &expected);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn many_tries_overflow_nothing() {
    check(|| {
        for factor in [2, 10, u32::MAX] {
            let grown = |tries| 100_u64.saturating_mul(u64::from(factor).saturating_pow(tries));
            let waits: Vec<_> = (0..900).map(|tries| ms(grown(tries).min(1000))).collect();
            expect_waits(Policy { factor, ..POLICY }, &[0.0], &waits);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn growth_goes_as_far_as_the_cap() {
    check(|| {
        let policy = Policy {
            initial: Duration::from_micros(1),
            cap: seconds(7200),
            ..POLICY
        };
        let grown = (0..40).map(|tries| Duration::from_micros(1 << tries).min(policy.cap));
        expect_waits(policy, &[0.0], &grown.collect::<Vec<_>>());
    });
}

#[test]
#[ignore = "exercise"]
fn a_great_cap_overflows_nothing() {
    check(|| {
        let policy = Policy {
            initial: seconds(1 << 62),
            cap: seconds(1 << 63),
            ..POLICY
        };
        let waits = [1 << 62, 1 << 63, 1 << 63, 1 << 63].map(seconds);
        expect_waits(policy, &[0.0], &waits);
    });
}

#[test]
#[ignore = "exercise"]
fn a_wait_may_be_shorter_than_a_millisecond() {
    check(|| {
        let policy = Policy {
            initial: Duration::from_micros(300),
            ..POLICY
        };
        expect_waits(policy, &[0.0], &[300, 600, 1200].map(Duration::from_micros));
    });
}

#[test]
#[ignore = "exercise"]
fn chance_takes_its_share() {
    check(|| {
        for (jitter, random, wait) in [
            (0.0, 0.75, 100),
            (0.5, 0.0, 100),
            (0.5, 0.5, 75),
            (1.0, 0.25, 75),
            (1.0, 0.75, 25),
        ] {
            expect_waits(Policy { jitter, ..POLICY }, &[random], &[ms(wait)]);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_growth_is_that_of_the_whole_wait() {
    check(|| {
        let policy = Policy {
            jitter: 1.0,
            ..POLICY
        };
        // What is left of the first wait is next to nothing.
        let random = [0.99, 0.0, 0.5, 0.0];
        expect_waits(policy, &random, &[ms(1), ms(200), ms(200), ms(800)]);
    });
}

#[test]
#[ignore = "exercise"]
fn the_longest_waits_are_spread_too() {
    check(|| {
        let policy = Policy {
            initial: seconds(1),
            jitter: 0.5,
            ..POLICY
        };
        let random = [0.5, 0.25, 0.75, 0.0];
        expect_waits(policy, &random, &[750, 875, 625, 1000].map(ms));
    });
}

#[test]
#[ignore = "exercise"]
fn no_cap_at_all_overflows_nothing() {
    check(|| {
        // Whoever wants no cap says so with the longest wait that there is.
        let policy = Policy {
            initial: Duration::MAX,
            factor: u32::MAX,
            cap: Duration::MAX,
            ..POLICY
        };
        expect_waits(policy, &[0.0], &[Duration::MAX; 3]);
        let mut waits = vec![ms(100)];
        while waits.len() < 8 {
            waits.push(waits[waits.len() - 1].saturating_mul(u32::MAX));
        }
        let short = Policy {
            initial: ms(100),
            ..policy
        };
        expect_waits(short, &[0.0], &waits);
    });
}

#[test]
#[ignore = "exercise"]
fn chance_is_asked_once_for_each_wait() {
    check(|| {
        // Chance that is written down goes on in step, whatever the jitter is.
        for jitter in [0.5, 0.0] {
            let policy = Policy { jitter, ..POLICY };
            let asked = Cell::new(0);
            let mut backoff = Backoff::new(policy, chance(&[0.5], &asked));
            for wait in 1..=5 {
                let got = backoff.next_wait();
                assert!(
                    asked.get() == wait,
                    "expected that `random` has been asked {wait} times with the wait number \
                     {wait}, got {}\nThe jitter is {jitter}, and that wait was {}",
                    asked.get(),
                    show(got)
                );
            }
            let got = backoff.next_wait();
            assert!(
                asked.get() == 5,
                "expected that `random` is not asked when there is no next wait\nThe last try has \
                 failed, and next_wait gave {}",
                show(got)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_success_returns_at_once() {
    check_async(|| expect_retry(POLICY, &[Ok("found")], &[0]));
}

#[test]
#[ignore = "exercise"]
fn a_success_asks_for_no_wait() {
    check_async(|| async {
        let asked = Cell::new(0);
        let policy = Policy {
            jitter: 0.5,
            ..POLICY
        };
        let backoff = Backoff::new(policy, chance(&[0.5], &asked));
        let result = retry(backoff, async || Ok::<_, ()>("found")).await;
        assert!(
            asked.get() == 0,
            "expected that `random` is not asked where there is no wait, and it was asked {} \
             times\nThe first attempt gave {result:?}",
            asked.get()
        );
    });
}

#[test]
#[ignore = "exercise"]
fn between_two_tries_time_passes() {
    check_async(|| async {
        let policy = Policy {
            initial: seconds(1),
            ..POLICY
        };
        let (by_tokio, by_the_wall) = (Instant::now(), std::time::Instant::now());
        let mut made = 0;
        let result = retry(Backoff::new(policy, || 0.0), async || {
            made += 1;
            if made == 1 { Err("lost") } else { Ok(()) }
        })
        .await;
        let passed = by_tokio.elapsed().max(by_the_wall.elapsed());
        assert!(
            passed >= seconds(1),
            "no time has passed by any clock, and the wait after the first attempt is 1s\nThere \
             were {made} attempts, and retry returned {result:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn it_waits_between_the_tries() {
    check_async(|| async {
        let lost = Err("lost");
        let script = [lost, lost, lost, Ok("found")];
        expect_retry(POLICY, &script, &[0, 100, 300, 700]).await;
    });
}

#[test]
#[ignore = "exercise"]
fn it_gives_up_at_once() {
    check_async(|| async {
        let policy = Policy { tries: 3, ..POLICY };
        expect_retry(policy, &[Err("lost"); 3], &[0, 100, 300]).await;
    });
}

#[test]
#[ignore = "exercise"]
fn the_first_try_is_always_made() {
    check_async(|| async {
        for tries in [0, 1] {
            let policy = Policy { tries, ..POLICY };
            expect_retry(policy, &[Err("lost")], &[0]).await;
            expect_retry(policy, &[Ok("found")], &[0]).await;
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_last_error_is_returned() {
    check_async(|| async {
        let mut made = 0;
        let policy = Policy { tries: 3, ..POLICY };
        let result: Result<(), _> = retry(Backoff::new(policy, || 0.0), async || {
            made += 1;
            Err(made)
        })
        .await;
        assert!(
            result == Err(made),
            "expected the error of the last attempt, {:?}, got {result:?}\nEach attempt failed \
             with its number",
            Err::<(), _>(made)
        );
    });
}
