//! Exercise `mutual_challenge`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../mutual_challenge.rs"]
mod mutual_challenge;
use mutual_challenge::*;

mod checks;
