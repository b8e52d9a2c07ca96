//! Exercise `reload_certificate`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../reload_certificate.rs"]
mod reload_certificate;
use reload_certificate::*;

mod checks;
