//! Exercise `histogram`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../histogram.rs"]
mod histogram;
use histogram::*;

mod checks;

/// One of the checks counts the memory that is asked for.
#[global_allocator]
static HEAP: testkit::heap::Heap = testkit::heap::Heap;
