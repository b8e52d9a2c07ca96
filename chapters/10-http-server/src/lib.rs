//! HTTP servers: what the programs of chapter 10 share.
//!
//! | module | what it is | page | exercise | scenes |
//! |---|---|---|---|---|
//! | [`request_head`] | the head of a request, parsed strictly | | 10.1 | |
//! | [`router`] | from a method and a path to a handler | | 10.2 | |
//! | [`expect_continue`] | when a client that waits is told to go on | | 10.3 | |
//! | [`static_path`] | a path inside the root, or nothing | | 10.4 | |
//! | [`pipelining`] | requests one behind the other, and their answers in order | | 10.5 | |
//! | [`authority`] | a host and a port, as they stand in a target and in `Host` | | | |
//! | [`body`] | the body of a request, however it is framed | | | |
//! | `request` | what follows from a head: another request, a status | | | |
//! | [`percent`] | percent-encoding, decoded strictly | | | |
//!
//! A module with an exercise is its solution, in `exercises/NAME/solution.rs`.

// The solutions also stand in the exercises' own crates and speak of this one by
// its name.
extern crate self as http_server;

#[path = "../exercises/expect_continue/solution.rs"]
pub mod expect_continue;
#[path = "../exercises/pipelining/solution.rs"]
pub mod pipelining;
#[path = "../exercises/request_head/solution.rs"]
pub mod request_head;
#[path = "../exercises/router/solution.rs"]
pub mod router;
#[path = "../exercises/static_path/solution.rs"]
pub mod static_path;

pub mod application;
pub mod authority;
pub mod beneath;
pub mod body;
pub mod by_hand;
pub mod conditions;
pub mod dispatch;
pub mod environ;
pub mod example;
pub mod files;
pub mod forwarded;
pub mod h2;
pub mod pages;
pub mod parameters;
pub mod percent;
mod request;
pub mod server;
pub mod serving;
pub mod settings;
pub mod under;
