//! The exercises of chapter 3. Each is a file beside this one; its header is the
//! task. Their order gives them their numbers: 3.1, 3.2 ...

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports, clippy::ptr_arg)]

mod write_all;

mod read_exact;

mod echo_without_deadlock;

mod socket_table;

mod reassembler;

// Some checks ask what your code asks of memory.
#[global_allocator]
static HEAP: testkit::heap::Heap = testkit::heap::Heap;
