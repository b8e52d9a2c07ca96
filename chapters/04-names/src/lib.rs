//! Names, addresses, and how one becomes the other: a codec for DNS messages, and
//! what the programs of chapter 4 share.
//!
//! The modules [`strict_address`], [`dns_name`], [`ttl_cache`], [`interleave`] and
//! [`iterative_resolver`] are the solutions of the chapter's exercises.
//!
//! `resolve.rs` isn't here: the programs that need hickory-resolver take it in by
//! themselves, so that nobody else waits for the linker to read that.

// The solutions also stand in the exercises' own crate and speak of this one by
// its name.
extern crate self as names;

#[path = "../exercises/dns_name/solution.rs"]
pub mod dns_name;
#[path = "../exercises/interleave/solution.rs"]
pub mod interleave;
#[path = "../exercises/iterative_resolver/solution.rs"]
pub mod iterative_resolver;
#[path = "../exercises/strict_address/solution.rs"]
pub mod strict_address;
#[path = "../exercises/ttl_cache/solution.rs"]
pub mod ttl_cache;

pub mod ask;
pub mod kind;
pub mod look_up;
pub mod loose;
pub mod message;
mod name;
pub mod print;
pub mod race;
pub mod record;
pub mod server;
pub mod services;
pub mod socket_name;
pub mod stream;
pub mod unix;
pub mod zone;

pub use name::{Name, TextError};
