//! Exercise `jsonrpc_batch`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../jsonrpc_batch.rs"]
mod jsonrpc_batch;
use jsonrpc_batch::*;

mod checks;
