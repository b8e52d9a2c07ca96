//! What the exercises' checks leave to many cases.

use std::num::NonZero;
use std::time::Duration;

use lab::deposits::{Bug, run};
use lab::find_the_seed::find_the_seed;
use lab::histogram::Histogram;
use lab::token_bucket::TokenBucket;
use proptest::prelude::*;
use tokio::time::Instant;

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
        let found = find_the_seed(0..300, |seed| run(seed, Some(bug)));
        assert!(found.is_some(), "{bug:?}");
    }
}

/// Values of all sizes that hdrhistogram can hold.
fn values() -> impl Strategy<Value = Vec<u64>> {
    let value = (0_u32..62, any::<u64>()).prop_map(|(bits, value)| value & ((2 << bits) - 1));
    prop::collection::vec(value, 1..300)
}

proptest! {
    #[test]
    fn the_same_seed_gives_the_same_run(seed: u64) {
        prop_assert_eq!(run(seed, Some(Bug::TakesAnyAnswer)), run(seed, Some(Bug::TakesAnyAnswer)));
    }

    #[test]
    fn a_quantile_is_that_of_the_sorted_list(values in values(), whole in 1_u64..10_000, part: u64) {
        let part = part % (whole + 1);
        let mut histogram = Histogram::new();
        values.iter().for_each(|value| histogram.record(*value));
        let mut sorted = values;
        sorted.sort_unstable();
        let rank = (sorted.len() as u64 * part).div_ceil(whole).max(1);
        let exact = sorted[usize::try_from(rank).unwrap() - 1];
        let got = histogram.quantile(part, whole).unwrap();
        prop_assert!(got >= exact && got - exact <= exact / 128, "exact {exact}, got {got}");
    }

    /// Within what either may be off.
    #[test]
    fn hdrhistogram_agrees(values in values(), permille in 0_u64..=1000) {
        let mut ours = Histogram::new();
        let mut theirs = hdrhistogram::Histogram::<u64>::new(3).unwrap();
        for value in &values {
            ours.record(*value);
            theirs.record(*value).unwrap();
        }
        prop_assert_eq!(ours.len(), theirs.len());
        // The rank is theirs too when it isn't on the border of two.
        let of = values.len() as u64 * permille;
        prop_assume!(!of.is_multiple_of(1000) || permille == 0);
        let got = ours.quantile(permille, 1000).unwrap();
        let other = theirs.value_at_quantile(permille as f64 / 1000.0);
        prop_assert!(got.abs_diff(other) <= got.max(other) / 100, "ours {got}, theirs {other}");
    }

    #[test]
    fn what_is_merged_is_as_if_recorded(one in values(), other in values()) {
        let record = |values: &[u64]| {
            let mut histogram = Histogram::new();
            values.iter().for_each(|value| histogram.record(*value));
            histogram
        };
        let mut merged = record(&one);
        merged.merge(&record(&other));
        let all = record(&[one, other].concat());
        prop_assert_eq!(merged.buckets(), all.buckets());
        prop_assert_eq!(merged.max(), all.max());
        prop_assert_eq!(merged.len(), all.len());
    }

    /// In no span of time are there more tokens than the burst and what comes in that span; and
    /// nobody is refused while there would be fewer.
    #[test]
    fn a_bucket_keeps_its_rate_over_every_span(
        rate in 1_u32..2000,
        burst in 1_u32..5,
        waits in prop::collection::vec(0_u64..3_000_000, 1..60),
    ) {
        let start = Instant::now();
        let (rate, burst) = (NonZero::new(rate).unwrap(), NonZero::new(burst).unwrap());
        let mut bucket = TokenBucket::new(rate, burst, start);
        let mut now = 0;
        let mut given: Vec<u64> = Vec::new();
        let room = |given: &[u64], at: u64| {
            (0..given.len()).all(|first| {
                let more = (given.len() - first + 1) as u128;
                let come = u128::from(at - given[first]) * u128::from(rate.get());
                more * 1_000_000_000 <= u128::from(burst.get()) * 1_000_000_000 + come
            })
        };
        for wait in waits {
            now += wait * 100;
            let expected = room(&given, now);
            let got = bucket.try_take(start + Duration::from_nanos(now)).is_ok();
            prop_assert_eq!(got, expected, "at {} ns, given at {:?}", now, given);
            if got {
                given.push(now);
            }
        }
    }
}
