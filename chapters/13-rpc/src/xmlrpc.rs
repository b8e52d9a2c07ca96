//! XML-RPC: documents that call and answer, and what a server says about itself.

use std::time::Duration;

use anyhow::Context;

use crate::http::{self, Kind};
use crate::kv::{self, Answer, MESSAGE, REPLY};
use crate::multicall::{Fault, MULTICALL, multicall};
use crate::plain;
use crate::xmlrpc_values::{Element, Error, Limits, Value, escape, parse};

/// How it uses HTTP.
pub const XML: Kind = Kind {
    path: "/RPC2",
    media_type: "text/xml",
};
/// What a document that calls may take.
pub const LIMITS: Limits = Limits {
    octets: MESSAGE,
    depth: 64,
};
/// Calls in one.
pub const CALLS: usize = 1000;
/// Letters that are quoted of a document.
const REASON: usize = 60;
/// The fault of a document that can't be read.
const PARSE_ERROR: i32 = -32700;

// ANCHOR: encode
/// The document that calls `method`.
///
/// # Errors
///
/// When a text has a character that XML can't hold.
pub fn encode_call(method: &str, params: &[Value]) -> Result<String, Error> {
    let mut xml = "<?xml version=\"1.0\"?>\n<methodCall><methodName>".to_owned();
    xml += &escape(method)?;
    xml += "</methodName><params>";
    for value in params {
        xml += "<param>";
        value.write(&mut xml)?;
        xml += "</param>";
    }
    xml += "</params></methodCall>\n";
    Ok(xml)
}

/// The document that answers.
///
/// # Errors
///
/// As for [`encode_call`].
pub fn encode_reply(reply: &Result<Value, Fault>) -> Result<String, Error> {
    let mut xml = "<?xml version=\"1.0\"?>\n<methodResponse>".to_owned();
    match reply {
        Ok(value) => {
            xml += "<params><param>";
            value.write(&mut xml)?;
            xml += "</param></params>";
        }
        Err(fault) => {
            xml += "<fault>";
            fault.to_value().write(&mut xml)?;
            xml += "</fault>";
        }
    }
    xml += "</methodResponse>\n";
    Ok(xml)
}
// ANCHOR_END: encode

/// The method that a document calls, and its parameters.
///
/// # Errors
///
/// When it is no call.
pub fn decode_call(document: &str) -> Result<(String, Vec<Value>), Error> {
    let call = parse(document, LIMITS)?;
    let (name, params) = match call.elements("methodCall")? {
        [name] => (name, &[][..]),
        [name, params] => (name, params.elements("params")?),
        _ => return Err(Error::Element(call.name.clone())),
    };
    if name.name != "methodName" {
        return Err(Error::Element(call.name.clone()));
    }
    let params: Result<_, _> = params.iter().map(param).collect();
    Ok((name.leaf()?.to_owned(), params?))
}

/// What a document answers.
///
/// # Errors
///
/// When it is no answer.
pub fn decode_reply(document: &str) -> Result<Result<Value, Fault>, Error> {
    let limits = Limits {
        octets: REPLY,
        ..LIMITS
    };
    let reply = parse(document, limits)?;
    let inner = reply.only("methodResponse")?;
    if inner.name == "fault" {
        let value = Value::from_element(inner.only("fault")?)?;
        let fault = Fault::from_value(&value);
        return fault
            .map(Err)
            .ok_or_else(|| Error::Element(inner.name.clone()));
    }
    Ok(Ok(param(inner.only("params")?)?))
}

fn param(param: &Element) -> Result<Value, Error> {
    Value::from_element(param.only("param")?)
}

/// A method, as a server describes it.
#[derive(Debug, Clone)]
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// The type of what it gives, then those of its parameters.
    pub signature: Vec<&'static str>,
    /// What it does.
    pub help: &'static str,
}

/// The methods of the key-value service.
pub fn kv_methods() -> Vec<Method> {
    let described = kv::METHODS.iter().map(|method| Method {
        name: method.name,
        signature: [method.gives]
            .into_iter()
            .chain(method.parameters.iter().map(|_| "string"))
            .collect(),
        help: method.help,
    });
    described.collect()
}

/// Those that a server has whatever it serves.
fn own_methods() -> [Method; 4] {
    let method = |name, signature: &[&'static str], help| Method {
        name,
        signature: signature.to_vec(),
        help,
    };
    [
        method("system.listMethods", &["array"], "What can be called."),
        method(
            "system.methodHelp",
            &["string", "string"],
            "What a method does.",
        ),
        method(
            "system.methodSignature",
            &["array", "string"],
            "What it gives and takes.",
        ),
        method(MULTICALL, &["array", "array"], "Many calls in one."),
    ]
}

