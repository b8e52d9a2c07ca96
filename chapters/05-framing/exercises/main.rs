//! The exercises of chapter 5. Each is a file beside this one; its header is the
//! task. Their order gives them their numbers: 5.1, 5.2 ...

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

mod delimiter;

mod length_prefix;

mod chunks;

mod cancel_safe;

mod error_report;

// Some checks ask what your code asks of memory.
#[global_allocator]
static HEAP: testkit::heap::Heap = testkit::heap::Heap;
