//! Many calls in one: `system.multicall` of XML-RPC.

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

// ANCHOR: server
/// The result of `system.multicall` with these `params`. Each of the calls goes to `call`, in
/// their order. There may be `limit` of them.
pub fn multicall(
    params: &[Value],
    limit: usize,
    mut call: impl FnMut(&str, &[Value]) -> Result<Value, Fault>,
) -> Result<Value, Fault> {
    let refuse = |why: &str| Err(Fault::new(Fault::INVALID_PARAMS, why));
    let [Value::Array(calls)] = params else {
        return refuse("system.multicall takes one array of calls");
    };
    if calls.len() > limit {
        return refuse("too many calls");
    }
    let results = calls.iter().map(|one| match one_call(one, &mut call) {
        Ok(result) => Value::Array(vec![result]),
        Err(fault) => fault.to_value(),
    });
    Ok(Value::Array(results.collect()))
}

/// The result of one of the calls.
fn one_call(
    one: &Value,
    call: &mut impl FnMut(&str, &[Value]) -> Result<Value, Fault>,
) -> Result<Value, Fault> {
    let refuse = |why: &str| Err(Fault::new(Fault::INVALID_CALL, why));
    let Value::Struct(members) = one else {
        return refuse("a call is a struct");
    };
    match (members.get("methodName"), members.get("params")) {
        (Some(Value::String(name)), _) if name == MULTICALL => {
            refuse("system.multicall inside system.multicall")
        }
        (Some(Value::String(name)), Some(Value::Array(params))) => call(name, params),
        _ => refuse("a call has a methodName and params"),
    }
}
// ANCHOR_END: server

// ANCHOR: client
/// The parameter of a `system.multicall` that makes these calls.
pub fn to_params(calls: &[(&str, Vec<Value>)]) -> Value {
    let one = |(name, params): &(&str, Vec<Value>)| {
        Value::Struct(BTreeMap::from([
            ("methodName".to_owned(), Value::String((*name).to_owned())),
            ("params".to_owned(), Value::Array(params.clone())),
        ]))
    };
    Value::Array(calls.iter().map(one).collect())
}

/// What came of each of so many `calls`. None, if `answer` is no answer to them.
pub fn to_results(answer: &Value, calls: usize) -> Option<Vec<Result<Value, Fault>>> {
    let one = |result: &Value| match result {
        Value::Array(one) => match &one[..] {
            [value] => Some(Ok(value.clone())),
            _ => None,
        },
        other => Fault::from_value(other).map(Err),
    };
    match answer {
        Value::Array(results) if results.len() == calls => results.iter().map(one).collect(),
        _ => None,
    }
}
// ANCHOR_END: client
