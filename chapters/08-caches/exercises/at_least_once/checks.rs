use super::*;

use std::time::{Duration, Instant};

use bytes::Bytes;
use testkit::{Steps, check, note};

/// The rules that most checks have: 30 s, 3 attempts, room for 8.
const RULES: Rules = Rules {
    deadline: Duration::from_secs(30),
    attempts: 3,
    limit: 8,
};

/// A queue, and what was done with it: told, step by step, when a check fails. Its
/// clock is set by hand.
struct Story {
    queue: Queue,
    began: Instant,
    now: Duration,
    steps: Steps,
    /// All that were given. The first is called A, whatever its number is.
    tokens: Vec<Token>,
}

impl Story {
    fn new(rules: Rules) -> Story {
        let steps = Steps::new("what was done with the queue");
        steps.step(format!(
            "a queue with a deadline of {} s, attempts {}, limit {}",
            rules.deadline.as_secs_f64(),
            rules.attempts,
            rules.limit
        ));
        Story {
            queue: Queue::new(rules),
            began: Instant::now(),
            now: Duration::ZERO,
            steps,
            tokens: Vec::new(),
        }
    }

    /// A queue with these jobs in it.
    fn with(rules: Rules, jobs: &[&'static str]) -> Story {
        let mut story = Story::new(rules);
        for job in jobs {
            if let Err(error) = story.push(job) {
                story.steps.fail(&format!(
                    "expected Ok, got {}",
                    story.show_result(&Err(error))
                ));
            }
        }
        story
    }

    fn at(&mut self, seconds: f64) {
        self.now = Duration::from_secs_f64(seconds);
    }

    fn step(&self, what: String) {
        let at = self.now.as_secs_f64();
        self.steps.step(format!("at {at} s: {what}"));
    }

    fn time(&self) -> Instant {
        self.began + self.now
    }

    fn push(&mut self, job: &'static str) -> Result<(), Error> {
        let result = {
            let _note = note(|| format!("(push {job})"));
            self.queue.push(Bytes::from_static(job.as_bytes()))
        };
        self.step(format!("push {job}: {}", self.show_result(&result)));
        result
    }

    fn take(&mut self) -> Option<Delivery> {
        let now = self.time();
        let got = {
            let _note = note(|| format!("(take at {} s)", self.now.as_secs_f64()));
            self.queue.take(now)
        };
        if let Some(Delivery { token, .. }) = got
            && !self.tokens.contains(&token)
        {
            self.tokens.push(token);
        }
        self.step(format!("take: {}", self.show(got.as_ref())));
        got
    }

    /// This job is delivered, whatever its attempt.
    #[track_caller]
    fn takes(&mut self, job: &'static str) -> Token {
        let got = self.take();
        let right = got.as_ref().filter(|got| got.job == job.as_bytes());
        match right {
            Some(got) => got.token,
            None => self
                .steps
                .fail(&format!("expected {job}, got {}", self.show(got.as_ref()))),
        }
    }

    #[track_caller]
    fn takes_nothing(&mut self, why: &str) {
        let got = self.take();
        self.steps.expect(got.is_none(), || {
            format!(
                "expected nothing, because {why}; got {}",
                self.show(got.as_ref())
            )
        });
    }

    fn acknowledge(&mut self, token: Token, name: &str) -> Result<(), Error> {
        let now = self.time();
        let result = self.queue.acknowledge(token, now);
        self.step(format!("acknowledge {name}: {}", self.show_result(&result)));
        result
    }

    fn give_back(&mut self, token: Token, name: &str) -> Result<(), Error> {
        let now = self.time();
        let result = self.queue.give_back(token, now);
        self.step(format!("give back {name}: {}", self.show_result(&result)));
        result
    }

    #[track_caller]
    fn acknowledges(&mut self, token: Token, name: &str) {
        let result = self.acknowledge(token, name);
        self.steps.expect(result == Ok(()), || {
            format!("expected Ok, got {}", self.show_result(&result))
        });
    }

    #[track_caller]
    fn gives_back(&mut self, token: Token, name: &str) {
        let result = self.give_back(token, name);
        self.steps.expect(result == Ok(()), || {
            format!("expected Ok, got {}", self.show_result(&result))
        });
    }

    /// It was refused, for the token that it was about.
    #[track_caller]
    fn refused(&mut self, result: Result<(), Error>, token: Token, why: &str) {
        let expected = Err(Error::NoSuchDelivery(token));
        self.steps.expect(result == expected, || {
            format!(
                "expected NoSuchDelivery, because {why}; got {}",
                self.show_result(&result)
            )
        });
    }

    fn expire(&mut self) {
        let now = self.time();
        self.queue.expire(now);
        self.step(format!("expire, then count: {:?}", self.queue.count()));
    }

    #[track_caller]
    fn counts(&mut self, expected: [usize; 3]) {
        let got = self.queue.count();
        self.steps.expect(got == expected, || {
            let words = |[ready, delivered, dead]: [usize; 3]| {
                format!("{ready} ready, {delivered} delivered, {dead} dead")
            };
            format!(
                "count: expected {}\n            got {}",
                words(expected),
                words(got)
            )
        });
    }

    #[track_caller]
    fn dead(&mut self, expected: Option<&'static str>) {
        let got = self.queue.take_dead();
        let words = |job: Option<&[u8]>| match job {
            Some(job) => job.escape_ascii().to_string(),
            None => "nothing".to_owned(),
        };
        let got = words(got.as_deref());
        self.step(format!("take_dead: {got}"));
        let expected = words(expected.map(str::as_bytes));
        self.steps.expect(got == expected, || {
            format!("expected {expected}, got {got}")
        });
    }

    #[track_caller]
    fn next_deadline(&mut self, expected: Option<f64>) {
        let got = self.queue.next_deadline().map(|at| at - self.began);
        let words = |at: Option<Duration>| match at {
            Some(at) => format!("at {} s", at.as_secs_f64()),
            None => "None".to_owned(),
        };
        self.step(format!("next_deadline: {}", words(got)));
        let expected = expected.map(Duration::from_secs_f64);
        self.steps.expect(got == expected, || {
            format!("expected {}, got {}", words(expected), words(got))
        });
    }

    fn token(&self, token: Token) -> char {
        let place = self.tokens.iter().position(|given| *given == token);
        place.map_or('?', |place| char::from(b'A' + place as u8))
    }

    fn show(&self, delivery: Option<&Delivery>) -> String {
        match delivery {
            None => "nothing".to_owned(),
            Some(Delivery {
                token,
                attempt,
                job,
            }) => format!(
                "{}, attempt {attempt}, token {}",
                job.escape_ascii(),
                self.token(*token)
            ),
        }
    }

    fn show_result(&self, result: &Result<(), Error>) -> String {
        match result {
            Ok(()) => "Ok".to_owned(),
            Err(Error::Full(jobs)) => format!("Full({jobs})"),
            Err(Error::NoSuchDelivery(token)) => format!("NoSuchDelivery({})", self.token(*token)),
        }
    }
}

#[test]
#[ignore = "exercise"]
fn a_job_is_delivered() {
    check(|| {
        let mut story = Story::with(RULES, &["mail"]);
        story.takes("mail");
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_queue_delivers_nothing() {
    check(|| {
        let mut story = Story::new(RULES);
        story.takes_nothing("no job was pushed");
    });
}

#[test]
#[ignore = "exercise"]
fn jobs_are_delivered_in_order() {
    check(|| {
        let mut story = Story::with(RULES, &["mail", "bill", "post"]);
        story.takes("mail");
        story.takes("bill");
        story.takes("post");
        story.takes_nothing("each job is in the hands of a worker");
    });
}

#[test]
#[ignore = "exercise"]
fn an_acknowledged_job_is_forgotten() {
    check(|| {
        let mut story = Story::with(RULES, &["mail"]);
        let token = story.takes("mail");
        story.acknowledges(token, "mail");
        story.counts([0, 0, 0]);
        story.at(100.0);
        story.takes_nothing("its worker has done it");
    });
}

#[test]
#[ignore = "exercise"]
fn a_job_that_nobody_acknowledges_comes_back() {
    check(|| {
        let mut story = Story::with(RULES, &["mail"]);
        story.takes("mail");
        story.at(100.0);
        story.takes("mail");
    });
}

#[test]
#[ignore = "exercise"]
fn expire_takes_back_what_is_over() {
    check(|| {
        let mut story = Story::with(RULES, &["mail", "bill", "post"]);
        story.takes("mail");
        story.takes("bill");
        story.at(10.0);
        story.takes("post");
        story.at(35.0);
        story.expire();
        story.counts([2, 1, 0]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_job_comes_back_at_its_deadline() {
    check(|| {
        let mut story = Story::with(RULES, &["mail"]);
        story.at(5.0);
        story.takes("mail");
        story.at(34.999_999_999);
        story.takes_nothing("the worker has until 35 s");
        story.at(35.0);
        story.takes("mail");
    });
}

#[test]
#[ignore = "exercise"]
fn every_delivery_has_its_own_deadline() {
    check(|| {
        let mut story = Story::with(RULES, &["mail", "bill"]);
        story.takes("mail");
        story.at(30.0);
        story.takes("mail");
        story.at(59.0);
        story.takes("bill");
        story.takes_nothing("mail was delivered again at 30 s, bill at 59 s");
        story.at(60.0);
        story.takes("mail");
        story.takes_nothing("bill was delivered at 59 s");
    });
}

#[test]
#[ignore = "exercise"]
fn what_comes_back_takes_its_old_place() {
    check(|| {
        let mut story = Story::with(RULES, &["mail", "bill", "post"]);
        story.takes("mail");
        story.at(1.0);
        let bill = story.takes("bill");
        story.gives_back(bill, "bill");
        story.takes("bill");
        story.at(30.0);
        story.takes("mail");
        story.at(31.0);
        story.takes("bill");
        story.takes("post");
    });
}

#[test]
#[ignore = "exercise"]
fn jobs_that_come_back_keep_their_order() {
    check(|| {
        let mut story = Story::with(RULES, &["mail", "bill"]);
        let mail = story.takes("mail");
        let bill = story.takes("bill");
        story.gives_back(mail, "mail");
        story.gives_back(bill, "bill");
        story.takes("mail");
        story.takes("bill");
    });
}

#[test]
#[ignore = "exercise"]
fn a_job_given_back_is_ready_at_once() {
    check(|| {
        let mut story = Story::with(RULES, &["mail"]);
        let token = story.takes("mail");
        story.at(1.0);
        story.gives_back(token, "mail");
        story.takes("mail");
    });
}

#[test]
#[ignore = "exercise"]
fn attempts_are_counted_from_1() {
    check(|| {
        let mut story = Story::with(RULES, &["mail", "bill"]);
        for (job, expected) in [("mail", 1), ("mail", 2), ("mail", 3), ("bill", 1)] {
            let got = story.take();
            let right = got
                .as_ref()
                .filter(|got| got.job == job.as_bytes() && got.attempt == expected);
            story.steps.expect(right.is_some(), || {
                format!(
                    "expected {job}, attempt {expected}, got {}",
                    story.show(got.as_ref())
                )
            });
            let token = got.map_or(Token(0), |got| got.token);
            if expected == 3 {
                story.acknowledges(token, job);
            } else {
                story.gives_back(token, job);
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_attempt_is_counted_however_it_ends() {
    check(|| {
        let mut story = Story::with(RULES, &["mail"]);
        let token = story.takes("mail");
        story.gives_back(token, "mail");
        story.takes("mail");
        story.at(30.0);
        let got = story.take();
        let attempt = got.map(|got| got.attempt);
        story.steps.expect(attempt == Some(3), || {
            format!(
                "it was given back once, and once its deadline passed: expected attempt 3, got {}",
                attempt.map_or("no job".to_owned(), |attempt| format!("attempt {attempt}"))
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_job_dies_after_its_attempts() {
    check(|| {
        let mut story = Story::with(RULES, &["mail"]);
        for attempt in 0..3 {
            story.at(f64::from(attempt) * 30.0);
            story.takes("mail");
        }
        story.at(90.0);
        story.takes_nothing("it was delivered 3 times, which are all its attempts");
        story.counts([0, 0, 1]);
        story.dead(Some("mail"));
        story.dead(None);
    });
}

#[test]
#[ignore = "exercise"]
fn a_job_that_kills_its_workers_comes_to_an_end() {
    check(|| {
        let mut story = Story::with(RULES, &["mail"]);
        // How often exactly is asked by others.
        for delivery in 0..20 {
            story.at(f64::from(delivery) * 30.0);
            if story.take().is_none() {
                return;
            }
        }
        story.steps.fail(
            "expected nothing at last: 20 workers took it and died, where the rules allow 3 attempts",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_job_that_is_given_back_dies_too() {
    check(|| {
        let mut story = Story::with(
            Rules {
                attempts: 2,
                ..RULES
            },
            &["mail"],
        );
        for _ in 0..2 {
            let token = story.takes("mail");
            story.gives_back(token, "mail");
        }
        story.takes_nothing("it was delivered and given back 2 times, which are all its attempts");
    });
}

#[test]
#[ignore = "exercise"]
fn the_last_attempt_may_succeed() {
    check(|| {
        let mut story = Story::with(
            Rules {
                attempts: 1,
                ..RULES
            },
            &["mail"],
        );
        let token = story.takes("mail");
        story.counts([0, 1, 0]);
        story.dead(None);
        story.acknowledges(token, "mail");
        story.counts([0, 0, 0]);
    });
}

#[test]
#[ignore = "exercise"]
fn the_longest_dead_comes_first() {
    check(|| {
        let mut story = Story::with(
            Rules {
                attempts: 1,
                ..RULES
            },
            &["mail", "bill", "post"],
        );
        story.takes("mail");
        story.at(1.0);
        let bill = story.takes("bill");
        story.gives_back(bill, "bill");
        story.at(2.0);
        story.takes("post");
        story.at(30.0);
        story.expire();
        story.at(100.0);
        story.expire();
        story.dead(Some("bill"));
        story.dead(Some("mail"));
        story.dead(Some("post"));
        story.dead(None);
    });
}

#[test]
#[ignore = "exercise"]
fn jobs_that_are_late_together_die_in_order() {
    check(|| {
        let jobs = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let rules = Rules {
            attempts: 1,
            ..RULES
        };
        let mut story = Story::with(rules, &jobs);
        for (second, job) in jobs.iter().enumerate() {
            story.at(second as f64);
            story.takes(job);
        }
        story.at(100.0);
        story.expire();
        let got: Vec<Bytes> = std::iter::from_fn(|| story.queue.take_dead())
            .take(jobs.len() + 1)
            .collect();
        let mut sorted = got.clone();
        sorted.sort();
        story.steps.expect(got == jobs, || {
            let expected = "expected the dead jobs in the order of their deadlines";
            // In which other order may be chance, and is no part of what is wrong.
            if sorted == jobs {
                format!("{expected}, got them in another order")
            } else {
                format!("{expected}, {jobs:?}, got {got:?}")
            }
        });
    });
}

#[test]
#[ignore = "exercise"]
fn the_earlier_deadline_dies_first() {
    check(|| {
        let rules = Rules {
            attempts: 2,
            ..RULES
        };
        let mut story = Story::with(rules, &["mail", "bill"]);
        let mail = story.takes("mail");
        let bill = story.takes("bill");
        story.at(1.0);
        story.gives_back(bill, "bill");
        story.takes("bill");
        story.at(2.0);
        story.gives_back(mail, "mail");
        story.takes("mail");
        story.at(100.0);
        story.expire();
        let first = story.queue.take_dead();
        // Whether they are dead at all is asked by others.
        story.steps.expect(first.as_deref() != Some(b"mail"), || {
            "the deadline of bill was at 31 s and that of mail at 32 s: expected that bill has been \
             dead longest, got mail"
                .to_owned()
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_late_acknowledgement_is_refused() {
    check(|| {
        let mut story = Story::with(RULES, &["mail"]);
        let mail = story.takes("mail");
        story.at(30.0);
        let result = story.acknowledge(mail, "mail");
        story.refused(
            result,
            mail,
            "its deadline is over, whether or not anybody has looked",
        );
        story.counts([1, 0, 0]);
    });
}

#[test]
#[ignore = "exercise"]
fn giving_back_late_is_refused() {
    check(|| {
        let mut story = Story::with(RULES, &["mail"]);
        let mail = story.takes("mail");
        story.at(30.0);
        let result = story.give_back(mail, "mail");
        story.refused(
            result,
            mail,
            "its deadline is over, whether or not anybody has looked",
        );
        story.counts([1, 0, 0]);
    });
}

#[test]
#[ignore = "exercise"]
fn every_call_takes_back_what_is_over() {
    check(|| {
        for give_back in [false, true] {
            let mut story = Story::with(RULES, &["mail", "bill"]);
            story.takes("mail");
            story.at(5.0);
            let bill = story.takes("bill");
            story.at(30.0);
            let left = match give_back {
                false => story.acknowledge(bill, "bill").map_or(2, |()| 0),
                true => story.give_back(bill, "bill").map_or(2, |()| 1),
            };
            // Whether it is done is asked by others.
            if left < 2 {
                story.counts([1 + left, 0, 0]);
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_late_worker_does_not_acknowledge_for_the_next() {
    check(|| {
        let mut story = Story::with(RULES, &["mail"]);
        let first = story.takes("mail");
        story.at(30.0);
        let second = story.takes("mail");
        let result = story.acknowledge(first, "the first delivery of mail");
        story.refused(
            result,
            first,
            "mail is in the hands of a second worker now, who may fail",
        );
        story.counts([0, 1, 0]);
        story.acknowledges(second, "the second delivery of mail");
        story.counts([0, 0, 0]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_late_worker_does_not_give_back_for_the_next() {
    check(|| {
        let mut story = Story::with(RULES, &["mail"]);
        let first = story.takes("mail");
        story.at(30.0);
        story.takes("mail");
        let result = story.give_back(first, "the first delivery of mail");
        story.refused(result, first, "mail is in the hands of a second worker now");
        story.counts([0, 1, 0]);
    });
}

#[test]
#[ignore = "exercise"]
fn tokens_of_several_workers_are_told_apart() {
    check(|| {
        let mut story = Story::with(RULES, &["mail", "bill", "post"]);
        let mail = story.takes("mail");
        let bill = story.takes("bill");
        let post = story.takes("post");
        story.acknowledges(bill, "bill");
        story.gives_back(post, "post");
        story.counts([1, 1, 0]);
        story.takes("post");
        story.acknowledges(mail, "mail");
        story.counts([0, 1, 0]);
        story.at(30.0);
        story.takes("post");
        story.takes_nothing("mail and bill are done");
    });
}

#[test]
#[ignore = "exercise"]
fn a_delivery_ends_once() {
    check(|| {
        let mut story = Story::with(RULES, &["mail", "bill"]);
        let mail = story.takes("mail");
        story.acknowledges(mail, "mail");
        let result = story.acknowledge(mail, "mail");
        story.refused(result, mail, "it is acknowledged already");
        let bill = story.takes("bill");
        story.gives_back(bill, "bill");
        let result = story.give_back(bill, "bill");
        story.refused(result, bill, "it was given back already");
        story.counts([1, 0, 0]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_token_that_was_never_given_is_refused() {
    check(|| {
        let mut story = Story::with(RULES, &["mail", "bill"]);
        let mail = story.takes("mail");
        let nobody = Token(mail.0.wrapping_add(1_000));
        let result = story.acknowledge(nobody, "a token that was never given");
        story.refused(result, nobody, "there is no such delivery");
        let result = story.give_back(nobody, "a token that was never given");
        story.refused(result, nobody, "there is no such delivery");
        story.counts([1, 1, 0]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_full_queue_refuses_a_job() {
    check(|| {
        let mut story = Story::with(Rules { limit: 2, ..RULES }, &["mail", "bill"]);
        let result = story.push("post");
        story.steps.expect(result == Err(Error::Full(2)), || {
            format!("expected Full(2), got {}", story.show_result(&result))
        });
        story.takes("mail");
        story.takes("bill");
        story.takes_nothing("post was refused");
    });
}

#[test]
#[ignore = "exercise"]
fn a_delivered_job_takes_room_until_it_is_done() {
    check(|| {
        let mut story = Story::with(Rules { limit: 2, ..RULES }, &["mail", "bill"]);
        let mail = story.takes("mail");
        let result = story.push("post");
        story.steps.expect(result == Err(Error::Full(2)), || {
            format!(
                "mail may come back, and has to have room then: expected Full(2), got {}",
                story.show_result(&result)
            )
        });
        story.acknowledges(mail, "mail");
        let result = story.push("post");
        story.steps.expect(result == Ok(()), || {
            format!(
                "mail is done: expected Ok, got {}",
                story.show_result(&result)
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn a_dead_job_takes_room_until_it_is_removed() {
    check(|| {
        let rules = Rules {
            limit: 1,
            attempts: 1,
            ..RULES
        };
        let mut story = Story::with(rules, &["mail"]);
        story.takes("mail");
        story.at(30.0);
        story.expire();
        let result = story.push("post");
        story.steps.expect(result == Err(Error::Full(1)), || {
            format!(
                "the dead job is still held: expected Full(1), got {}. Jobs that kill their workers \
                 would fill the memory",
                story.show_result(&result)
            )
        });
        // Whether it can be had is asked by others.
        let _ = story.queue.take_dead();
        let result = story.push("post");
        story.steps.expect(result == Ok(()), || {
            format!(
                "the dead job is removed: expected Ok, got {}",
                story.show_result(&result)
            )
        });
    });
}

#[test]
#[ignore = "exercise"]
fn the_next_deadline_is_the_earliest() {
    check(|| {
        let mut story = Story::with(RULES, &["mail", "bill"]);
        story.next_deadline(None);
        story.takes("mail");
        story.next_deadline(Some(30.0));
        story.at(10.0);
        story.takes("bill");
        story.next_deadline(Some(30.0));
    });
}

#[test]
#[ignore = "exercise"]
fn the_earliest_is_not_that_of_the_first_job() {
    check(|| {
        let mut story = Story::with(RULES, &["mail", "bill"]);
        let mail = story.takes("mail");
        story.takes("bill");
        story.at(10.0);
        story.gives_back(mail, "mail");
        story.takes("mail");
        story.next_deadline(Some(30.0));
    });
}

#[test]
#[ignore = "exercise"]
fn the_next_deadline_is_that_of_a_delivery() {
    check(|| {
        let mut story = Story::with(RULES, &["mail", "bill", "post"]);
        let mail = story.takes("mail");
        story.at(10.0);
        let bill = story.takes("bill");
        story.acknowledges(mail, "mail");
        story.next_deadline(Some(40.0));
        story.gives_back(bill, "bill");
        story.next_deadline(None);
    });
}
