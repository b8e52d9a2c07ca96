//! Exercise `token_bucket`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../token_bucket.rs"]
mod token_bucket;
use token_bucket::*;

mod checks;
