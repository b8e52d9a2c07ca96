//! Numbers that nobody can guess.

use anyhow::Context;

/// A number to know a request by. Who could guess the next one could answer it
/// before the server does.
///
/// # Errors
///
/// When the system has no randomness to give.
pub fn id() -> anyhow::Result<u32> {
    getrandom::u32().context("a random number")
}

/// A number from 0.0 to 1.0, 1.0 excluded, all equally likely. Where the system has
/// none, 0.0: that is for what chance makes better, and nothing relies on.
pub fn share() -> f64 {
    // As many bits as a fraction of `f64` holds.
    let bits = getrandom::u64().unwrap_or(0) >> 11;
    bits as f64 / (1_u64 << 53) as f64
}
