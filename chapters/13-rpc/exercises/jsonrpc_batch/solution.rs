//! JSON-RPC 2.0: what a server answers (jsonrpc.org/specification).

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

// ANCHOR: respond
/// What the server answers to `text`: nothing, an object, or an array of objects. Each call
/// goes to `call`, with its method and its parameters, which are an array or an object. A
/// batch may have `limit` requests.
pub fn respond(
    text: &[u8],
    limit: usize,
    mut call: impl FnMut(&str, &Value) -> Result<Value, Error>,
) -> Option<Value> {
    match serde_json::from_slice(text) {
        Err(_) => Some(answer(&Value::Null, Err(Error::parse_error()))),
        Ok(Value::Array(batch)) if batch.is_empty() || batch.len() > limit => {
            Some(answer(&Value::Null, Err(Error::invalid_request())))
        }
        Ok(Value::Array(batch)) => {
            let answers = batch.iter().filter_map(|one| respond_to(one, &mut call));
            let answers: Vec<Value> = answers.collect();
            (!answers.is_empty()).then_some(Value::Array(answers))
        }
        Ok(one) => respond_to(&one, &mut call),
    }
}

/// The answer to one request, and none to a notification.
fn respond_to(
    request: &Value,
    call: &mut impl FnMut(&str, &Value) -> Result<Value, Error>,
) -> Option<Value> {
    let none = json!([]);
    let params = request.get("params").unwrap_or(&none);
    let id = request.get("id");
    let is_id = |id: &&Value| id.is_string() || id.is_number() || id.is_null();
    match request.get("method") {
        Some(Value::String(method))
            if request["jsonrpc"] == "2.0"
                && (params.is_array() || params.is_object())
                && id.iter().all(is_id) =>
        {
            let result = call(method, params);
            id.map(|id| answer(id, result))
        }
        _ => {
            let id = id.filter(is_id).unwrap_or(&Value::Null);
            Some(answer(id, Err(Error::invalid_request())))
        }
    }
}

/// The answer to the request with this `id`.
fn answer(id: &Value, result: Result<Value, Error>) -> Value {
    match result {
        Ok(result) => json!({"jsonrpc": "2.0", "result": result, "id": id}),
        Err(Error {
            code,
            message,
            data,
        }) => {
            let mut error = json!({"code": code, "message": message});
            if let Some(data) = data {
                error["data"] = data;
            }
            json!({"jsonrpc": "2.0", "error": error, "id": id})
        }
    }
}
// ANCHOR_END: respond
