//! Pi by throwing darts: the share that lands in the quarter of a circle is a
//! quarter of pi.

use std::collections::BTreeMap;

use anyhow::Context;

// ANCHOR: throw
/// Throws `darts` darts at a square, and counts those within the quarter circle in
/// it. The round seeds the dice: whoever throws round 7, and however often, gets
/// the same.
pub fn throw(round: u64, darts: u32) -> u32 {
    let mut dice = round;
    let mut roll = || {
        // SplitMix64: a step, and three mixes.
        dice = dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = dice;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) >> 33 // 31 bits, so that two squares fit
    };
    let hits = (0..darts).filter(|_| {
        let (x, y) = (roll(), roll());
        x * x + y * y < 1 << 62
    });
    u32::try_from(hits.count()).unwrap_or(darts)
}
// ANCHOR_END: throw

/// What a leader tells a worker: `round darts`.
pub fn task(round: u64, darts: u32) -> String {
    format!("{round} {darts}")
}

/// Does a task; what a worker tells the leader: `round darts hits`.
///
/// # Errors
///
/// When it is none.
pub fn perform(task: &[u8]) -> anyhow::Result<String> {
    let text = std::str::from_utf8(task)?;
    let (round, darts) = text.split_once(' ').context("not a round and darts")?;
    let (round, darts) = (round.parse()?, darts.parse()?);
    Ok(format!("{round} {darts} {}", throw(round, darts)))
}

// ANCHOR: tally
/// What the leader knows: the hits of each round.
#[derive(Debug)]
pub struct Tally {
    rounds: u64,
    darts: u32,
    hits: BTreeMap<u64, u32>,
}

impl Tally {
    /// Nothing is known yet of `rounds` rounds of `darts` darts.
    pub fn new(rounds: u64, darts: u32) -> Tally {
        let hits = BTreeMap::new();
        Tally {
            rounds,
            darts,
            hits,
        }
    }

    /// Notes a result. The same one a second time changes nothing: that is what
    /// makes *at least once* good enough.
    pub fn note(&mut self, result: &[u8]) {
        let text = String::from_utf8_lossy(result);
        let mut words = text.split(' ').map(str::parse::<u64>);
        if let (Some(Ok(round)), Some(Ok(darts)), Some(Ok(hits))) =
            (words.next(), words.next(), words.next())
            && round < self.rounds
            && darts == u64::from(self.darts)
            && let Ok(hits) = u32::try_from(hits)
        {
            self.hits.insert(round, hits);
        }
    }

    /// Whether every round is known.
    pub fn is_whole(&self) -> bool {
        self.hits.len() as u64 == self.rounds
    }
}
// ANCHOR_END: tally

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let thrown = self.hits.len() as u64 * u64::from(self.darts);
        let hits: u64 = self.hits.values().map(|hits| u64::from(*hits)).sum();
        let pi = 4.0 * hits as f64 / thrown as f64;
        write!(f, "{} of {} rounds: ", self.hits.len(), self.rounds)?;
        match thrown {
            0 => write!(f, "no dart was thrown"),
            _ => write!(f, "{hits} of {thrown} darts hit, pi is about {pi:.4}"),
        }
    }
}
