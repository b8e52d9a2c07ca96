//! Exercise `option_negotiation`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../option_negotiation.rs"]
mod option_negotiation;
use option_negotiation::*;

mod checks;

// What the task is given, compiled here: no library is linked, nor what that is made of.
extern crate self as shells;
#[path = "../iac_decoder/solution.rs"]
pub mod iac_decoder;
