//! Exercise `reassembler`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports, clippy::ptr_arg)]

#[path = "../reassembler.rs"]
mod reassembler;
use reassembler::*;

mod checks;

// Some checks ask what your code asks of memory.
#[global_allocator]
static HEAP: testkit::heap::Heap = testkit::heap::Heap;
