//! The exercises of chapter 7. Each is a file beside this one; its header is the
//! task. Their order gives them their numbers: 7.1, 7.2 ...

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

mod bounded_pool;

mod event_loop;

mod graceful_drain;

mod slow_client;

mod accept_errors;
