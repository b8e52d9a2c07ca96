//! Caches and message queues: what the programs of chapter 8 share.

#[path = "../exercises/at_least_once/solution.rs"]
pub mod at_least_once;
#[path = "../exercises/hash_ring/solution.rs"]
pub mod hash_ring;
#[path = "../exercises/slow_subscriber/solution.rs"]
pub mod slow_subscriber;
