//! Exercise `iterative_resolver`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports, clippy::ptr_arg)]

#[path = "../iterative_resolver.rs"]
mod iterative_resolver;
use iterative_resolver::*;

mod checks;
