//! Caches and message queues: what the programs of chapter 8 share.
//!
//! The modules [`resp_decoder`] and [`expiring_lru`] are the solutions of the
//! chapter's exercises.

// The solutions also stand in the exercises' own crate and speak of this one by
// its name.
extern crate self as caches;

#[path = "../exercises/at_least_once/solution.rs"]
pub mod at_least_once;
#[path = "../exercises/expiring_lru/solution.rs"]
pub mod expiring_lru;
#[path = "../exercises/hash_ring/solution.rs"]
pub mod hash_ring;
#[path = "../exercises/resp_decoder/solution.rs"]
pub mod resp_decoder;
#[path = "../exercises/slow_subscriber/solution.rs"]
pub mod slow_subscriber;

pub mod cache;
pub mod client;
pub mod darts;
pub mod mini_cache;
pub mod queue;
pub mod rabbit;
pub mod recency;
pub mod shards;
pub mod single_flight;
pub mod slow;
pub mod topologies;
