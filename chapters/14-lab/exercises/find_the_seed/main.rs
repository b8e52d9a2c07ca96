//! Exercise `find_the_seed`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

mod deposits;

#[path = "../find_the_seed.rs"]
mod find_the_seed;
use find_the_seed::*;

mod checks;
