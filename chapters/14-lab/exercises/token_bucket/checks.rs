use super::*;

use std::fmt::Write;
use std::num::NonZero;
use std::time::Duration;

use testkit::check_async;
use tokio::time::{Instant, sleep, timeout};

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn bucket(rate: u32, burst: u32, now: Instant) -> TokenBucket {
    let number = |number| NonZero::new(number).unwrap_or(NonZero::<u32>::MIN);
    TokenBucket::new(number(rate), number(burst), now)
}

/// What `try_take` gave, with moments told from `start`.
fn show(got: Result<(), Instant>, start: Instant) -> String {
    match got {
        Ok(()) => "a token".to_owned(),
        Err(later) => match later.checked_duration_since(start) {
            Some(later) => format!("none until {later:?}"),
            None => "none until a moment before the bucket was made".to_owned(),
        },
    }
}

/// Asks a bucket for tokens, at the moments that are told from its making, and stops where
/// it answers otherwise than it should.
fn play(rate: u32, burst: u32, steps: &[(Duration, &str)]) {
    let start = Instant::now();
    let mut bucket = bucket(rate, burst, start);
    let mut story = String::new();
    for (at, expected) in steps {
        let got = show(bucket.try_take(start + *at), start);
        if got != *expected {
            let before: Vec<&str> = story.lines().collect();
            let before = before[before.len().saturating_sub(8)..].join("\n");
            panic!(
                "with a rate of {rate} and a burst of {burst}, at {at:?}: expected \
                 {expected}, got {got}\nbefore that:\n{before}"
            );
        }
        let _ = writeln!(story, "  at {at:?}: {got}");
    }
}

