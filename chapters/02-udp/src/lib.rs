//! Datagrams: what UDP adds to IP, what is left to you, and ICMP beside it. What
//! the programs of chapter 2 share.
//!
//! The modules [`internet_checksum`], [`backoff`], [`match_replies`] and
//! [`stop_and_wait`] are the solutions of the chapter's exercises.

#[path = "../exercises/backoff/solution.rs"]
pub mod backoff;
#[path = "../exercises/internet_checksum/solution.rs"]
pub mod internet_checksum;
#[path = "../exercises/match_replies/solution.rs"]
pub mod match_replies;
#[path = "../exercises/stop_and_wait/solution.rs"]
pub mod stop_and_wait;

pub mod account;
pub mod icmp;
pub mod icmp_socket;
pub mod incoming;
pub mod mtu;
pub mod random;
pub mod schedule;
pub mod talk;
