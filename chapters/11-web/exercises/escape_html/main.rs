//! Exercise `escape_html`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../escape_html.rs"]
mod escape_html;
use escape_html::*;

mod checks;
