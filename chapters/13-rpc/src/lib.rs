//! Remote procedure calls: what the programs of chapter 13 share.
//!
//! | module | what it is | exercise |
//! |---|---|---|
//! | [`xmlrpc_values`] | values of XML-RPC, from XML and to XML | 13.1 |
//! | [`jsonrpc_batch`] | what a server of JSON-RPC answers | 13.2 |
//! | [`multicall`] | many calls of XML-RPC in one | 13.3 |
//! | [`handshake`] | two ends that prove to know a key | 13.4 |
//! | [`exactly_once`] | retries that don't repeat an effect | 13.5 |
//! | [`message`] | whole messages on a stream | |
//! | [`digest`] | digests made with a key | |
//! | [`secret`] | the key, and our own challenges | |

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

pub mod digest;
pub mod message;
pub mod secret;
