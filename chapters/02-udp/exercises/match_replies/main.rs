//! Exercise `match_replies`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_imports, unused_mut, unused_variables)]

#[path = "../match_replies.rs"]
mod match_replies;
use match_replies::*;

mod checks;
