//! Exercise `handshake`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../handshake.rs"]
mod handshake;
use handshake::*;

mod checks;
