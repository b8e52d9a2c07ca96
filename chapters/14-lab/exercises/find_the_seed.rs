//! Find the seed
//!
//! Difficulty: core
//! Page: 14-lab/simulation.md
//! Check: just check 14.1
//!
//! A client puts money into a bank, over a network that loses datagrams, doubles them and
//! delays them; and the bank crashes now and then. All of it is simulated: the clock is a number,
//! and chance comes from a seed. Somewhere in it is a bug. Most runs look well. Write down
//! what has to hold in every run, and look for a seed with which it doesn't.
//!
//! `deposits` is given, in `find_the_seed/deposits.rs` beside this file, with the types that this
//! task names: a `Run` has the `events` that the client saw, each with a time and the
//! number of a deposit, and the bank's `ledger` at the end. `property(&run)` holds if each
//! deposit keeps each of these rules:
//!
//! - `Asked`: whatever an event or the ledger says of a deposit, it was asked for, and
//!   the ledger has the amount that was asked for.
//! - `Ends`: once it was asked for it ends, and only once: it is confirmed or given up.
//! - `InTime`: it ends no later than `PATIENCE` after it was asked for, on the clock of the
//!   simulation. Just at that time is in time. Your own clock says nothing about that: ten
//!   simulated seconds take it some microseconds.
//! - `Kept`: if it is confirmed it is in the ledger.
//! - `Once`: it is not in the ledger more than once, confirmed or not.
//!
//! Nothing else is wrong. A client gives up because it doesn't know: what it gave up may be in
//! the ledger or not. The order of the ledger may be any. Deposits may be under way at the
//! same time.
//!
//! If more than one rule is broken, `Broken` names the deposit with the smallest number, and of
//! its rules the first in the order above.
//!
//! `find_the_seed(seeds, system)` runs the system with each seed, in this order and once each,
//! and stops at the first one whose run breaks the property. It returns that seed and what is
//! broken, `None` if every run is well. There may be more seeds than anybody can count.
//!
//! ```text
//!    0 ms   deposit 1: asked for, 3
//!  120 ms   deposit 1: confirmed
//!  120 ms   deposit 2: asked for, 1
//! 10.12 s   deposit 2: given up
//! ledger    1: 3    2: 1              all is well
//! ledger    2: 1    2: 1    1: 3      deposit 2 breaks Once
//! ledger    2: 1                      deposit 1 breaks Kept
//! ```

use std::collections::BTreeMap;
use std::time::Duration;

use crate::deposits::{Broken, PATIENCE, Rule, Run, What};

/// Whether every deposit of a run keeps every [`Rule`].
///
/// # Errors
///
/// The deposit with the smallest number that breaks a rule, and the first rule that it breaks.
pub fn property(run: &Run) -> Result<(), Broken> {
    todo!()
}

/// Runs the system with each seed, and stops at the first one whose run breaks the property.
pub fn find_the_seed(
    seeds: impl IntoIterator<Item = u64>,
    system: impl FnMut(u64) -> Run,
) -> Option<(u64, Broken)> {
    todo!()
}
