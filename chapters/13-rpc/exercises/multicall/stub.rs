//! Many calls in one
//!
//! Difficulty: core
//! Page: 13-rpc/xmlrpc.md
//! Check: just check 13.3
//!
//! A call costs a round trip. `system.multicall` is a method that makes other calls, so that
//! many of them cost one. Its only parameter is an array of structs, each with the members
//! `methodName`, a string, and `params`, an array. Its result is an array, with one member for
//! each of the calls, in their order: an array that holds the one result, or the struct of a
//! fault.
//!
//! `multicall` is the server's part. It makes the calls by `call(name, params)`, in their order.
//!
//! - A call that fails has its fault at its place in the result. All others are made.
//! - So has a call that isn't a struct with both members, or that would call `MULTICALL`
//!   again: its fault has the code `Fault::INVALID_CALL`, and `call` isn't asked. What the text
//!   says is up to you. Other members of the struct mean nothing.
//! - All of it fails where `params` isn't one array, and where there are more than `limit`
//!   calls. The code is `Fault::INVALID_PARAMS`, and `call` isn't asked for any of them.
//!
//! `to_params` and `to_results` are the client's part.
//!
//! - `to_params` makes the array of structs.
//! - `to_results` makes of the result what came of each call. It is `None` where `answer` is no
//!   answer to so many `calls`: no array, another number of members, or a member that is
//!   neither an array of one nor a fault. A result may look like a fault; it is one in an array.
//!
//! `Fault::to_value` makes the struct of a fault, and `Fault::from_value` reads it.
//!
//! ```text
//! [{methodName: "add", params: [1, 2]}, {methodName: "div", params: [1, 0]}]
//!
//! [[3], {faultCode: 1, faultString: "division by zero"}]
//! ```

use std::collections::BTreeMap;

use rpc::xmlrpc_values::Value;

/// The method that calls others.
pub const MULTICALL: &str = "system.multicall";

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text} (fault {code})")]
pub struct Fault {
    /// What a program reads.
    pub code: i32,
    /// What a person reads.
    pub text: String,
}

impl Fault {
    /// A call that can't be made (Specification for Fault Code Interoperability).
    pub const INVALID_CALL: i32 = -32600;
    /// A method that there isn't.
    pub const UNKNOWN_METHOD: i32 = -32601;
    /// Parameters that the method doesn't take.
    pub const INVALID_PARAMS: i32 = -32602;

    /// A fault with this code and this text.
    pub fn new(code: i32, text: impl Into<String>) -> Fault {
        Fault {
            code,
            text: text.into(),
        }
    }

    /// The struct that stands for it on the wire.
    pub fn to_value(&self) -> Value {
        Value::Struct(BTreeMap::from([
            ("faultCode".to_owned(), Value::Int(self.code)),
            ("faultString".to_owned(), Value::String(self.text.clone())),
        ]))
    }

    /// The fault that a struct stands for, if it does.
    pub fn from_value(value: &Value) -> Option<Fault> {
        let Value::Struct(members) = value else {
            return None;
        };
        match (members.get("faultCode"), members.get("faultString")) {
            (Some(Value::Int(code)), Some(Value::String(text))) if members.len() == 2 => {
                Some(Fault::new(*code, text))
            }
            _ => None,
        }
    }
}

/// The result of `system.multicall` with these `params`. Each of the calls goes to `call`, in
/// their order. There may be `limit` of them.
pub fn multicall(
    params: &[Value],
    limit: usize,
    call: impl FnMut(&str, &[Value]) -> Result<Value, Fault>,
) -> Result<Value, Fault> {
    todo!()
}

/// The parameter of a `system.multicall` that makes these calls.
pub fn to_params(calls: &[(&str, Vec<Value>)]) -> Value {
    todo!()
}

/// What came of each of so many `calls`. None, if `answer` is no answer to them.
pub fn to_results(answer: &Value, calls: usize) -> Option<Vec<Result<Value, Fault>>> {
    todo!()
}
