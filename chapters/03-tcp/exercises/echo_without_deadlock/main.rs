//! Exercise `echo_without_deadlock`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports, clippy::ptr_arg)]

#[path = "../echo_without_deadlock.rs"]
mod echo_without_deadlock;
use echo_without_deadlock::*;

mod checks;
