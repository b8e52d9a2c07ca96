//! How does one program serve many? What the engines of chapter 7 share.
//!
//! The service is in [`proverbs`]: questions that end in `?`, answers that end in
//! `.`. An engine is a program around it, and differs from the others only where
//! the architecture does.
//!
//! The modules [`bounded_pool`], [`event_loop`], [`graceful_drain`], [`slow_client`]
//! and [`accept_errors`] are the solutions of the chapter's exercises.

// The solutions also stand in the exercises' own crate and speak of this one by
// its name.
extern crate self as architectures;

#[path = "../exercises/accept_errors/solution.rs"]
pub mod accept_errors;
#[path = "../exercises/bounded_pool/solution.rs"]
pub mod bounded_pool;
#[path = "../exercises/event_loop/solution.rs"]
pub mod event_loop;
#[path = "../exercises/graceful_drain/solution.rs"]
pub mod graceful_drain;
#[path = "../exercises/slow_client/solution.rs"]
pub mod slow_client;

pub mod client;
pub mod engine;
pub mod flood;
pub mod framework;
pub mod inherited;
pub mod pass;
pub mod places;
pub mod proverbs;
pub mod reactor;
pub mod succession;
pub mod tasks;
