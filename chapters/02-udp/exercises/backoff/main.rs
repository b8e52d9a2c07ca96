//! Exercise `backoff`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_imports, unused_mut, unused_variables)]

#[path = "../backoff.rs"]
mod backoff;
use backoff::*;

mod checks;
