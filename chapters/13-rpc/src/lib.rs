//! Remote procedure calls: what the programs of chapter 13 share.
//!
//! | module | what it is | page | exercise | scenes |
//! |---|---|---|---|---|
//! | [`kv`] | the service that all of them call | What makes a call remote? | | `xmlrpc-kv` |
//! | [`access`] | who may call | Who may call? | | `access` |
//! | [`http`] | a call is a request of HTTP | XML-RPC, JSON-RPC | | `xmlrpc-kv` |
//! | [`xmlrpc`] | documents that call and answer, introspection | XML-RPC | | `xmlrpc-kv` |
//! | [`xmlrpc_values`] | values of XML-RPC, from XML and to XML | XML-RPC | 13.1 | `xmlrpc-types` |
//! | [`jsonrpc`] | the service over JSON-RPC | JSON-RPC | | `jsonrpc` |
//! | [`jsonrpc_batch`] | what a server of JSON-RPC answers | JSON-RPC | 13.2 | `jsonrpc-batch` |
//! | [`multicall`] | many calls of XML-RPC in one | XML-RPC | 13.3 | `xmlrpc-multicall` |
//! | [`connection`] | objects over a connection | Objects over a connection | | `connection` |
//! | [`message`] | whole messages on a stream | Objects over a connection | | `connection` |
//! | [`handshake`] | two ends that prove to know a key | Who may call? | 13.4 | `connection-key` |
//! | [`digest`] | digests made with a key | Who may call? | 13.4 | |
//! | [`secret`] | the key, and our own challenges | Who may call? | 13.4 | |
//! | [`pickle`] | the part of Python's pickles that is only data | Objects over a connection | | `pickle-forged` |
//! | [`grpc`] | the service over gRPC | gRPC | | `grpc-kv` |
//! | [`exactly_once`] | retries that don't repeat an effect | Not twice | 13.5 | |
//! | [`compare`] | the same calls over each of them | What does a call cost? | | `compare` |
//!
//! A module with an exercise is its solution, in `exercises/NAME/solution.rs`.

// The solutions also stand in the exercises' own crate and speak of this one by
// its name.
extern crate self as rpc;

#[path = "../exercises/exactly_once/solution.rs"]
pub mod exactly_once;
#[path = "../exercises/handshake/solution.rs"]
pub mod handshake;
#[path = "../exercises/jsonrpc_batch/solution.rs"]
pub mod jsonrpc_batch;
#[path = "../exercises/multicall/solution.rs"]
pub mod multicall;
#[path = "../exercises/xmlrpc_values/solution.rs"]
pub mod xmlrpc_values;

pub mod access;
pub mod compare;
pub mod connection;
pub mod digest;
pub mod grpc;
pub mod http;
pub mod jsonrpc;
pub mod kv;
pub mod math;
pub mod message;
pub mod pickle;
pub mod secret;
pub mod xmlrpc;

/// `text` from elsewhere, safe to print: none of its characters moves the cursor.
pub fn plain(text: &str) -> String {
    let safe = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    text.chars().map(safe).collect()
}
