//! Percentiles in bounded memory: counts in slots whose width grows with the value.

use std::ops::RangeInclusive;

/// How many bits of a value are kept behind its first one.
const BITS: u32 = 7;

/// A slot for each value that a `u64` can have once only [`BITS`] and the first are kept.
const SLOTS: usize = (u64::BITS - BITS + 1) as usize * (1 << BITS);

// ANCHOR: slots
/// The slot that counts `value`.
fn slot(value: u64) -> usize {
    // So many low bits are left out: none below 256, one below 512, two below 1024.
    let shift = value.checked_ilog2().unwrap_or(0).saturating_sub(BITS);
    ((shift as usize) << BITS) + (value >> shift) as usize
}

/// The values that `slot` counts.
fn values(slot: usize) -> RangeInclusive<u64> {
    let shift = (slot >> BITS).saturating_sub(1);
    let kept = (slot - (shift << BITS)) as u64;
    let lowest = kept << shift;
    lowest..=lowest | ((1 << shift) - 1)
}
// ANCHOR_END: slots

// ANCHOR: histogram
/// How often each value came, to within 1/128 of it.
#[derive(Clone, Debug)]
pub struct Histogram {
    counts: Vec<u64>,
    len: u64,
    max: u64,
}

impl Histogram {
    /// An empty histogram. It has room for every value.
    pub fn new() -> Histogram {
        Histogram {
            counts: vec![0; SLOTS],
            len: 0,
            max: 0,
        }
    }

    /// Counts `value`.
    pub fn record(&mut self, value: u64) {
        self.counts[slot(value)] += 1;
        self.len += 1;
        self.max = self.max.max(value);
    }

    /// How many values were counted.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The largest value, exactly; 0 if there is none.
    pub fn max(&self) -> u64 {
        self.max
    }

    /// The value below or at which `part` of `whole` lie, by nearest rank: `quantile(99, 100)` is
    /// the 99th percentile. It is never less than the exact one, and less than 1/128 of that
    /// more. `None` if no value was counted.
    pub fn quantile(&self, part: u64, whole: u64) -> Option<u64> {
        let rank = (u128::from(self.len) * u128::from(part)).div_ceil(u128::from(whole));
        let mut seen = 0;
        for (slot, &count) in self.counts.iter().enumerate() {
            seen += u128::from(count);
            // The rank of the smallest value is 1, for the 0th percentile too.
            if seen >= rank.max(1) {
                return Some((*values(slot).end()).min(self.max));
            }
        }
        None
    }

    /// Counts all that `other` has counted.
    pub fn merge(&mut self, other: &Histogram) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.len += other.len;
        self.max = self.max.max(other.max);
    }

    /// The slots that are not empty, from the smallest values up: which values each
    /// counts, and how many came.
    pub fn buckets(&self) -> Vec<(RangeInclusive<u64>, u64)> {
        let slots = self.counts.iter().enumerate();
        slots
            .filter(|(_, count)| **count > 0)
            .map(|(slot, count)| (values(slot), *count))
            .collect()
    }
}
// ANCHOR_END: histogram

impl Default for Histogram {
    fn default() -> Histogram {
        Histogram::new()
    }
}
