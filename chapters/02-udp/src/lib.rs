//! Datagrams: what UDP adds to IP, what is left to you, and ICMP beside it. What
//! the programs of chapter 2 share.
//!
//! The modules [`internet_checksum`] and [`backoff`] are solutions of the chapter's
//! exercises.

#[path = "../exercises/backoff/solution.rs"]
pub mod backoff;
#[path = "../exercises/internet_checksum/solution.rs"]
pub mod internet_checksum;

pub mod account;
pub mod icmp;
pub mod icmp_socket;
pub mod mtu;
pub mod random;
pub mod schedule;
pub mod talk;
