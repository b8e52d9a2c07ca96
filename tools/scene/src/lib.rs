//! Scenes: what a reader types into one or more terminals and what must come back,
//! as one text file that a page shows and a test plays.
//!
//! 1. `format` parses the file: title, directives, steps with their output.
//! 2. `play` does the steps with real programs, which `live` starts and ends.
//! 3. `canon` gives what differs from run to run one form: ports, times, ids.
//! 4. `compare` holds each line against the file; the first that differs ends it.
//! 5. `report` tells a person of the difference, and `bless` writes it into the file.
//! 6. Each [`Event`] goes to whoever listens: the console, a test, a browser.
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
//! [`Scene`] is such a file, parsed; a [`Stage`] plays it.

mod bless;
mod canon;
mod compare;
mod event;
mod format;
mod live;
mod play;
mod report;
mod scan;
pub mod testing;

pub use bless::{BlessError, bless, write_whole};
pub use canon::Canon;
pub use event::{Event, Verdict};
pub use format::{Action, Directives, Exit, Line, LoadError, ParseError, Scene, Step, scenes};
pub use live::kill_all;
pub use play::{Stage, is_ability};
pub use report::{DiffLine, Elsewhere, Report};