// ANCHOR: respond
/// The answer to a document: `call` is asked about what isn't one of the system's own
/// methods.
pub fn respond(
    document: &[u8],
    methods: &[Method],
    mut call: impl FnMut(&str, &[Value]) -> Result<Value, Fault>,
) -> String {
    let called = match std::str::from_utf8(document) {
        Ok(text) => decode_call(text).map_err(reason),
        Err(_) => Err("no UTF-8".to_owned()),
    };
    let reply = match called {
        Err(why) => Err(Fault::new(PARSE_ERROR, why)),
        Ok((name, params)) if name == MULTICALL => multicall(&params, CALLS, |name, params| {
            system(name, params, methods).unwrap_or_else(|| call(name, params))
        }),
        Ok((name, params)) => {
            system(&name, &params, methods).unwrap_or_else(|| call(&name, &params))
        }
    };
    encode_reply(&reply).unwrap_or_else(|error| {
        let fault = Fault::new(Fault::INVALID_PARAMS, error.to_string());
        encode_reply(&Err(fault)).unwrap_or_default() // that text can always be written
    })
}
// ANCHOR_END: respond

/// Why a document can't be read. That quotes it, and of a long text a part will do.
fn reason(error: Error) -> String {
    let cut = |text: &str| match text.char_indices().nth(REASON) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    };
    match error {
        Error::Content { kind, text } => {
            let text = cut(&text);
            Error::Content { kind, text }.to_string()
        }
        other => cut(&other.to_string()),
    }
}

/// What a server says about itself; `None` if it wasn't asked for that.
fn system(name: &str, params: &[Value], methods: &[Method]) -> Option<Result<Value, Fault>> {
    let text = |text: &str| Value::String(text.to_owned());
    let own = own_methods();
    let mut all = methods.iter().chain(&own);
    let mut find = |name: &str| {
        let found = all.find(|method| method.name == name);
        found.ok_or_else(|| Fault::new(Fault::INVALID_PARAMS, "no such method"))
    };
    Some(match (name, params) {
        ("system.listMethods", []) => {
            Ok(Value::Array(all.map(|method| text(method.name)).collect()))
        }
        ("system.methodHelp", [Value::String(name)]) => find(name).map(|method| text(method.help)),
        ("system.methodSignature", [Value::String(name)]) => find(name).map(|method| {
            let signature = method.signature.iter().copied().map(text).collect();
            Value::Array(vec![Value::Array(signature)])
        }),
        _ => return None,
    })
}

/// A call of the key-value service, whose answer takes of the `room` that the document has.
///
/// # Errors
///
/// The service's own, as faults.
pub fn call_kv(
    store: &kv::Store,
    name: &str,
    params: &[Value],
    room: &mut usize,
) -> Result<Value, Fault> {
    let texts = params.iter().map(|value| match value {
        Value::String(text) => Ok(text.as_str()),
        _ => Err(Fault::new(
            Fault::INVALID_PARAMS,
            "keys and values are texts",
        )),
    });
    let texts: Vec<&str> = texts.collect::<Result<_, _>>()?;
    match store.call(name, &texts, room) {
        Ok(Answer::Nothing) => Ok(Value::Nil),
        Ok(Answer::Text(text)) => Ok(Value::String(text)),
        Ok(Answer::Truth(truth)) => Ok(Value::Boolean(truth)),
        Ok(Answer::List(keys)) => Ok(Value::Array(keys.into_iter().map(Value::String).collect())),
        Err(error) => Err(Fault::new(error.code(), error.to_string())),
    }
}

/// A connection to a server of XML-RPC.
#[derive(Debug)]
pub struct Client {
    caller: http::Caller,
    /// Whether documents are printed.
    show: bool,
}

impl Client {
    /// Connects to the server at `addr`.
    ///
    /// # Errors
    ///
    /// When it can't be reached.
    pub async fn connect(
        addr: &str,
        authorization: Option<&str>,
        patience: Duration,
        show: bool,
    ) -> anyhow::Result<Client> {
        let caller = http::Caller::connect(addr, XML, authorization, patience).await?;
        Ok(Client { caller, show })
    }

    /// Whether the server has left the connection open.
    pub fn is_open(&self) -> bool {
        self.caller.is_open()
    }

    /// Sends a document, and gives what it is answered.
    ///
    /// # Errors
    ///
    /// When there is no answer that could be read.
    pub async fn send(&mut self, document: String) -> anyhow::Result<Result<Value, Fault>> {
        if self.show {
            print!("{document}");
        }
        let reply = self.caller.call(document).await?;
        let reply = std::str::from_utf8(&reply).context("read the answer")?;
        if self.show {
            reply.lines().for_each(|line| println!("{}", plain(line)));
        }
        decode_reply(reply).context("read the answer")
    }

    /// Calls a method.
    ///
    /// # Errors
    ///
    /// A fault, too.
    pub async fn call(&mut self, method: &str, params: &[Value]) -> anyhow::Result<Value> {
        let reply = self.send(encode_call(method, params)?).await?;
        Ok(reply?)
    }
}
