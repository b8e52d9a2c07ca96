//! Exercise `iac_decoder`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../iac_decoder.rs"]
mod iac_decoder;
use iac_decoder::*;

mod checks;
