//! Exercise `hash_ring`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../hash_ring.rs"]
mod hash_ring;
use hash_ring::*;

mod checks;
