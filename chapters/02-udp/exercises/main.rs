//! The exercises of chapter 2. Each is a file beside this one; its header is the
//! task. Their order gives them their numbers: 2.1, 2.2 ...

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_imports, unused_mut, unused_variables)]

mod internet_checksum;

mod backoff;

mod match_replies;

mod stop_and_wait;
