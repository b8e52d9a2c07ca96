use super::*;

use std::cell::RefCell;
use std::fmt::Write;
use std::time::Duration;

use testkit::check;

use crate::deposits::{self, Broken, Bug, Entry, Event, PATIENCE, Rule, Run, What};
use What::{Confirmed, GaveUp};

const fn asked(amount: u32) -> What {
    What::Asked { amount }
}

/// A run in which the client saw this, at so many milliseconds, and the ledger is that.
fn story(events: &[(u64, u64, What)], ledger: &[(u64, u32)]) -> Run {
    let event = |(at, id, what): &(u64, u64, What)| Event {
        at: Duration::from_millis(*at),
        id: *id,
        what: *what,
    };
    let entry = |(id, amount): &(u64, u32)| Entry {
        id: *id,
        amount: *amount,
    };
    Run {
        events: events.iter().map(event).collect(),
        ledger: ledger.iter().map(entry).collect(),
    }
}

/// A run as text.
fn tell(run: &Run) -> String {
    let mut text = String::new();
    for Event { at, id, what } in &run.events {
        let what = match what {
            What::Asked { amount } => format!("asked for, {amount}"),
            Confirmed => "confirmed".to_owned(),
            GaveUp => "given up".to_owned(),
        };
        let _ = writeln!(text, "  at {at:?}, deposit {id}: {what}");
    }
    text.push_str("  ledger:");
    for Entry { id, amount } in &run.ledger {
        let _ = write!(text, "  {id}: {amount}");
    }
    text
}

fn show(verdict: Result<(), Broken>) -> String {
    match verdict {
        Ok(()) => "all is well".to_owned(),
        Err(Broken { id, rule }) => format!("deposit {id} breaks {rule:?}"),
    }
}

#[track_caller]
fn judge(run: &Run, expected: Result<(), Broken>) {
    let (got, expected) = (show(property(run)), show(expected));
    assert!(
        got == expected,
        "expected \"{expected}\", got \"{got}\", of this run:\n{}",
        tell(run)
    );
}

#[track_caller]
fn well(events: &[(u64, u64, What)], ledger: &[(u64, u32)]) {
    judge(&story(events, ledger), Ok(()));
}

#[track_caller]
fn breaks(id: u64, rule: Rule, events: &[(u64, u64, What)], ledger: &[(u64, u32)]) {
    judge(&story(events, ledger), Err(Broken { id, rule }));
}

