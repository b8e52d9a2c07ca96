//! Exercise `ttl_cache`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports, clippy::ptr_arg)]

#[path = "../ttl_cache.rs"]
mod ttl_cache;
use ttl_cache::*;

mod checks;
