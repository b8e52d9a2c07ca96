//! Exercise `pipelining`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../pipelining.rs"]
mod pipelining;
use pipelining::*;

mod checks;
