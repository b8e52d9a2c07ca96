//! A property of a run, and the first seed whose run breaks it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::deposits::{Broken, PATIENCE, Rule, Run, What};

// ANCHOR: property
/// What a run says of one deposit.
#[derive(Default)]
struct Deposit {
    asked: Option<(Duration, u32)>,
    /// When it ended, and whether it was confirmed then.
    ends: Vec<(Duration, bool)>,
    /// The amounts that the ledger has for it.
    entries: Vec<u32>,
}

/// Whether every deposit of a run keeps every [`Rule`].
///
/// # Errors
///
/// The deposit with the smallest number that breaks a rule, and the first rule that it breaks.
pub fn property(run: &Run) -> Result<(), Broken> {
    let mut deposits = BTreeMap::<u64, Deposit>::new();
    for event in &run.events {
        let deposit = deposits.entry(event.id).or_default();
        match event.what {
            What::Asked { amount } => deposit.asked = Some((event.at, amount)),
            What::Confirmed => deposit.ends.push((event.at, true)),
            What::GaveUp => deposit.ends.push((event.at, false)),
        }
    }
    for entry in &run.ledger {
        let deposit = deposits.entry(entry.id).or_default();
        deposit.entries.push(entry.amount);
    }
    for (id, deposit) in deposits {
        deposit.check().map_err(|rule| Broken { id, rule })?;
    }
    Ok(())
}

impl Deposit {
    fn check(&self) -> Result<(), Rule> {
        let Some((asked_at, amount)) = self.asked else {
            return Err(Rule::Asked);
        };
        if self.entries.iter().any(|other| *other != amount) {
            return Err(Rule::Asked);
        }
        let [(ended_at, confirmed)] = self.ends[..] else {
            return Err(Rule::Ends);
        };
        // By the clock of the simulation: an hour of it takes a millisecond of ours.
        if ended_at > asked_at + PATIENCE {
            return Err(Rule::InTime);
        }
        // What was given up may be in the ledger or not: nobody knows, and both are right.
        match self.entries.len() {
            0 if confirmed => Err(Rule::Kept),
            0 | 1 => Ok(()),
            _ => Err(Rule::Once),
        }
    }
}
// ANCHOR_END: property

// ANCHOR: find
/// Runs the system with each seed, and stops at the first one whose run breaks the property.
pub fn find_the_seed(
    seeds: impl IntoIterator<Item = u64>,
    mut system: impl FnMut(u64) -> Run,
) -> Option<(u64, Broken)> {
    seeds
        .into_iter()
        .find_map(|seed| Some((seed, property(&system(seed)).err()?)))
}
// ANCHOR_END: find
