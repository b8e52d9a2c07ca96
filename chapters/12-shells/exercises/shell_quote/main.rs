//! Exercise `shell_quote`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../shell_quote.rs"]
mod shell_quote;
use shell_quote::*;

mod checks;
