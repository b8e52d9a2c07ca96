//! Exercise `response_head`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../response_head.rs"]
mod response_head;
use response_head::*;

mod checks;
