//! Objects over a connection, as Python's `multiprocessing.connection` sends them.

use std::time::Duration;

use anyhow::Context;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::handshake;
use crate::kv::{self, ANSWER, Answer, REPLY, Store};
use crate::message;
use crate::pickle::{self, Value};
use crate::secret::Secret;

/// A connection whose other end knows the key.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    patience: Duration,
}

impl Connection {
    /// The listener's side of a connection.
    ///
    /// # Errors
    ///
    /// When the other end doesn't know the key, or takes more than `patience` to say so.
    pub async fn accept(
        mut stream: TcpStream,
        secret: &Secret,
        patience: Duration,
    ) -> anyhow::Result<Connection> {
        stream.set_nodelay(true)?;
        let known = timeout(patience, handshake::accept(&mut stream, secret)).await;
        known
            .context("handshake: gave up: too slow")?
            .context("handshake")?;
        Ok(Connection { stream, patience })
    }

    /// The client's side.
    ///
    /// # Errors
    ///
    /// Likewise.
    pub async fn connect(
        mut stream: TcpStream,
        secret: &Secret,
        patience: Duration,
    ) -> anyhow::Result<Connection> {
        stream.set_nodelay(true)?;
        let known = timeout(patience, handshake::connect(&mut stream, secret)).await;
        known
            .context("handshake: gave up: too slow")?
            .context("handshake")?;
        Ok(Connection { stream, patience })
    }

    /// The octets of the next message; `None` where the other end has closed.
    ///
    /// # Errors
    ///
    /// When none comes in time, or it has more than `most` octets.
    pub async fn receive(&mut self, most: usize) -> anyhow::Result<Option<Vec<u8>>> {
        let received = timeout(self.patience, message::receive(&mut self.stream, most)).await;
        received
            .context("gave up: no message in time")?
            .context("receive")
    }

    /// Sends a message.
    ///
    /// # Errors
    ///
    /// When the other end doesn't take it in time.
    pub async fn send(&mut self, value: &Value) -> anyhow::Result<()> {
        self.send_octets(&value.encode()).await
    }

    /// Sends a message of these octets.
    ///
    /// # Errors
    ///
    /// Likewise.
    pub async fn send_octets(&mut self, octets: &[u8]) -> anyhow::Result<()> {
        let sent = timeout(self.patience, message::send(&mut self.stream, octets)).await;
        sent.context("gave up: nobody reads")?.context("send")
    }

    /// Sends a message and waits for the next.
    ///
    /// # Errors
    ///
    /// When there is none, or none that is data.
    pub async fn ask(&mut self, value: &Value) -> anyhow::Result<Value> {
        self.send(value).await?;
        let octets = self
            .receive(REPLY)
            .await?
            .context("receive: the other end has closed")?;
        pickle::decode(&octets).context("read the answer")
    }
}

/// The answer to a message that calls the key-value service: a list or a tuple of the
/// method's name and its parameters. What is given comes in a tuple, behind the word `ok`
/// or `error`.
pub fn call_kv(store: &Store, message: &Value) -> Value {
    let word = |word: &str| Value::Text(word.to_owned());
    let parts = match message {
        Value::List(parts) | Value::Tuple(parts) => &parts[..],
        _ => &[],
    };
    let texts: Option<Vec<&str>> = parts.iter().map(as_text).collect();
    let answer = match texts.as_deref() {
        Some([name, parameters @ ..]) => store.call(name, parameters, &mut { ANSWER }),
        _ => Err(kv::Error::NoMethod(message.to_string())),
    };
    match answer {
        Ok(Answer::Nothing) => Value::Tuple(vec![word("ok"), Value::None]),
        Ok(Answer::Text(text)) => Value::Tuple(vec![word("ok"), Value::Text(text)]),
        Ok(Answer::Truth(truth)) => Value::Tuple(vec![word("ok"), Value::Bool(truth)]),
        Ok(Answer::List(keys)) => {
            let keys = keys.into_iter().map(Value::Text).collect();
            Value::Tuple(vec![word("ok"), Value::List(keys)])
        }
        Err(error) => Value::Tuple(vec![word("error"), Value::Text(error.to_string())]),
    }
}

fn as_text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}
