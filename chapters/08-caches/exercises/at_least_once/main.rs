//! Exercise `at_least_once`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../at_least_once.rs"]
mod at_least_once;
use at_least_once::*;

mod checks;
