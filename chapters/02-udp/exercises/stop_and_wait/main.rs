//! Exercise `stop_and_wait`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_imports, unused_mut, unused_variables)]

#[path = "../stop_and_wait.rs"]
mod stop_and_wait;
use stop_and_wait::*;

mod checks;
