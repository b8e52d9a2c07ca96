//! How does one program serve many? What the engines of chapter 7 share.
//!
//! | module | what it is | page | exercise | scene |
//! |---|---|---|---|---|
//! | [`bounded_pool`] | A pool of threads, and a queue with an end | threads | 7.1 | pool-slow |
//! | [`event_loop`] | One connection of an event loop | readiness | 7.2 | mio-slow |
//! | [`graceful_drain`] | A server that stops without breaking off what it has begun | limits | 7.3 | drain |
//! | [`slow_client`] | A client has a limited time for each request, however it spends it | limits | 7.4 | |
//! | [`accept_errors`] | What a server does when `accept` fails | limits | 7.5 | descriptors |
//! | [`client`] | A client of an engine that never waits for one client alone | readiness | | mio-slow |
//! | [`serving`] | The command line, the limits, how engines listen and accept | one-at-a-time | | single-slow |
//! | [`flood`] | Many connections to one server, and what becomes of each | limits | | descriptors |
//! | [`framework`] | The pieces of a server framework | frameworks | | mini-server-daytime |
//! | [`inherited`] | Sockets from whoever started this program | inherited | | activated |
//! | [`pass`] | An open socket for another process | inherited | | hand-over |
//! | [`places`] | A number of places, for threads to take and to give back | threads | | threads-slow |
//! | [`proverbs`] | The service of this chapter | one-at-a-time | | callbacks-slow |
//! | [`reactor`] | A loop that calls an object of each connection | tasks | | callbacks-slow |
//! | [`succession`] | How one process replaces another | inherited | | hand-over |
//! | [`tasks`] | What the engines made of tasks share | tasks | | drain |
//!
//! A module with an exercise is its solution, in `exercises/NAME/solution.rs`. The pages are
//! those of `book/07-architectures`.
//!
//! The service is in [`proverbs`]: questions that end in `?`, answers that end in
//! `.`. An engine is a program around it, and differs from the others only where
//! the architecture does.

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
pub mod flood;
pub mod framework;
pub mod inherited;
pub mod pass;
pub mod places;
pub mod proverbs;
pub mod reactor;
pub mod serving;
pub mod succession;
pub mod tasks;
