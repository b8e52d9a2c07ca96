//! Exercise `connection_pool`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../connection_pool.rs"]
mod connection_pool;
use connection_pool::*;

mod checks;
