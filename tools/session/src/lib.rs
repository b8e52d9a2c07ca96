//! Scenes: what a reader types into one or more terminals and what must come
//! back, as one plain text file that is both shown on a page and played as a test.
//!
//! ```text
//! # One datagram out, one datagram back.
//! server$ udp-echo server 127.0.0.1:1060
//! Listening at 127.0.0.1:1060
//! client$ udp-echo client 127.0.0.1:1060 "hello"
//! The server at 127.0.0.1:1060 replied "hello"
//! server^C
//! Stopped.
//! ```
//!
//! [`Scene`] is such a file, parsed. A [`Stage`] plays it: it starts the
//! programs, gives them ports of their own, and hands every [`Event`] to whoever
//! listens: a console, a test, a browser.

mod bless;
mod canon;
mod diff;
mod event;
mod guard;
mod pattern;
mod play;
mod ports;
mod process;
mod report;
mod scene;
pub mod testing;
mod words;

pub use bless::{BlessError, bless};
pub use event::{Event, Verdict};
pub use guard::kill_all;
pub use play::Stage;
pub use report::{DiffLine, Elsewhere, Report};
pub use scene::{Action, Directives, Exit, Line, LoadError, ParseError, Scene, Step, scenes};
