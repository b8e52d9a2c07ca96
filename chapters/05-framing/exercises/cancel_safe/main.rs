//! Exercise `cancel_safe`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../cancel_safe.rs"]
mod cancel_safe;
use cancel_safe::*;

mod checks;
