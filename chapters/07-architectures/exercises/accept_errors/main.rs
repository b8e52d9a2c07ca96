//! Exercise `accept_errors`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../accept_errors.rs"]
mod accept_errors;
use accept_errors::*;

mod checks;
