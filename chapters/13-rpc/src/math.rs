//! What `xmlrpc-math` serves: methods whose parameters have types, and which can fail.

use std::collections::BTreeMap;

use crate::multicall::Fault;
use crate::xmlrpc::Method;
use crate::xmlrpc_values::Value;

/// The fault of a division by zero.
pub const DIVISION: i32 = 10;
/// The fault of a result that an `int` or a `double` can't hold.
pub const OVERFLOW: i32 = 11;

/// The methods.
pub fn methods() -> Vec<Method> {
    let method = |name, signature: &[&'static str], help| Method {
        name,
        signature: signature.to_vec(),
        help,
    };
    vec![
        method("add", &["int", "int", "int"], "The sum of two integers."),
        method(
            "divide",
            &["double", "double", "double"],
            "The first by the second.",
        ),
        method("echo", &["array", "array"], "Gives back what it was given."),
        method(
            "kinds",
            &["array", "array"],
            "The types of the values in an array.",
        ),
    ]
}

/// Calls a method.
///
/// # Errors
///
/// When there is none of that name, when it takes other parameters, when it fails.
pub fn call(name: &str, params: &[Value]) -> Result<Value, Fault> {
    match (name, params) {
        ("add", [Value::Int(a), Value::Int(b)]) => match a.checked_add(*b) {
            Some(sum) => Ok(Value::Int(sum)),
            None => Err(Fault::new(OVERFLOW, "the sum has more than 32 bits")),
        },
        ("divide", [a, b]) => match (number(a), number(b)) {
            (Some(_), Some(0.0)) => Err(Fault::new(DIVISION, "division by zero")),
            (Some(a), Some(b)) if (a / b).is_finite() => Ok(Value::Double(a / b)),
            (Some(_), Some(_)) => Err(Fault::new(OVERFLOW, "the quotient is too large")),
            _ => Err(Fault::new(
                Fault::INVALID_PARAMS,
                "divide takes two numbers",
            )),
        },
        ("echo", [value]) => Ok(value.clone()),
        ("kinds", [Value::Array(values)]) => {
            let kinds = values
                .iter()
                .map(|value| Value::String(kind(value).to_owned()));
            Ok(Value::Array(kinds.collect()))
        }
        ("add" | "echo" | "kinds", _) => {
            let why = format!("{name} takes something else");
            Err(Fault::new(Fault::INVALID_PARAMS, why))
        }
        _ => Err(Fault::new(Fault::UNKNOWN_METHOD, "no such method")),
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(f64::from(*number)),
        Value::Double(number) => Some(*number),
        _ => None,
    }
}

/// The name of a value's element.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Nil => "nil",
        Value::Boolean(_) => "boolean",
        Value::Int(_) => "int",
        Value::Long(_) => "i8",
        Value::Double(_) => "double",
        Value::String(_) => "string",
        Value::DateTime(_) => "dateTime.iso8601",
        Value::Base64(_) => "base64",
        Value::Array(_) => "array",
        Value::Struct(_) => "struct",
    }
}

/// One of each type, under its name.
pub fn samples() -> Value {
    let samples = [
        Value::Nil,
        Value::Boolean(true),
        Value::Int(-7),
        Value::Long(1 << 40),
        Value::Double(0.1),
        Value::String("fish & chips <ü>\r\n".to_owned()),
        Value::DateTime("20261129T20:30:00".to_owned()),
        Value::Base64(vec![0, 255]),
        Value::Array(vec![Value::Int(1), Value::Nil]),
        Value::Struct(BTreeMap::from([(
            "a key".to_owned(),
            Value::Boolean(false),
        )])),
    ];
    Value::Array(samples.into())
}

/// A call of a command line, such as `add 1 2`: a method, and its parameters.
pub fn call_from_text(text: &str) -> (&str, Vec<Value>) {
    let mut words = text.split_whitespace();
    let method = words.next().unwrap_or_default();
    (method, words.map(from_text).collect())
}

/// A value of a command line: JSON, and what is none is text.
pub fn from_text(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(json) => from_json(json),
        Err(_) => Value::String(text.to_owned()),
    }
}

fn from_json(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Nil,
        serde_json::Value::Bool(truth) => Value::Boolean(truth),
        serde_json::Value::Number(number) => {
            let int = number.as_i64().map(|number| match i32::try_from(number) {
                Ok(number) => Value::Int(number),
                Err(_) => Value::Long(number),
            });
            int.unwrap_or_else(|| Value::Double(number.as_f64().unwrap_or(f64::INFINITY)))
        }
        serde_json::Value::String(text) => Value::String(text),
        serde_json::Value::Array(values) => {
            Value::Array(values.into_iter().map(from_json).collect())
        }
        serde_json::Value::Object(members) => {
            let member = |(name, value)| (name, from_json(value));
            Value::Struct(members.into_iter().map(member).collect())
        }
    }
}

/// A value in a line.
pub fn show(value: &Value) -> String {
    match value {
        Value::Nil => "nil".to_owned(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Long(number) => number.to_string(),
        Value::Double(number) => format!("{number:?}"),
        Value::String(text) => format!("{text:?}"),
        Value::DateTime(text) => program::show(text.as_bytes()).to_string(),
        Value::Base64(octets) => format!("octets {}", program::hex(octets)),
        Value::Array(values) => {
            format!(
                "[{}]",
                values.iter().map(show).collect::<Vec<_>>().join(", ")
            )
        }
        Value::Struct(members) => {
            let one = |(name, value)| format!("{name:?}: {}", show(value));
            format!(
                "{{{}}}",
                members.iter().map(one).collect::<Vec<_>>().join(", ")
            )
        }
    }
}

// ANCHOR: attacks
/// Documents that want more of a server than their octets: what each is, and the document.
pub fn attacks() -> Vec<(&'static str, String)> {
    let call = |value: &str| {
        format!(
            "<methodCall><methodName>echo</methodName>\
             <params><param>{value}</param></params></methodCall>"
        )
    };
    let bomb: String = (1..10)
        .map(|n| format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10)))
        .collect();
    let bomb = format!("<!DOCTYPE x [<!ENTITY a0 \"ha!\">{bomb}]>");
    let file = "<!DOCTYPE x [<!ENTITY file SYSTEM \"file:///etc/passwd\">]>";
    let (open, close) = ("<value><array><data>", "</data></array></value>");
    vec![
        ("an entity bomb", bomb + &call("<value>&a9;</value>")),
        ("a file", file.to_owned() + &call("<value>&file;</value>")),
        ("an unknown entity", call("<value>&nbsp;</value>")),
        (
            "deep nesting",
            call(&(open.repeat(5000) + &close.repeat(5000))),
        ),
        (
            "a giant number",
            call(&format!(
                "<value><int>{}</int></value>",
                "9".repeat(100_000)
            )),
        ),
        (
            "a number of 33 bits",
            call("<value><int>4294967296</int></value>"),
        ),
    ]
}
// ANCHOR_END: attacks
