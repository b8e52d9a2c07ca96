//! Exercise `expiring_lru`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../expiring_lru.rs"]
mod expiring_lru;
use expiring_lru::*;

mod checks;

// Some checks ask what your code asks of memory.
#[global_allocator]
static HEAP: testkit::heap::Heap = testkit::heap::Heap;
