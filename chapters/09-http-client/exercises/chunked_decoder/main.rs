//! Exercise `chunked_decoder`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../chunked_decoder.rs"]
mod chunked_decoder;
use chunked_decoder::*;

mod checks;

// What the task is given, compiled here: no library is linked, nor what that is made of.
extern crate self as http_client;
#[path = "../../src/fields.rs"]
pub mod fields;
#[path = "../../src/line_ends.rs"]
pub mod line_ends;
#[path = "../response_head/solution.rs"]
pub mod response_head;
