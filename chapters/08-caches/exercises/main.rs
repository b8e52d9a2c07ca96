//! The exercises of chapter 8. Each is a file beside this one; its header is the
//! task. Their order gives them their numbers: 8.1, 8.2 ...

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

mod resp_decoder;

mod expiring_lru;

mod hash_ring;

mod slow_subscriber;

mod at_least_once;

// Some checks ask what your code asks of memory.
#[global_allocator]
static HEAP: testkit::heap::Heap = testkit::heap::Heap;
