//! Exercise `bounded_pool`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../bounded_pool.rs"]
mod bounded_pool;
use bounded_pool::*;

mod checks;
