//! Exercise `graceful_drain`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../graceful_drain.rs"]
mod graceful_drain;
use graceful_drain::*;

mod checks;
