//! What the exercises' checks leave to many cases.

use lab::deposits::{Bug, run};
use lab::find_the_seed::find_the_seed;

#[test]
fn every_planted_bug_has_a_seed_and_the_system_without_one_has_none() {
    assert_eq!(find_the_seed(0..2000, |seed| run(seed, None)), None);
    for bug in [
        Bug::KnowsTheLast,
        Bug::ForgetsInACrash,
        Bug::ConfirmsFirst,
        Bug::TakesAnyAnswer,
        Bug::CountsAttempts,
        Bug::StopsAsking,
    ] {
        let found = find_the_seed(0..2000, |seed| run(seed, Some(bug)));
        println!("{bug:?}: {found:?}");
        assert!(found.is_some(), "{bug:?}");
    }
}
