//! Exercise `dns_name`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports, clippy::ptr_arg)]

#[path = "../dns_name.rs"]
mod dns_name;
use dns_name::*;

mod checks;
