//! Exercise `expect_continue`: the reader's file, and its checks.

// A function that is still to be written uses nothing yet.
#![allow(dead_code, unused_variables, unused_imports)]

#[path = "../expect_continue.rs"]
mod expect_continue;
use expect_continue::*;

mod checks;

// What the task is given, compiled here: no library is linked, nor what that is made of.
extern crate self as http_client;
extern crate self as http_server;
#[path = "../../src/authority.rs"]
pub mod authority;
#[path = "../../../09-http-client/exercises/body_length/solution.rs"]
pub mod body_length;
#[path = "../../../09-http-client/src/fields.rs"]
pub mod fields;
#[path = "../../src/request.rs"]
pub mod request;
#[path = "../request_head/solution.rs"]
pub mod request_head;
#[path = "../../../09-http-client/exercises/response_head/solution.rs"]
pub mod response_head;
