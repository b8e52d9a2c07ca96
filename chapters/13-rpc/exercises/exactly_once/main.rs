//! Exercise `exactly_once`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../exactly_once.rs"]
mod exactly_once;
use exactly_once::*;

mod checks;
