//! JSON-RPC 2.0 over TCP, a line for each message, and over HTTP.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use program::tasks::in_time;
use serde_json::{Value, json};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::http::{self, Kind};
use crate::jsonrpc_batch::{Error, respond};
use crate::kv::{self, ANSWER, Answer, MESSAGE, METHODS, REPLY, Store};
use crate::plain;

/// How it uses HTTP.
pub const JSON: Kind = Kind {
    path: "/jsonrpc",
    media_type: "application/json",
};
/// Requests in a batch.
pub const BATCH: usize = 1000;

// ANCHOR: answer
/// What the key-value service answers to `message`; `None` where all of it are
/// notifications.
pub fn answer(store: &Store, message: &[u8]) -> Option<Vec<u8>> {
    let mut room = ANSWER;
    let answer = respond(message, BATCH, |method, params| {
        let texts = texts(method, params)?;
        match store.call(method, &texts, &mut room) {
            Ok(Answer::Nothing) => Ok(Value::Null),
            Ok(Answer::Text(text)) => Ok(json!(text)),
            Ok(Answer::Truth(truth)) => Ok(json!(truth)),
            Ok(Answer::List(keys)) => Ok(json!(keys)),
            Err(kv::Error::NoMethod(_)) => Err(Error::method_not_found()),
            Err(kv::Error::Parameters(..)) => Err(Error::invalid_params()),
            Err(error) => Err(Error::new(error.code().into(), &error.to_string())),
        }
    });
    answer.map(|answer| answer.to_string().into_bytes())
}
// ANCHOR_END: answer

/// Parameters by place or by name.
fn texts<'a>(method: &str, params: &'a Value) -> Result<Vec<&'a str>, Error> {
    let params: Vec<&Value> = match params {
        Value::Object(named) => {
            let method = METHODS.iter().find(|known| known.name == method);
            let names = method.ok_or_else(Error::method_not_found)?.parameters;
            if names.len() != named.len() {
                return Err(Error::invalid_params());
            }
            let all = names.iter().map(|name| named.get(*name));
            all.collect::<Option<_>>()
                .ok_or_else(Error::invalid_params)?
        }
        other => other.as_array().into_iter().flatten().collect(),
    };
    let texts = params.into_iter().map(Value::as_str);
    texts
        .collect::<Option<_>>()
        .ok_or_else(Error::invalid_params)
}

// ANCHOR: line
/// The next line, without its end; `None` where the stream ends, be it within a line.
///
/// # Errors
///
/// When it has more than `most` octets, and when the connection fails.
pub async fn line(
    input: &mut (impl AsyncBufRead + Unpin),
    most: usize,
) -> anyhow::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut input = input.take(most as u64 + 1);
    input.read_until(b'\n', &mut line).await?;
    if line.pop_if(|last| *last == b'\n').is_some() {
        return Ok(Some(line));
    }
    ensure!(
        line.len() <= most,
        "read: a line of more than {most} octets"
    );
    Ok(None)
}
// ANCHOR_END: line

/// Answers the lines that come over `stream`, each of which has `patience`.
///
/// # Errors
///
/// When a line takes too long, or is too long.
pub async fn talk(stream: TcpStream, patience: Duration, store: &Store) -> anyhow::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    loop {
        let next = tokio::time::timeout(patience, line(&mut stream, MESSAGE)).await;
        let Some(message) = next.context("gave up: no line in time")?? else {
            return Ok(());
        };
        if let Some(mut answer) = answer(store, &message) {
            answer.push(b'\n');
            in_time(patience, stream.write_all(&answer))
                .await
                .context("write")?;
        }
    }
}

/// A connection to a server.
#[derive(Debug)]
pub enum Client {
    /// Lines over TCP.
    Lines(BufReader<TcpStream>, Duration),
    /// HTTP.
    Http(http::Caller),
}

impl Client {
    /// Connects to the server at `addr`, by HTTP or not.
    ///
    /// # Errors
    ///
    /// When it can't be reached.
    pub async fn connect(
        addr: &str,
        by_http: bool,
        authorization: Option<&str>,
        patience: Duration,
    ) -> anyhow::Result<Client> {
        if by_http {
            let caller = http::Caller::connect(addr, JSON, authorization, patience).await?;
            return Ok(Client::Http(caller));
        }
        let stream = program::tasks::connect(addr).await?;
        stream.set_nodelay(true)?;
        Ok(Client::Lines(BufReader::new(stream), patience))
    }

    /// Sends a message as it is, which has an answer, and gives that.
    ///
    /// # Errors
    ///
    /// When none comes in time.
    pub async fn send(&mut self, message: &str) -> anyhow::Result<Vec<u8>> {
        match self {
            Client::Http(caller) => Ok(caller.call(message.to_owned()).await?.to_vec()),
            Client::Lines(stream, patience) => {
                let message = format!("{message}\n");
                in_time(*patience, stream.write_all(message.as_bytes()))
                    .await
                    .context("write")?;
                let answer = tokio::time::timeout(*patience, line(stream, REPLY)).await;
                answer
                    .context("gave up: no answer in time")??
                    .context("read: the server closed")
            }
        }
    }

    /// Calls a method, and gives its result.
    ///
    /// # Errors
    ///
    /// The error that the server answers, too.
    pub async fn call(&mut self, method: &str, params: &Value) -> anyhow::Result<Value> {
        let request = json!({"jsonrpc": "2.0", "method": method, "params": params, "id": 1});
        let answer = self.send(&request.to_string()).await?;
        let mut answer: Value = serde_json::from_slice(&answer).context("read the answer")?;
        ensure!(
            answer["id"] == 1,
            "an answer to another question: {}",
            plain(&answer.to_string())
        );
        match answer.get("error") {
            Some(error) => {
                let message = error["message"].as_str().unwrap_or_default();
                let why = format!("{message} ({})", error["code"]);
                bail!("{}", plain(&why))
            }
            None => Ok(answer["result"].take()),
        }
    }
}
