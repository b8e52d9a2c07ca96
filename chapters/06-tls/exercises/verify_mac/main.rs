//! Exercise `verify_mac`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../verify_mac.rs"]
mod verify_mac;
use verify_mac::*;

mod checks;
