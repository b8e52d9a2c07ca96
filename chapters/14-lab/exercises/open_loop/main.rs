//! Exercise `open_loop`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../open_loop.rs"]
mod open_loop;
use open_loop::*;

mod checks;
