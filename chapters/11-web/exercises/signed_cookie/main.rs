//! Exercise `signed_cookie`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../signed_cookie.rs"]
mod signed_cookie;
use signed_cookie::*;

mod checks;
