//! Who is at the other end, and who else can read it? What the programs of chapter 6
//! share.
//!
//! [`Authority`] makes the certificates, right ones and wrong ones. [`Clock`] says
//! what time it is when they are checked. [`config`] says once what every program
//! here tells rustls.
//!
//! The modules [`verify_mac`], [`mutual_challenge`], [`explain_rejection`],
//! [`truncation`] and [`reload_certificate`] are the solutions of the chapter's
//! exercises.

// The solutions also stand in the exercises' own crate and speak of this one by
// its name.
extern crate self as tls;

#[path = "../exercises/explain_rejection/solution.rs"]
pub mod explain_rejection;
#[path = "../exercises/mutual_challenge/solution.rs"]
pub mod mutual_challenge;
#[path = "../exercises/reload_certificate/solution.rs"]
pub mod reload_certificate;
#[path = "../exercises/truncation/solution.rs"]
pub mod truncation;
#[path = "../exercises/verify_mac/solution.rs"]
pub mod verify_mac;

pub mod about;
mod authority;
pub mod binding;
mod clock;
pub mod config;
mod dangerous;
pub mod identity;
mod line_stream;
mod lines;
pub mod meeting;
pub mod misfits;
pub mod offer;
pub mod options;
pub mod person;
pub mod probe;
mod rejection;
mod replace;
pub mod secret;
pub mod tour;

pub use authority::{Authority, Flaw};
pub use clock::Clock;
pub use dangerous::BelievesAnybody;
pub use identity::Identity;
pub use line_stream::{LineStream, send};
pub use lines::{LineError, Lines};
pub use rejection::Rejection;
pub use replace::Replace;

/// The octets that a message may have: one bad peer may not take more.
pub const MAX_MESSAGE: usize = 64 * 1024;

/// How many clients a server in tokio serves at a time; the next one waits.
pub const CLIENTS: usize = 100;
