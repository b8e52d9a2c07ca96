//! What a server answers
//!
//! Difficulty: core
//! Page: 13-rpc/jsonrpc.md
//! Check: just check 13.2
//!
//! JSON-RPC 2.0 takes four pages (jsonrpc.org/specification), and much of them is about what is not answered.
//! Write the function of a server that takes a text and says what to send back.
//!
//! `respond` makes the calls that `text` asks for, by `call(method, params)`, in their order.
//! It returns the answer, or `None` if there is none.
//!
//! - A text that is no JSON is answered with `Error::parse_error()` and the `id` null.
//! - A request is an object. `jsonrpc` is the string `2.0`, `method` a string. `params` is an
//!   array or an object, or it is missing: then `call` gets an empty array. `id` is a string,
//!   a number or null, or it is missing. Other members mean nothing.
//! - Everything else is answered with `Error::invalid_request()`, and nothing is called. The
//!   answer has the `id` of the object, if that is a string or a number, and otherwise null.
//! - A request whose `id` is missing is a notification. It is called, and never answered,
//!   whatever `call` says. The `id` null is not missing: its answer has the `id` null.
//! - What `call` returns goes into the answer: `result`, or `error` with `code`, `message`,
//!   and with `data` if there is some. The answer has no other members than these, `jsonrpc`
//!   and `id`. The `id` is that of the request, as `serde_json` has read it.
//! - An array is a batch. Each of its members is treated as if it had come alone, but an array
//!   is no request there. The answers are one array, in the order of the requests; if there is
//!   none, there is no array.
//! - A batch of no members, or of more than `limit`, is answered with one
//!   `Error::invalid_request()` and the `id` null, without an array. Nothing of it is called.
//!
//! ```text
//! [{"jsonrpc": "2.0", "method": "add", "params": [1, 2], "id": "a"},
//!  {"jsonrpc": "2.0", "method": "log", "params": ["hello"]},
//!  7]
//!
//! [{"jsonrpc": "2.0", "result": 3, "id": "a"},
//!  {"jsonrpc": "2.0", "error": {"code": -32600, "message": "Invalid Request"}, "id": null}]
//! ```

use serde_json::{Value, json};

/// What went wrong with a call.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message} ({code})")]
pub struct Error {
    /// What kind of error it is. -32768 to -32000 are the specification's own.
    pub code: i64,
    /// What a person reads.
    pub message: String,
    /// What else there is to say.
    pub data: Option<Value>,
}

impl Error {
    /// An error without data.
    pub fn new(code: i64, message: &str) -> Error {
        Error {
            code,
            message: message.to_owned(),
            data: None,
        }
    }

    /// That the text was no JSON.
    pub fn parse_error() -> Error {
        Error::new(-32700, "Parse error")
    }

    /// That the JSON was no request.
    pub fn invalid_request() -> Error {
        Error::new(-32600, "Invalid Request")
    }

    /// That there is no such method.
    pub fn method_not_found() -> Error {
        Error::new(-32601, "Method not found")
    }

    /// That the method takes other parameters.
    pub fn invalid_params() -> Error {
        Error::new(-32602, "Invalid params")
    }
}

/// What the server answers to `text`: nothing, an object, or an array of objects. Each call
/// goes to `call`, with its method and its parameters, which are an array or an object. A
/// batch may have `limit` requests.
pub fn respond(
    text: &[u8],
    limit: usize,
    call: impl FnMut(&str, &Value) -> Result<Value, Error>,
) -> Option<Value> {
    todo!()
}
