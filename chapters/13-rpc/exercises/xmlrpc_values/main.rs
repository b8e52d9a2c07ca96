//! Exercise `xmlrpc_values`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]
#![allow(clippy::ptr_arg)]

#[path = "../xmlrpc_values.rs"]
mod xmlrpc_values;
use xmlrpc_values::*;

mod checks;
