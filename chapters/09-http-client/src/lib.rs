//! HTTP clients: what the programs of chapter 9 share.
//!
//! | module | what it is | page | exercise | scenes |
//! |---|---|---|---|---|
//! | [`response_head`] | the head of a response, and the fields of any message | | 9.1 | |
//! | [`body_length`] | which rule ends a body | | 9.2 | |
//! | [`chunked_decoder`] | a body out of its chunks | | 9.3 | |
//! | [`connection_pool`] | connections that may serve another request | | 9.4 | |
//! | [`redirect_policy`] | what to keep and what to drop on the way | | 9.5 | |
//! | [`chunk_encoder`] | a body in chunks, for who sends one | Where does a body end? | | `bodies-chunked` |
//! | `fields` | what stands in the values of fields | | | |
//!
//! A module with an exercise is its solution, in `exercises/NAME/solution.rs`.

// The solutions also stand in the exercises' own crates and speak of this one by
// its name.
extern crate self as http_client;

#[path = "../exercises/body_length/solution.rs"]
pub mod body_length;
#[path = "../exercises/chunked_decoder/solution.rs"]
pub mod chunked_decoder;
#[path = "../exercises/connection_pool/solution.rs"]
pub mod connection_pool;
#[path = "../exercises/redirect_policy/solution.rs"]
pub mod redirect_policy;
#[path = "../exercises/response_head/solution.rs"]
pub mod response_head;

pub mod chunk_encoder;
mod fields;
