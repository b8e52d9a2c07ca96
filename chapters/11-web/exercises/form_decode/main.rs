//! Exercise `form_decode`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../form_decode.rs"]
mod form_decode;
use form_decode::*;

mod checks;
