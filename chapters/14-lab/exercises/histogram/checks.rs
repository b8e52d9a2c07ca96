use super::*;

use testkit::{check, heap};

/// A histogram of these values.
fn of(values: impl IntoIterator<Item = u64>) -> Histogram {
    let mut histogram = Histogram::new();
    for value in values {
        histogram.record(value);
    }
    histogram
}

/// `quantile` should give this.
#[track_caller]
fn expect(histogram: &Histogram, what: &str, part: u64, whole: u64, expected: Option<u64>) {
    let got = histogram.quantile(part, whole);
    assert!(
        got == expected,
        "{what}: expected {expected:?} for quantile({part}, {whole}), got {got:?}"
    );
}

/// The same for a value that may be in a wide slot: `exact`, or less than 1/128 of it more.
#[track_caller]
fn expect_close(histogram: &Histogram, what: &str, part: u64, whole: u64, exact: u64) {
    let got = histogram.quantile(part, whole);
    let close = got.is_some_and(|got| {
        got >= exact && u128::from(got - exact) * 128 <= u128::from(exact.saturating_sub(1))
    });
    assert!(
        close,
        "{what}: quantile({part}, {whole}) is exactly {exact}; expected that or less than 1/128 \
         of it more, got {got:?}"
    );
}

/// Values of all sizes, each a number of bits by chance: the chance is always the same.
fn mixed(count: usize) -> Vec<u64> {
    let mut dice: u64 = 1;
    let mut roll = || {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        dice
    };
    (0..count).map(|_| roll() >> (roll() % 64)).collect()
}

