//! Caches and message queues: what the programs of chapter 8 share.
//!
//! The modules [`resp_decoder`] and [`expiring_lru`] are the solutions of the
//! chapter's exercises.

// The solutions also stand in the exercises' own crate and speak of this one by
// its name.
extern crate self as caches;

#[path = "../exercises/expiring_lru/solution.rs"]
pub mod expiring_lru;
#[path = "../exercises/resp_decoder/solution.rs"]
pub mod resp_decoder;

pub mod recency;
