//! Exercise `explain_rejection`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../explain_rejection.rs"]
mod explain_rejection;
use explain_rejection::*;

mod checks;
