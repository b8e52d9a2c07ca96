//! Exercise `expect_continue`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../expect_continue.rs"]
mod expect_continue;
use expect_continue::*;

mod checks;
