use super::*;

use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use testkit::{Steps, check, check_async, note};
use tokio::time::{Instant, sleep, timeout as within};

/// What a host does, when it has its turn.
#[derive(Clone, Copy, Debug)]
enum Host {
    /// After so many seconds the command ends with this status.
    Ends(u64, u32),
    /// After so many seconds a signal ends the command.
    Killed(u64),
    /// After so many seconds there is an error.
    Fails(u64),
    /// Nothing ever comes.
    Hangs,
}

/// Why a host could not be asked. It can't be copied, as real ones can't.
#[derive(Debug, PartialEq, Eq)]
struct Refused(&'static str);

use Host::{Ends, Fails, Hangs, Killed};

fn ended(status: Option<u32>) -> Outcome<Refused> {
    Outcome::Ended(Output {
        status,
        stdout: b"out\n".to_vec(),
        stderr: b"err\n".to_vec(),
    })
}

fn failed() -> Outcome<Refused> {
    Outcome::Failed(Refused("no route to host"))
}

fn show(outcome: &Outcome<Refused>) -> String {
    match outcome {
        Outcome::Ended(output) => {
            let status = match output.status {
                Some(status) => format!("status {status}"),
                None => "no status".to_owned(),
            };
            match (&output.stdout[..], &output.stderr[..]) {
                (b"out\n", b"err\n") => format!("Ended, {status}"),
                _ => format!("Ended, {status}, with another output"),
            }
        }
        Outcome::Failed(_) => "Failed".to_owned(),
        Outcome::TimedOut => "TimedOut".to_owned(),
    }
}

fn show_all(outcomes: &[Outcome<Refused>]) -> String {
    match outcomes {
        [] => "nothing".to_owned(),
        _ => outcomes.iter().map(show).collect::<Vec<_>>().join("; "),
    }
}

/// What happened to all the hosts, and when.
struct Story {
    steps: Arc<Steps>,
    begun: Instant,
    limits: Limits,
    running: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

/// A host that has its turn. When it is over, somehow, this is dropped.
struct Turn(Arc<AtomicUsize>);

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Story {
    fn new(at_once: usize, each: u64) -> Story {
        Story {
            steps: Arc::new(Steps::new(format!(
                "with at_once {at_once} and each {each} s"
            ))),
            begun: Instant::now(),
            limits: Limits {
                at_once: NonZeroUsize::new(at_once).expect("some"),
                each: Duration::from_secs(each),
            },
            running: Arc::default(),
            most: Arc::default(),
        }
    }

    fn now(&self) -> u64 {
        self.begun.elapsed().as_secs()
    }

    /// Runs `fan_out` for these hosts.
    async fn run(&self, hosts: &[Host]) -> Vec<Outcome<Refused>> {
        let hosts: Vec<(usize, Host)> = hosts.iter().copied().enumerate().collect();
        let run = |(place, host): (usize, Host)| {
            let (steps, begun) = (self.steps.clone(), self.begun);
            let at = move || begun.elapsed().as_secs();
            steps.step(format!("{} s: host {place} begins, {host:?}", at()));
            let running = self.running.clone();
            let now = running.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            let turn = Turn(running);
            async move {
                let _turn = turn;
                let (seconds, result) = match host {
                    Ends(seconds, status) => (seconds, Ok(Some(status))),
                    Killed(seconds) => (seconds, Ok(None)),
                    Fails(seconds) => (seconds, Err(Refused("no route to host"))),
                    Hangs => std::future::pending().await,
                };
                sleep(Duration::from_secs(seconds)).await;
                result.map(|status| Output {
                    status,
                    stdout: b"out\n".to_vec(),
                    stderr: b"err\n".to_vec(),
                })
            }
        };
        let steps = &self.steps;
        let progress = |place: usize, outcome: &Outcome<Refused>| {
            steps.step(format!(
                "{} s: host {place} is done: {}",
                self.now(),
                show(outcome)
            ));
        };
        let _note = note(|| "(fan_out)".to_owned());
        fan_out(hosts, self.limits, run, progress).await
    }

    /// Runs them, and expects these outcomes after so many seconds.
    async fn expect(&self, hosts: &[Host], seconds: u64, expected: &[Outcome<Refused>]) {
        // More than any order of them takes.
        let patience = Duration::from_secs(100);
        let Ok(got) = within(patience, self.run(hosts)).await else {
            self.steps
                .fail("expected an end of it, got none after 100 s");
        };
        self.steps.expect(got == expected, || {
            format!(
                "expected {}\n     got {}",
                show_all(expected),
                show_all(&got)
            )
        });
        let took = self.now();
        self.steps.expect(took == seconds, || {
            format!("expected to be done after {seconds} s, got there after {took} s")
        });
    }

    /// These steps, and no others, have been taken.
    fn expect_steps(&self, expected: &[&str]) {
        let got = self.steps.all();
        for (at, expected) in expected.iter().enumerate() {
            self.steps
                .expect(got.get(at).is_some_and(|got| got == expected), || {
                    let got = got.get(at).map_or("nothing more", String::as_str);
                    format!("expected as step {}  {expected}\n     got  {got}", at + 1)
                });
        }
        self.steps.expect(got.len() == expected.len(), || {
            format!("expected {} steps, got {}", expected.len(), got.len())
        });
    }
}

#[test]
#[ignore = "exercise"]
fn one_host() {
    check_async(|| async {
        Story::new(1, 10)
            .expect(&[Ends(1, 0)], 1, &[ended(Some(0))])
            .await;
    });
}

#[test]
#[ignore = "exercise"]
fn no_hosts() {
    check_async(|| async {
        Story::new(1, 10).expect(&[], 0, &[]).await;
    });
}

#[test]
#[ignore = "exercise"]
fn hosts_run_at_the_same_time() {
    check_async(|| async {
        let ok = || ended(Some(0));
        Story::new(3, 10)
            .expect(
                &[Ends(2, 0), Ends(2, 0), Ends(2, 0)],
                2,
                &[ok(), ok(), ok()],
            )
            .await;
    });
}

#[test]
#[ignore = "exercise"]
fn results_are_in_the_order_of_the_hosts() {
    check_async(|| async {
        Story::new(3, 10)
            .expect(
                &[Ends(3, 1), Ends(1, 2), Ends(2, 3)],
                3,
                &[ended(Some(1)), ended(Some(2)), ended(Some(3))],
            )
            .await;
    });
}

#[test]
#[ignore = "exercise"]
fn an_error_stops_nobody() {
    check_async(|| async {
        Story::new(2, 10)
            .expect(
                &[Fails(1), Ends(2, 0), Fails(1), Ends(1, 0)],
                3,
                &[failed(), ended(Some(0)), failed(), ended(Some(0))],
            )
            .await;
    });
}

#[test]
#[ignore = "exercise"]
fn a_status_is_a_result() {
    check_async(|| async {
        Story::new(2, 10)
            .expect(
                &[Ends(1, 1), Ends(1, 255), Killed(1), Ends(1, 0)],
                2,
                &[
                    ended(Some(1)),
                    ended(Some(255)),
                    ended(None),
                    ended(Some(0)),
                ],
            )
            .await;
    });
}

#[test]
#[ignore = "exercise"]
fn never_more_than_the_limit() {
    check_async(|| async {
        let story = Story::new(3, 10);
        let hosts: Vec<Host> = (0..10).map(|place| Ends(1 + place % 3, 0)).collect();
        let outcomes = story.run(&hosts).await;
        let most = story.most.load(Ordering::SeqCst);
        story.steps.expect(most == 3, || {
            format!("expected 3 hosts at the same time at most, and no less, got {most}")
        });
        assert_eq!(outcomes.len(), 10, "10 hosts, and so many outcomes");
    });
}

#[test]
#[ignore = "exercise"]
fn one_at_a_time() {
    check_async(|| async {
        let story = Story::new(1, 10);
        let ok = || ended(Some(0));
        story
            .expect(
                &[Ends(2, 0), Ends(1, 0), Ends(3, 0)],
                6,
                &[ok(), ok(), ok()],
            )
            .await;
    });
}

#[test]
#[ignore = "exercise"]
fn a_limit_above_the_number_of_hosts() {
    check_async(|| async {
        let ok = || ended(Some(0));
        Story::new(1_000_000, 10)
            .expect(&[Ends(2, 0), Ends(1, 0)], 2, &[ok(), ok()])
            .await;
    });
}

#[test]
#[ignore = "exercise"]
fn the_next_begins_as_soon_as_one_is_done() {
    check_async(|| async {
        let story = Story::new(2, 50);
        story
            .run(&[Ends(9, 0), Ends(1, 0), Ends(1, 0), Ends(1, 0)])
            .await;
        story.expect_steps(&[
            "0 s: host 0 begins, Ends(9, 0)",
            "0 s: host 1 begins, Ends(1, 0)",
            "1 s: host 1 is done: Ended, status 0",
            "1 s: host 2 begins, Ends(1, 0)",
            "2 s: host 2 is done: Ended, status 0",
            "2 s: host 3 begins, Ends(1, 0)",
            "3 s: host 3 is done: Ended, status 0",
            "9 s: host 0 is done: Ended, status 0",
        ]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_host_that_hangs_is_given_up() {
    check_async(|| async {
        Story::new(2, 5)
            .expect(&[Hangs], 5, &[Outcome::TimedOut])
            .await;
    });
}

#[test]
#[ignore = "exercise"]
fn a_host_that_hangs_stops_nobody() {
    check_async(|| async {
        Story::new(2, 5)
            .expect(
                &[Hangs, Ends(1, 0), Ends(1, 0), Hangs],
                7,
                &[
                    Outcome::TimedOut,
                    ended(Some(0)),
                    ended(Some(0)),
                    Outcome::TimedOut,
                ],
            )
            .await;
    });
}

#[test]
#[ignore = "exercise"]
fn a_host_s_time_begins_with_its_turn() {
    check_async(|| async {
        let ok = || ended(Some(0));
        Story::new(1, 5)
            .expect(
                &[Ends(4, 0), Ends(4, 0), Ends(4, 0)],
                12,
                &[ok(), ok(), ok()],
            )
            .await;
    });
}

#[test]
#[ignore = "exercise"]
fn each_host_has_a_time_of_its_own() {
    check_async(|| async {
        Story::new(1, 5)
            .expect(
                &[Hangs, Ends(4, 0), Hangs, Ends(4, 0)],
                18,
                &[
                    Outcome::TimedOut,
                    ended(Some(0)),
                    Outcome::TimedOut,
                    ended(Some(0)),
                ],
            )
            .await;
    });
}

#[test]
#[ignore = "exercise"]
fn what_has_timed_out_runs_no_longer() {
    check_async(|| async {
        let story = Story::new(1, 5);
        story.run(&[Ends(30, 0), Ends(1, 0)]).await;
        let running = story.running.load(Ordering::SeqCst);
        story.steps.expect(running == 0, || {
            format!("expected nothing to run behind the end, got {running} that do")
        });
        let most = story.most.load(Ordering::SeqCst);
        story.steps.expect(most == 1, || {
            format!(
                "expected one host at the same time, got {most}: the one that timed out went on"
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn progress_is_told_as_soon_as_one_is_done() {
    check_async(|| async {
        let story = Story::new(4, 5);
        story.run(&[Ends(4, 0), Ends(1, 3), Hangs, Fails(2)]).await;
        story.expect_steps(&[
            "0 s: host 0 begins, Ends(4, 0)",
            "0 s: host 1 begins, Ends(1, 3)",
            "0 s: host 2 begins, Hangs",
            "0 s: host 3 begins, Fails(2)",
            "1 s: host 1 is done: Ended, status 3",
            "2 s: host 3 is done: Failed",
            "4 s: host 0 is done: Ended, status 0",
            "5 s: host 2 is done: TimedOut",
        ]);
    });
}

#[test]
#[ignore = "exercise"]
fn who_drops_it_ends_everything() {
    check_async(|| async {
        let story = Story::new(2, 50);
        {
            let all = pin!(story.run(&[Ends(9, 0), Hangs, Ends(9, 0)]));
            let ended = within(Duration::from_secs(1), all).await;
            story.steps.expect(ended.is_err(), || {
                "expected it to take 9 s at least, got an end within 1 s".to_owned()
            });
        }
        story.steps.step("1 s: the future of fan_out is dropped");
        sleep(Duration::from_secs(20)).await;
        let running = story.running.load(Ordering::SeqCst);
        story.steps.expect(running == 0, || {
            format!("expected nothing to run any more, got {running} that do")
        });
        let steps = story.steps.all().len();
        story.steps.expect(steps == 3, || {
            "expected no step behind that, got some".to_owned()
        });
    });
}

#[test]
#[ignore = "exercise"]
fn many_hosts() {
    check_async(|| async {
        let story = Story::new(10, 5);
        let hosts: Vec<Host> = (0..200)
            .map(|place| match place % 10 {
                3 => Fails(1),
                _ => Ends(1, place),
            })
            .collect();
        let got = story.run(&hosts).await;
        let expected: Vec<Outcome<Refused>> = (0..200)
            .map(|place| match place % 10 {
                3 => failed(),
                _ => ended(Some(place)),
            })
            .collect();
        let wrong = (0..200).find(|&place| got.get(place) != expected.get(place));
        story.steps.expect(wrong.is_none() && got.len() == 200, || {
            let place = wrong.unwrap_or(200);
            let show = |outcomes: &[Outcome<Refused>]| {
                outcomes.get(place).map_or("nothing".to_owned(), show)
            };
            format!(
                "of host {place}\nexpected {}\n     got {}",
                show(&expected),
                show(&got)
            )
        });
        let took = story.now();
        story.steps.expect(took == 20, || {
            format!("expected to be done after 20 s, got there after {took} s")
        });
    });
}

/// The status of these outcomes.
#[track_caller]
fn expect_status(outcomes: &[Outcome<Refused>], expected: u8) {
    let got = {
        let _note = note(|| format!("(exit_status of  {})", show_all(outcomes)));
        exit_status(outcomes)
    };
    assert!(
        got == expected,
        "exit_status of  {}\n  expected  {expected}\n  got       {got}",
        show_all(outcomes)
    );
}

#[test]
#[ignore = "exercise"]
fn all_went_well() {
    check(|| {
        expect_status(&[ended(Some(0)), ended(Some(0))], 0);
        expect_status(&[], 0);
    });
}

#[test]
#[ignore = "exercise"]
fn a_command_that_fails_is_told() {
    check(|| {
        expect_status(&[ended(Some(1)), ended(Some(0))], 1);
        expect_status(&[ended(Some(0)), ended(Some(1)), ended(Some(0))], 1);
        expect_status(&[ended(Some(0)), ended(Some(1))], 1);
    });
}

#[test]
#[ignore = "exercise"]
fn which_status_a_command_has_is_no_matter() {
    check(|| {
        for status in [2, 127, 255, 256, 512] {
            expect_status(&[ended(Some(0)), ended(Some(status))], 1);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_signal_is_no_success() {
    check(|| expect_status(&[ended(None), ended(Some(0))], 1));
}

#[test]
#[ignore = "exercise"]
fn a_host_that_fails_is_told() {
    check(|| {
        expect_status(&[failed(), ended(Some(0))], 255);
        expect_status(&[ended(Some(0)), failed()], 255);
    });
}

#[test]
#[ignore = "exercise"]
fn a_host_that_timed_out_is_told() {
    check(|| {
        expect_status(&[Outcome::TimedOut, ended(Some(0))], 255);
        expect_status(&[ended(Some(0)), Outcome::TimedOut], 255);
    });
}

#[test]
#[ignore = "exercise"]
fn a_host_that_fails_is_more_than_a_command_that_does() {
    check(|| {
        expect_status(&[ended(Some(1)), failed()], 255);
        expect_status(&[failed(), ended(Some(1))], 255);
        expect_status(&[ended(Some(1)), Outcome::TimedOut, ended(Some(0))], 255);
        expect_status(&[failed(), Outcome::TimedOut, failed()], 255);
    });
}
