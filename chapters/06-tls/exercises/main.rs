//! The exercises of chapter 6. Each is a file beside this one; its header is the
//! task. Their order gives them their numbers: 6.1, 6.2 ...

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

mod verify_mac;

mod mutual_challenge;

mod explain_rejection;

mod truncation;

mod reload_certificate;

// One check asks what your code asks of memory.
#[global_allocator]
static HEAP: testkit::heap::Heap = testkit::heap::Heap;
