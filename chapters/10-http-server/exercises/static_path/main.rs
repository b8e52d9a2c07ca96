//! Exercise `static_path`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../static_path.rs"]
mod static_path;
use static_path::*;

mod checks;

// What the task is given, compiled here: no library is linked, nor what that is made of.
extern crate self as http_server;
#[path = "../../src/percent.rs"]
pub mod percent;
