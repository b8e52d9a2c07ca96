//! Exercise `explain_rejection`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../explain_rejection.rs"]
mod explain_rejection;
use explain_rejection::*;

mod checks;

// What the checks are made of, compiled here: no library is linked, nor what that is made of.
extern crate self as tls;
#[path = "../../src/authority.rs"]
mod authority;
#[path = "../../src/clock.rs"]
mod clock;
#[path = "../../src/config.rs"]
pub mod config;
#[path = "../../src/identity.rs"]
mod identity;
pub use authority::{Authority, Flaw};
pub use clock::Clock;
pub use identity::Identity;
#[path = "../../src/meeting.rs"]
pub mod meeting;
