//! Exercise `internet_checksum`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_imports, unused_mut, unused_variables)]

#[path = "../internet_checksum.rs"]
mod internet_checksum;
use internet_checksum::*;

mod checks;
