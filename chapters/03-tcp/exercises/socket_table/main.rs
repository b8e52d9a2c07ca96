//! Exercise `socket_table`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports, clippy::ptr_arg)]

#[path = "../socket_table.rs"]
mod socket_table;
use socket_table::*;

mod checks;