#[test]
#[ignore = "exercise"]
fn a_good_run_is_well() {
    check(|| {
        well(&[], &[]);
        well(&[(0, 1, asked(3)), (20, 1, Confirmed)], &[(1, 3)]);
        well(
            &[
                (0, 1, asked(3)),
                (20, 1, Confirmed),
                (20, 2, asked(3)),
                (90, 2, Confirmed),
            ],
            &[(1, 3), (2, 3)],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn confirmed_and_not_there() {
    check(|| {
        breaks(1, Rule::Kept, &[(0, 1, asked(3)), (20, 1, Confirmed)], &[]);
        breaks(
            2,
            Rule::Kept,
            &[
                (0, 1, asked(3)),
                (20, 1, Confirmed),
                (20, 2, asked(1)),
                (90, 2, Confirmed),
            ],
            &[(1, 3)],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn there_twice() {
    check(|| {
        let events = [
            (0, 1, asked(3)),
            (20, 1, Confirmed),
            (20, 2, asked(1)),
            (90, 2, Confirmed),
        ];
        breaks(1, Rule::Once, &events, &[(1, 3), (1, 3), (2, 1)]);
        // Another one between the two.
        breaks(2, Rule::Once, &events, &[(2, 1), (1, 3), (2, 1)]);
        // However little it is.
        let nothing = [(0, 1, asked(0)), (20, 1, Confirmed)];
        breaks(1, Rule::Once, &nothing, &[(1, 0), (1, 0)]);
    });
}

#[test]
#[ignore = "exercise"]
fn one_too_many_and_one_too_few() {
    check(|| {
        // The sums are equal.
        let events = [
            (0, 1, asked(2)),
            (20, 1, Confirmed),
            (20, 2, asked(1)),
            (40, 2, Confirmed),
            (40, 3, asked(1)),
            (90, 3, Confirmed),
        ];
        breaks(1, Rule::Kept, &events, &[(2, 1), (2, 1), (3, 1), (3, 1)]);
        // The sums are equal, and so are the numbers of entries.
        let events = [
            (0, 1, asked(2)),
            (20, 1, Confirmed),
            (20, 2, asked(2)),
            (90, 2, Confirmed),
        ];
        breaks(1, Rule::Kept, &events, &[(2, 2), (2, 2)]);
        breaks(1, Rule::Once, &events, &[(1, 2), (1, 2)]);
    });
}

#[test]
#[ignore = "exercise"]
fn given_up_may_be_there_or_not() {
    check(|| {
        let events = [
            (0, 1, asked(3)),
            (10_000, 1, GaveUp),
            (10_000, 2, asked(1)),
            (10_020, 2, Confirmed),
        ];
        well(&events, &[(2, 1)]);
        well(&events, &[(1, 3), (2, 1)]);
    });
}

#[test]
#[ignore = "exercise"]
fn given_up_and_there_twice() {
    check(|| {
        let events = [(0, 1, asked(3)), (10_000, 1, GaveUp)];
        breaks(1, Rule::Once, &events, &[(1, 3), (1, 3)]);
    });
}

#[test]
#[ignore = "exercise"]
fn any_order_is_right() {
    check(|| {
        let events = [
            (0, 1, asked(3)),
            (5, 2, asked(1)),
            (20, 2, Confirmed),
            (30, 1, Confirmed),
            (30, 4, asked(2)),
            (40, 4, Confirmed),
        ];
        well(&events, &[(2, 1), (4, 2), (1, 3)]);
    });
}

#[test]
#[ignore = "exercise"]
fn without_an_end() {
    check(|| {
        breaks(1, Rule::Ends, &[(0, 1, asked(3))], &[]);
        breaks(1, Rule::Ends, &[(0, 1, asked(3))], &[(1, 3)]);
        breaks(
            2,
            Rule::Ends,
            &[(0, 1, asked(3)), (10, 2, asked(1)), (20, 1, Confirmed)],
            &[(1, 3), (2, 1)],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn with_two_ends() {
    check(|| {
        let begin = (0, 1, asked(3));
        let both = [begin, (900, 1, GaveUp), (950, 1, Confirmed)];
        breaks(1, Rule::Ends, &both, &[]);
        breaks(
            1,
            Rule::Ends,
            &[begin, (20, 1, Confirmed), (30, 1, Confirmed)],
            &[(1, 3)],
        );
        breaks(1, Rule::Ends, &both, &[(1, 3)]);
    });
}

#[test]
#[ignore = "exercise"]
fn in_time_and_too_late() {
    check(|| {
        // Not from the beginning of the run, but from the deposit's own.
        let (begin, last) = (4000, 4000 + 10_000);
        for end in [GaveUp, Confirmed] {
            well(&[(begin, 1, asked(3)), (last, 1, end)], &[(1, 3)]);
            breaks(
                1,
                Rule::InTime,
                &[(begin, 1, asked(3)), (last + 1, 1, end)],
                &[(1, 3)],
            );
        }
        // An hour on the clock of the simulation, and no time on yours.
        let events = [(0, 1, asked(3)), (3_600_000, 1, GaveUp)];
        breaks(1, Rule::InTime, &events, &[]);
    });
}

#[test]
#[ignore = "exercise"]
fn never_asked_for() {
    check(|| {
        let events = [(0, 1, asked(3)), (20, 1, Confirmed)];
        breaks(7, Rule::Asked, &events, &[(1, 3), (7, 1)]);
        breaks(
            7,
            Rule::Asked,
            &[(0, 1, asked(3)), (20, 1, Confirmed), (20, 7, Confirmed)],
            &[(1, 3)],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn another_amount() {
    check(|| {
        let events = [(0, 1, asked(3)), (20, 1, Confirmed)];
        breaks(1, Rule::Asked, &events, &[(1, 30)]);
        breaks(1, Rule::Asked, &events, &[(1, 3), (1, 2)]);
    });
}

#[test]
#[ignore = "exercise"]
fn the_smallest_number_and_the_first_rule() {
    check(|| {
        let events = [
            (0, 3, asked(1)),
            (0, 2, asked(1)),
            (5, 3, Confirmed),
            (20_000, 2, Confirmed),
        ];
        breaks(2, Rule::InTime, &events, &[(3, 1), (3, 1)]);
        breaks(2, Rule::InTime, &events, &[(2, 1), (2, 1)]);
        breaks(2, Rule::Asked, &events, &[(2, 5), (2, 5)]);
        breaks(1, Rule::Asked, &events, &[(1, 5), (2, 5)]);
    });
}

#[test]
#[ignore = "exercise"]
fn the_first_seed_and_no_further() {
    check(|| {
        let asked_of = RefCell::new(Vec::new());
        let system = |seed| {
            let mut asked_of = asked_of.borrow_mut();
            asked_of.push(seed);
            assert!(
                asked_of.len() < 10,
                "seed 7 broke the property; 10 runs were made, and no end"
            );
            let ledger: &[_] = if seed == 7 || seed == 9 {
                &[]
            } else {
                &[(1, 3)]
            };
            story(&[(0, 1, asked(3)), (20, 1, Confirmed)], ledger)
        };
        let found = find_the_seed([5, 3, 7].into_iter().chain(9..), system);
        let expected = Some((
            7,
            Broken {
                id: 1,
                rule: Rule::Kept,
            },
        ));
        assert!(
            found == expected,
            "the seeds were 5, 3, 7, 9, 10 and so on, of which 7 and 9 break a rule: expected \
             {expected:?}, got {found:?}"
        );
        let asked_of = asked_of.into_inner();
        assert!(
            asked_of == [5, 3, 7],
            "the seeds were 5, 3, 7, 9, 10 and so on, of which 7 and 9 break a rule: expected runs \
             with [5, 3, 7], got {asked_of:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn no_false_alarm() {
    check(|| {
        let found = find_the_seed(0..300, |seed| deposits::run(seed, None));
        if let Some((seed, broken)) = found {
            panic!(
                "no bug was planted, and with seed {seed} the property says: {}\n{}",
                show(Err(broken)),
                tell(&deposits::run(seed, None))
            );
        }
    });
}

/// With this bug planted, the first seed that breaks a rule is this one.
#[track_caller]
fn found(bug: Bug, seed: u64, id: u64, rule: Rule) {
    let got = find_the_seed(0..300, |seed| deposits::run(seed, Some(bug)));
    let expected = Some((seed, Broken { id, rule }));
    if got == expected {
        return;
    }
    let got = match got {
        Some((seed, broken)) => format!("seed {seed}: {}", show(Err(broken))),
        None => "None for 300 seeds".to_owned(),
    };
    panic!(
        "the bug {bug:?} was planted: expected seed {seed}: deposit {id} breaks {rule:?}; got \
         {got}\nthe run with seed {seed}:\n{}",
        tell(&deposits::run(seed, Some(bug)))
    );
}

#[test]
#[ignore = "exercise"]
fn a_bank_that_knows_the_last_one() {
    check(|| found(Bug::KnowsTheLast, 2, 4, Rule::Once));
}

#[test]
#[ignore = "exercise"]
fn a_bank_that_forgets_in_a_crash() {
    check(|| found(Bug::ForgetsInACrash, 8, 1, Rule::Once));
}

#[test]
#[ignore = "exercise"]
fn a_bank_that_confirms_first() {
    check(|| found(Bug::ConfirmsFirst, 2, 1, Rule::Kept));
}

#[test]
#[ignore = "exercise"]
fn a_client_that_takes_any_answer() {
    check(|| found(Bug::TakesAnyAnswer, 6, 2, Rule::Kept));
}

#[test]
#[ignore = "exercise"]
fn a_client_that_counts_attempts() {
    check(|| found(Bug::CountsAttempts, 21, 2, Rule::InTime));
}

#[test]
#[ignore = "exercise"]
fn a_client_that_stops_asking() {
    check(|| found(Bug::StopsAsking, 21, 2, Rule::Ends));
}
