//! Exercise `slow_client`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../slow_client.rs"]
mod slow_client;
use slow_client::*;

mod checks;
