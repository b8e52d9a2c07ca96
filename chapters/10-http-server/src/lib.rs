//! HTTP servers: what the programs of chapter 10 share.
//!
//! | module | what it is | page | exercise | scenes |
//! |---|---|---|---|---|
//! | [`request_head`] | the head of a request, parsed strictly | Why so strict? | 10.1 | `smuggled`, `smuggled-forms`, `large-head` |
//! | [`router`] | from a method and a path to a handler | Which function answers? | 10.2 | `dispatch` |
//! | [`expect_continue`] | when a client that waits is told to go on | Limits | 10.3 | `continue` |
//! | [`static_path`] | a path inside the root, or nothing | Files | 10.4 | `file-server-traversal` |
//! | [`pipelining`] | requests one behind the other, and their answers in order | Before your code, and after | 10.5 | `httpd-pipelining` |
//! | [`server`] | HTTP/1.1 over a stream | Before your code, and after; Limits | | `httpd`, `slow-head` |
//! | [`serving`] | listening, TLS, and an end in good order | The end | | `stop`, `tls` |
//! | [`settings`] | what a client may have | Limits | | `slow-head`, `early-answer` |
//! | [`under`] | one application under three servers | Server and application | | `gateway-three` |
//! | [`application`] | what stands between server and application | Server and application | | `gateway` |
//! | [`environ`] | a request as CGI and WSGI name its parts | Server and application | | `gateway`, `gateway-python` |
//! | [`forwarded`] | who has asked, behind a proxy | In front of it | | `proxy` |
//! | [`dispatch`] | a framework in small | Which function answers? | | `dispatch` |
//! | [`parameters`] | what a form sends | Which function answers? | | `dispatch-parameters` |
//! | [`pages`] | what the examples answer | Which function answers? | | `dispatch` |
//! | [`files`] | files, as an application | Files | | `file-server`, `file-server-list` |
//! | [`beneath`] | opens what is beneath a directory | Files | | `file-server-traversal` |
//! | [`conditions`] | conditional requests and ranges | A part, or nothing | | `file-server-ranges` |
//! | [`h2`] | frames of HTTP/2 by hand | HTTP/2 | | `h2-frames`, `h2-attacks` |
//! | [`by_hand`] | a client that sends what it is told | | | `httpd` |
//! | [`example`] | files and a certificate to try the programs with | | | `file-server`, `tls` |
//! | [`authority`] | a host and a port, as they stand in a target and in `Host` | | 10.1 | |
//! | [`body`] | the body of a request, however it is framed | | 10.5 | |
//! | `request` | what follows from a head: another request, a status | | 10.1 | |
//! | [`percent`] | percent-encoding, decoded strictly | | 10.2, 10.4 | |
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
