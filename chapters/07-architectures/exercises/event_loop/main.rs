//! Exercise `event_loop`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../event_loop.rs"]
mod event_loop;
use event_loop::*;

mod checks;