#[test]
#[ignore = "exercise"]
fn a_new_bucket_is_full() {
    check_async(|| async {
        play(10, 5, &[(ms(0), "a token"); 5]);
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_one_says_when() {
    check_async(|| async {
        play(10, 1, &[(ms(0), "a token"), (ms(0), "none until 100ms")]);
    });
}

#[test]
#[ignore = "exercise"]
fn tokens_come_evenly() {
    check_async(|| async {
        let mut steps = vec![(ms(0), "a token"); 5];
        for (full, soon) in [
            (100, "none until 100ms"),
            (200, "none until 200ms"),
            (300, "none until 300ms"),
        ] {
            steps.push((ms(full - 1), soon));
            steps.push((ms(full), "a token"));
        }
        play(10, 5, &steps);
    });
}

#[test]
#[ignore = "exercise"]
fn a_part_of_a_token_has_come_already() {
    check_async(|| async {
        play(
            10,
            2,
            &[
                (ms(0), "a token"),
                (ms(50), "a token"),
                // Half a token has come since the first was taken.
                (ms(50), "none until 100ms"),
                (ms(80), "none until 100ms"),
                (ms(130), "a token"),
                (ms(130), "none until 200ms"),
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn no_more_than_the_burst() {
    check_async(|| async {
        let hour = Duration::from_secs(3600);
        let mut steps = vec![(ms(0), "a token"), (ms(0), "a token")];
        steps.extend([(hour, "a token"); 5]);
        steps.push((hour, "none until 3600.1s"));
        play(10, 5, &steps);
    });
}

#[test]
#[ignore = "exercise"]
fn full_is_full_to_the_hundredth() {
    check_async(|| async {
        play(
            10,
            1,
            &[
                (ms(90), "a token"),
                (ms(90), "none until 190ms"),
                (ms(100), "none until 190ms"),
                (ms(290), "a token"),
                (ms(290), "none until 390ms"),
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn asking_in_vain_makes_no_difference() {
    check_async(|| async {
        let start = Instant::now();
        let mut bucket = bucket(3, 2, start);
        let mut at = Vec::new();
        // Every millisecond for two seconds.
        for millis in 0..=2000 {
            while bucket.try_take(start + ms(millis)).is_ok() {
                at.push(millis);
                assert!(
                    at.len() < 100,
                    "100 tokens within {millis} ms, at a rate of 3"
                );
            }
        }
        let expected = [0, 0, 334, 667, 1000, 1334, 1667, 2000];
        assert!(
            at == expected,
            "asked every millisecond for 2 s, with a rate of 3 and a burst of 2\nexpected \
             tokens at {expected:?} ms\ngot tokens at      {at:?} ms"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn it_says_the_first_moment() {
    check_async(|| async {
        let start = Instant::now();
        for rate in [
            1,
            2,
            7,
            3,
            11,
            333,
            44_100,
            999_983,
            1_000_000_007,
            u32::MAX,
        ] {
            let mut bucket = bucket(rate, 1, start);
            let first = bucket.try_take(start);
            assert!(first.is_ok(), "a new bucket gave no token");
            let exact = 1_000_000_000_u64.div_ceil(u64::from(rate));
            let got = show(bucket.try_take(start), start);
            let expected = format!("none until {:?}", Duration::from_nanos(exact));
            assert!(
                got == expected,
                "with a rate of {rate}, once the only token is taken: expected {expected}, \
                 got {got}"
            );
            let early = bucket
                .clone()
                .try_take(start + Duration::from_nanos(exact - 1));
            assert!(
                early.is_err(),
                "with a rate of {rate}, a token came a nanosecond early"
            );
            let there = bucket.try_take(start + Duration::from_nanos(exact));
            assert!(
                there.is_ok(),
                "with a rate of {rate}, there was no token at the moment that try_take had said"
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn it_never_drifts() {
    check_async(|| async {
        for rate in [3, 7, 999] {
            let start = Instant::now();
            let mut bucket = bucket(rate, 1, start);
            let mut now = start;
            let mut taken = 0;
            while taken <= 20 * rate {
                match bucket.try_take(now) {
                    Ok(()) => taken += 1,
                    Err(later) if later > now => now = later,
                    Err(_) => panic!(
                        "with a rate of {rate}, try_take said that a token would come, and not \
                         at a later moment"
                    ),
                }
            }
            // With room for one, up to a nanosecond is lost for each: the moment is rounded up.
            let late = (now - start).checked_sub(Duration::from_secs(20));
            let bound = Duration::from_nanos(u64::from(20 * rate));
            assert!(
                late.is_some_and(|late| late <= bound),
                "with a rate of {rate}, and each token taken as soon as it is there: 20 s after \
                 the first, expected number {} at 20s, got it at {:?}",
                20 * rate,
                now - start
            );
        }
        // With room for two, nothing is lost at all.
        let start = Instant::now();
        let mut bucket = bucket(3, 2, start);
        let mut now = start;
        for _ in 0..3002 {
            while let Err(later) = bucket.try_take(now) {
                assert!(
                    later > now,
                    "try_take said that a token would come, and not at a later moment"
                );
                now = later;
            }
        }
        assert!(
            now - start == Duration::from_secs(1000),
            "with a rate of 3 and a burst of 2, and each token taken as soon as it is there: \
             expected the 3000th after those two at 1000s, got it at {:?}",
            now - start
        );
    });
}

#[test]
#[ignore = "exercise"]
fn time_does_not_run_back() {
    check_async(|| async {
        play(
            10,
            2,
            &[
                (ms(1000), "a token"),
                (ms(500), "a token"),
                (ms(1000), "none until 1.1s"),
            ],
        );
        play(
            10,
            1,
            &[
                (ms(1000), "a token"),
                (ms(500), "none until 1.1s"),
                (ms(1050), "none until 1.1s"),
                (ms(1100), "a token"),
            ],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn any_rate_any_wait() {
    check_async(|| async {
        let years = Duration::from_secs(100 * 365 * 86_400);
        for (rate, burst) in [(1, 1), (u32::MAX, 1), (1, u32::MAX), (u32::MAX, u32::MAX)] {
            play(
                rate,
                burst,
                &[
                    (ms(0), "a token"),
                    (years, "a token"),
                    (years * 2, "a token"),
                ],
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn take_waits_for_a_token() {
    check_async(|| async {
        let start = Instant::now();
        let mut bucket = bucket(10, 2, start);
        let mut at = Vec::new();
        for _ in 0..5 {
            bucket.take().await;
            at.push(start.elapsed());
        }
        let expected = [ms(0), ms(0), ms(100), ms(200), ms(300)];
        assert!(
            at == expected,
            "5 calls of take, one after the other, with a rate of 10 and a burst of 2\nexpected \
             them to return at {expected:?}\nthey returned at           {at:?}"
        );
        let got = show(bucket.try_take(Instant::now()), start);
        assert!(
            got == "none until 400ms",
            "after 5 calls of take, the last at 300ms, with a rate of 10: expected none until \
             400ms, got {got}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn take_waits_no_longer_than_it_must() {
    check_async(|| async {
        let start = Instant::now();
        let mut bucket = bucket(10, 1, start);
        bucket.take().await;
        sleep(ms(60)).await;
        bucket.take().await;
        let at = start.elapsed();
        assert!(
            at == ms(100),
            "the token was taken at 0ms, with a rate of 10; take was called at 60ms: expected it \
             to return at 100ms, it returned at {at:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_dropped_take_has_taken_nothing() {
    check_async(|| async {
        let start = Instant::now();
        let mut bucket = bucket(10, 1, start);
        bucket.take().await;
        for _ in 0..3 {
            let early = timeout(ms(30), bucket.take()).await;
            assert!(
                early.is_err(),
                "take did not wait, although the only token was taken"
            );
        }
        let got = show(bucket.try_take(start + ms(100)), start);
        assert!(
            got == "a token",
            "the token was taken at 0ms; 3 calls of take waited and were dropped, the last at \
             90ms. At 100ms: expected a token, got {got}"
        );
    });
}
