//! Wires of scenes: played again, read by tshark, cut anywhere.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod hostile;
mod played;
mod support;
mod tshark;
