//! How TCP makes a stream of packets, how that stream ends, and how it stalls:
//! what the programs of chapter 3 share.
//!
//! The modules [`write_all`], [`read_exact`], [`echo_without_deadlock`],
//! [`socket_table`] and [`reassembler`] are the solutions of the chapter's
//! exercises.

#[path = "../exercises/echo_without_deadlock/solution.rs"]
pub mod echo_without_deadlock;
#[path = "../exercises/read_exact/solution.rs"]
pub mod read_exact;
#[path = "../exercises/reassembler/solution.rs"]
pub mod reassembler;
#[path = "../exercises/socket_table/solution.rs"]
pub mod socket_table;
#[path = "../exercises/write_all/solution.rs"]
pub mod write_all;

pub mod kernel;
pub mod lines;
pub mod pair;
pub mod tell;
pub mod wait;
