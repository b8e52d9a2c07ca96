//! Exercise `fan_out`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../fan_out.rs"]
mod fan_out;
use fan_out::*;

mod checks;
