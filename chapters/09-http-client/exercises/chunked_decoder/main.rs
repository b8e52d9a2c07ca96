//! Exercise `chunked_decoder`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../chunked_decoder.rs"]
mod chunked_decoder;
use chunked_decoder::*;

mod checks;
