//! Exercise `request_head`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../request_head.rs"]
mod request_head;
use request_head::*;

mod checks;
