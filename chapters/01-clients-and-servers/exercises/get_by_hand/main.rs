//! Exercise `get_by_hand`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports, clippy::ptr_arg)]

#[path = "../get_by_hand.rs"]
mod get_by_hand;
use get_by_hand::*;

mod checks;
