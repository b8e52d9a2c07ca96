//! The exercises of chapter 4. Each is a file beside this one; its header is the
//! task. Their order gives them their numbers: 4.1, 4.2 ...

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports, clippy::ptr_arg)]

mod strict_address;

mod dns_name;

mod ttl_cache;

mod interleave;

mod iterative_resolver;
