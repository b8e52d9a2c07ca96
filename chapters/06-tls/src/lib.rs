//! Who is at the other end, and who else can read it? What the programs of chapter 6
//! share.
//!
//! | module | what it is | page | exercise | scene |
//! |---|---|---|---|---|
//! | [`verify_mac`] | A message authentication code | who-is-there | 6.1 | challenge |
//! | [`mutual_challenge`] | Challenge and response, both ways | who-is-there | 6.2 | challenge |
//! | [`explain_rejection`] | What a refused certificate means to the person in front of it | certificates | 6.3 | make-ca |
//! | [`truncation`] | Where a TLS stream ends properly, and where it was cut | in-code | 6.4 | tls-blocking |
//! | [`reload_certificate`] | A certificate that can be replaced while the server runs | mutual | 6.5 | tls-mutual |
//! | [`description`] | What stands in a certificate, for a person to read | looking | | probe |
//! | `authority` | A certification authority, and what it signs | certificates | | make-ca |
//! | [`binding`] | What a conversation runs on, named so that both ends can tell whether it is the same | what-tls-gives | | |
//! | `clock` | What time it is when a certificate is checked | index | | make-ca |
//! | [`config`] | What every program of this chapter tells rustls, said once | certificates | | make-ca |
//! | `dangerous` | What no program should have, and what programs in a hurry have | what-tls-gives | | relay-dangerous |
//! | [`identity`] | A certificate chain and the key that belongs to it | in-code | | tls-blocking |
//! | `line_stream` | Lines of text over TLS in tokio | in-code | | tls-echo |
//! | `lines` | Lines of text, each ended by a line feed | index | | tls-echo |
//! | [`meeting`] | A handshake without a network | in-code | | tls-blocking |
//! | [`misfits`] | Clients and servers whose settings don't fit | looking | | misfits |
//! | [`client_hello`] | What a client offers to a server, where it is not what everybody offers | looking | | probe |
//! | [`options`] | The command line of TLS | in-code | | tls-echo |
//! | [`person`] | What a certificate says of its owner | mutual | | tls-mutual |
//! | [`probe`] | What can be learnt of a TLS server by connecting to it | looking | | probe |
//! | `rejection` | What a program says when TLS failed | in-code | | tls-blocking |
//! | `replace` | One text for another, in what a relay passes on | who-is-there | | relay-challenge |
//! | [`secret`] | What must be random, and what nobody else may read | who-is-there | | challenge |
//! | [`tour`] | A TLS connection record by record | handshake | | tour-12 |
//!
//! A module with an exercise is its solution, in `exercises/NAME/solution.rs`. The pages are
//! those of `book/06-tls`.
//!
//! [`Authority`] makes the certificates, right ones and wrong ones. [`Clock`] says
//! what time it is when they are checked. [`config`] says once what every program
//! here tells rustls.

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

mod authority;
pub mod binding;
pub mod client_hello;
mod clock;
pub mod config;
mod dangerous;
pub mod description;
pub mod identity;
mod line_stream;
mod lines;
pub mod meeting;
pub mod misfits;
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
