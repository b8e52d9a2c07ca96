//! Percentiles in bounded memory
//!
//! Difficulty: core
//! Page: 14-lab/percentiles.md
//! Check: just check 14.2
//!
//! A load generator measures a million latencies, and is asked which one 99 of 100 didn't
//! exceed. To keep a million numbers and sort them is exact, and costs memory and time that the
//! measurement itself needs. A histogram counts instead: it has a slot for each value that is
//! small, and wider slots for larger ones, so that the width is a small part of the value.
//!
//! - Every `u64` has a slot: 0 and `u64::MAX` too. No slot is wider than 1/128 of the
//!   least value in it, and a value below 256 has one to itself.
//! - `quantile(part, whole)` is by nearest rank: of `len` values in order, the one whose number,
//!   counted from 1, is `len` × `part` / `whole`, rounded up, and at least 1. `quantile(99, 100)` is
//!   the 99th percentile, `quantile(0, 1)` the least value. `part` is at most `whole`, and
//!   `whole` is not 0. The rank is exact, however large the
//!   numbers are.
//! - It answers with the largest value of the slot in which that one stands, and never more
//!   than `max`. So it is never less than the exact one, and less than 1/128 of that more.
//! - `max` is the largest value, exactly. `len` is how many there are.
//! - `merge` counts all that the other histogram has counted: what is asked then is answered as
//!   if every value had been recorded here.
//! - `buckets` gives the slots that are not empty, from the smallest values up: the values
//!   that belong there, from the least to the largest, and how many came.
//! - A histogram takes up less than 64 KiB, however many values are recorded or merged.
//!
//! With the values 3, 200, 1000, 1003 and 70,000:
//!
//! ```text
//! value     slot              came
//!      3         3..=3          1
//!    200       200..=200        1
//!   1000      1000..=1003       2    1003 is here too: both begin with the bits 11111010
//! 70,000    69632..=70143       1    those that begin with the bits 10001000
//!
//! quantile(50, 100)     1003      the third of five
//! quantile(99, 100)    70000      the fifth, and no more than the largest
//! ```

use std::ops::RangeInclusive;

/// How many bits of a value are kept behind its first one.
const BITS: u32 = 7;

/// How often each value came, to within 1/128 of it.
#[derive(Clone, Debug)]
pub struct Histogram {
    // How many slots are there? How do you get from a value to its slot, and back?
}

impl Histogram {
    /// An empty histogram. It has room for every value.
    pub fn new() -> Histogram {
        todo!()
    }

    /// Counts `value`.
    pub fn record(&mut self, value: u64) {
        todo!()
    }

    /// How many values were counted.
    pub fn len(&self) -> u64 {
        todo!()
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The largest value, exactly; 0 if there is none.
    pub fn max(&self) -> u64 {
        todo!()
    }

    /// The value below or at which `part` of `whole` lie, by nearest rank; `None` if no value
    /// was counted.
    pub fn quantile(&self, part: u64, whole: u64) -> Option<u64> {
        todo!()
    }

    /// Counts all that `other` has counted.
    pub fn merge(&mut self, other: &Histogram) {
        todo!()
    }

    /// The slots that are not empty, from the smallest values up: which values each
    /// counts, and how many came.
    pub fn buckets(&self) -> Vec<(RangeInclusive<u64>, u64)> {
        todo!()
    }
}

impl Default for Histogram {
    fn default() -> Histogram {
        Histogram::new()
    }
}
