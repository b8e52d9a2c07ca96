//! Exercise `mutual_challenge`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../mutual_challenge.rs"]
mod mutual_challenge;
use mutual_challenge::*;

mod checks;

// What the task is given, compiled here: no library is linked, nor what that is made of.
extern crate self as tls;
#[path = "../verify_mac/solution.rs"]
pub mod verify_mac;