#[test]
#[ignore = "exercise"]
fn it_counts() {
    check(|| {
        let histogram = of([7, 7, 9]);
        let (len, max) = (histogram.len(), histogram.max());
        assert!(
            len == 3,
            "7, 7 and 9 recorded: expected a len of 3, got {len}"
        );
        assert!(
            max == 9,
            "7, 7 and 9 recorded: expected a max of 9, got {max}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_one_has_no_quantile() {
    check(|| {
        let empty = Histogram::new();
        expect(&empty, "nothing recorded", 1, 2, None);
        expect(&empty, "nothing recorded", 0, 1, None);
        expect(&empty, "nothing recorded", 1, 1, None);
        let (len, max) = (empty.len(), empty.max());
        assert!(len == 0, "nothing recorded: expected a len of 0, got {len}");
        assert!(max == 0, "nothing recorded: expected a max of 0, got {max}");
        let buckets = empty.buckets().len();
        assert!(
            buckets == 0,
            "nothing recorded: expected no buckets, got {buckets}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn percentiles_of_a_hundred() {
    check(|| {
        let histogram = of(1..=100);
        for part in [50, 1, 2, 90, 99, 100] {
            expect(&histogram, "1 to 100 recorded", part, 100, Some(part));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn by_nearest_rank() {
    check(|| {
        let what = "10, 20, 30, 40 and 50 recorded";
        let five = of([30, 10, 50, 20, 40]);
        for (part, expected) in [
            (20, 10),
            (35, 20),
            (21, 20),
            (40, 20),
            (50, 30),
            (80, 40),
            (81, 50),
            (100, 50),
        ] {
            expect(&five, what, part, 100, Some(expected));
        }
        expect(&of([10, 20]), "10 and 20 recorded", 1, 2, Some(10));
        expect(&of([10, 20]), "10 and 20 recorded", 501, 1000, Some(20));
    });
}

#[test]
#[ignore = "exercise"]
fn the_least_value_has_the_rank_1() {
    check(|| {
        for (part, whole) in [(0, 1), (1, 1_000_000)] {
            expect(
                &of([30, 10, 50]),
                "10, 30 and 50 recorded",
                part,
                whole,
                Some(10),
            );
        }
        expect(&of([42]), "42 recorded", 0, 1, Some(42));
    });
}

#[test]
#[ignore = "exercise"]
fn the_rank_is_exact() {
    check(|| {
        // In floating point 0.28 × 25 is a little more than 7.
        expect(&of(1..=25), "1 to 25 recorded", 28, 100, Some(7));
        for count in (1..=200).step_by(8) {
            let histogram = of(1..=count);
            for part in [1, 7, 28, 29, 55, 57, 58, 99] {
                let exact = (count * part).div_ceil(100);
                expect(
                    &histogram,
                    &format!("1 to {count} recorded"),
                    part,
                    100,
                    Some(exact),
                );
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_rank_is_exact_for_any_number() {
    check(|| {
        let mut histogram = of(1..=10);
        let what = "1 to 10 recorded, and merged with itself 50 times";
        for _ in 0..50 {
            let (_, usage) = heap::measure(|| {
                let same = histogram.clone();
                histogram.merge(&same);
            });
            // Or else it would be twice as much each time.
            assert!(
                usage.peak < 1 << 20,
                "{what}: it takes up more memory each time"
            );
        }
        let len = histogram.len();
        assert!(
            len == 10 << 50,
            "{what}: expected a len of {}, got {len}",
            10_u64 << 50
        );
        expect(&histogram, what, 300_000, 1_000_000, Some(3));
        expect(&histogram, what, 300_001, 1_000_000, Some(4));
        // In floating point these two are the same.
        let k = 1 << 57;
        expect(&histogram, what, 3 * k, 10 * k, Some(3));
        expect(&histogram, what, 3 * k + 1, 10 * k, Some(4));
        let whole = 1 << 60;
        expect(&histogram, what, whole - 1, whole, Some(10));
    });
}

#[test]
#[ignore = "exercise"]
fn every_value_has_room() {
    check(|| {
        for value in [
            0,
            1,
            255,
            256,
            u64::from(u32::MAX),
            1 << 63,
            u64::MAX - 1,
            u64::MAX,
        ] {
            let histogram = of([value]);
            expect(&histogram, &format!("{value} recorded"), 1, 1, Some(value));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn no_more_than_the_largest() {
    check(|| {
        let histogram = of([1_000_003, 20]);
        let what = "20 and 1000003 recorded";
        let max = histogram.max();
        assert!(
            max == 1_000_003,
            "{what}: expected a max of 1000003, got {max}"
        );
        expect(&histogram, what, 1, 1, Some(1_000_003));
        expect(&histogram, what, 99, 100, Some(1_000_003));
    });
}

#[test]
#[ignore = "exercise"]
fn close_at_every_size() {
    check(|| {
        for bits in 0..64 {
            let power = 1_u64 << bits;
            for value in [
                power - 1,
                power,
                power + 1,
                power + power / 3,
                power + power / 128 * 127,
            ] {
                // The largest value is another one, or it would be exact.
                let histogram = of([value, u64::MAX]);
                let what = format!("{value} and u64::MAX recorded");
                match value {
                    0..256 => expect(&histogram, &what, 1, 2, Some(value)),
                    _ => expect_close(&histogram, &what, 1, 2, value),
                }
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn close_to_a_sorted_list() {
    check(|| {
        let mut values = mixed(2000);
        let histogram = of(values.iter().copied());
        values.sort_unstable();
        for part in [1, 10, 100, 250, 500, 750, 900, 990, 999, 1000] {
            let exact = values[part * 2 - 1];
            expect_close(
                &histogram,
                "2000 values of all sizes recorded",
                part as u64,
                1000,
                exact,
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn buckets_say_what_came() {
    check(|| {
        let values = [3, 200, 1000, 1003, 70_000];
        let got = of(values).buckets();
        let expected = [
            (3..=3, 1),
            (200..=200, 1),
            (1000..=1003, 2),
            (69_632..=70_143, 1),
        ];
        assert!(
            got == expected,
            "3, 200, 1000, 1003 and 70000 recorded\nexpected the buckets {expected:?}\ngot       \
             \x20          {got:?}"
        );
        let got = of([u64::MAX, 0]).buckets();
        let expected = [(0..=0, 1), ((255 << 56)..=u64::MAX, 1)];
        assert!(
            got == expected,
            "0 and u64::MAX recorded\nexpected the buckets {expected:?}\ngot                  {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn buckets_follow_each_other() {
    check(|| {
        let values = mixed(500);
        let buckets = of(values.iter().copied()).buckets();
        let mut above = 0;
        for (range, count) in &buckets {
            let (least, largest) = (*range.start(), *range.end());
            assert!(
                least >= above && largest >= least,
                "{range:?} comes after a bucket up to {above}"
            );
            assert!(
                (largest - least) < (least / 128).max(1),
                "the bucket {range:?} is wider than 1/128 of its least value"
            );
            let came = values.iter().filter(|value| range.contains(value)).count() as u64;
            assert!(
                came == *count,
                "in {range:?} came {came} values, and the bucket says {count}"
            );
            above = largest;
        }
        let all: u64 = buckets.iter().map(|(_, count)| count).sum();
        assert!(all == 500, "500 values recorded: the buckets say {all}");
    });
}

/// What is asked of both should be answered alike.
#[track_caller]
fn same(merged: &Histogram, one: &Histogram, what: &str) {
    let (got, expected) = (merged.len(), one.len());
    assert!(
        got == expected,
        "{what}: expected a len of {expected}, got {got}"
    );
    let (got, expected) = (merged.max(), one.max());
    assert!(
        got == expected,
        "{what}: expected a max of {expected}, got {got}"
    );
    for part in [0, 10, 50, 90, 99, 100] {
        expect(merged, what, part, 100, one.quantile(part, 100));
    }
    assert!(
        merged.buckets() == one.buckets(),
        "{what}: expected the same buckets as if all had been recorded in one histogram"
    );
}

#[test]
#[ignore = "exercise"]
fn merged_is_as_if_recorded_here() {
    check(|| {
        // A fast server that was asked often, and a slow one that was asked seldom.
        let (fast, slow) = ((1..=990).map(|n| n / 10), (1..=10).map(|n| n * 1000));
        let mut merged = of(fast.clone());
        merged.merge(&of(slow.clone()));
        same(
            &merged,
            &of(fast.chain(slow)),
            "990 values below 100 merged with 10 above 999",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn merged_with_nothing() {
    check(|| {
        let values = of([5, 500, 5000]);
        let mut merged = values.clone();
        merged.merge(&Histogram::new());
        same(
            &merged,
            &values,
            "5, 500 and 5000 merged with an empty histogram",
        );
        let mut merged = Histogram::new();
        merged.merge(&values);
        same(
            &merged,
            &values,
            "an empty histogram merged with 5, 500 and 5000",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn in_less_than_64_kib() {
    check(|| {
        let values = mixed(30_000);
        // What `quantile` needs while it answers is no part of the histogram.
        let (_, usage) = heap::measure(|| of(values.iter().copied()));
        assert!(
            usage.peak < 64 * 1024,
            "30000 values recorded: expected less than 64 KiB of memory, and more was held"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn in_less_than_64_kib_when_merged() {
    check(|| {
        let part = of(mixed(100));
        let (_, usage) = heap::measure(|| {
            let mut all = Histogram::new();
            for _ in 0..100 {
                all.merge(&part);
            }
            all
        });
        assert!(
            usage.peak < 64 * 1024,
            "100 histograms merged into one: expected less than 64 KiB of memory, and more was held"
        );
    });
}
