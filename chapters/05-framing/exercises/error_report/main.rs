//! Exercise `error_report`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../error_report.rs"]
mod error_report;
use error_report::*;

mod checks;
