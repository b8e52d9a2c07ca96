//! The exercises of chapter 1. Each is a file beside this one; its header is the
//! task. Their order gives them their numbers: 1.1, 1.2 ...

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports, clippy::ptr_arg)]

mod hexdump;

mod get_by_hand;

mod split_utf8;

mod read_reply;

// Some checks ask what your code asks of memory.
#[global_allocator]
static HEAP: testkit::heap::Heap = testkit::heap::Heap;
