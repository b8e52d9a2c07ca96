//! Exercise `strict_address`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports, clippy::ptr_arg)]

#[path = "../strict_address.rs"]
mod strict_address;
use strict_address::*;

mod checks;
