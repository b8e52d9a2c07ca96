//! A client of `mini-queue`.

use std::time::Duration;

use anyhow::bail;
use bytes::Bytes;
use program::{Connect, show};

use crate::client::RespClient;
use crate::resp_decoder::Value;

/// A job in hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// What to acknowledge it with.
    pub token: i64,
    /// 1 for the first delivery.
    pub attempt: i64,
    /// The job.
    pub text: Bytes,
}

/// What a subscriber hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A message, and the topic that it was published under.
    Message(Bytes, Bytes),
    /// So many messages are missing here.
    Lost(u64),
}

/// An error that the broker answered with: a word for programs, and then some for
/// people.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

/// Tells what the broker refused from what else went wrong.
///
/// # Errors
///
/// What else went wrong.
pub fn refused<T>(answer: anyhow::Result<T>) -> anyhow::Result<Result<T, Refused>> {
    match answer {
        Ok(answer) => Ok(Ok(answer)),
        Err(error) => Ok(Err(error.downcast::<Refused>()?)),
    }
}

/// A connection to a broker.
#[derive(Debug)]
pub struct QueueClient(RespClient);

impl QueueClient {
    /// Connects to the broker.
    ///
    /// # Errors
    ///
    /// Those of connecting.
    pub fn connect(to: &Connect) -> anyhow::Result<QueueClient> {
        Ok(QueueClient(RespClient::connect(to)?))
    }

    /// Asks for something, and waits for the answer.
    ///
    /// # Errors
    ///
    /// [`Refused`] where the answer is an error, and those of the connection.
    pub fn call(&mut self, words: &[&[u8]]) -> anyhow::Result<Value> {
        match self.0.ask(words)? {
            Value::Error(why) => Err(Refused(String::from_utf8_lossy(&why).into_owned()).into()),
            answer => Ok(answer),
        }
    }

    /// Puts a job into a queue.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub fn push(&mut self, queue: &str, job: &[u8]) -> anyhow::Result<()> {
        self.call(&[b"PUSH", queue.as_bytes(), job]).map(drop)
    }

    /// Takes a job, for which it waits up to `wait`.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub fn take(&mut self, queue: &str, wait: Duration) -> anyhow::Result<Option<Job>> {
        let wait = wait.as_secs_f64().to_string();
        let delivery = self.call(&[b"TAKE", queue.as_bytes(), wait.as_bytes()])?;
        let Value::Array(delivery) = delivery else {
            return Ok(None);
        };
        match &delivery[..] {
            [
                Value::Integer(token),
                Value::Integer(attempt),
                Value::Bulk(text),
            ] => Ok(Some(Job {
                token: *token,
                attempt: *attempt,
                text: text.clone(),
            })),
            _ => bail!("not a delivery"),
        }
    }

    /// Says that a job is done.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call); `GONE` if it is somebody else's by now.
    pub fn acknowledge(&mut self, queue: &str, job: &Job) -> anyhow::Result<()> {
        let token = job.token.to_string();
        self.call(&[b"ACK", queue.as_bytes(), token.as_bytes()])
            .map(drop)
    }

    /// Subscribes to the topics that begin with `prefix`. From here on this
    /// connection is for [`news`](Self::news).
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub fn subscribe(&mut self, prefix: &str) -> anyhow::Result<()> {
        self.call(&[b"SUBSCRIBE", prefix.as_bytes()]).map(drop)
    }

    /// Waits for news, as long as the connection may take.
    ///
    /// # Errors
    ///
    /// Those of the connection, and that nothing came.
    pub fn news(&mut self) -> anyhow::Result<News> {
        let Value::Array(news) = self.0.receive()? else {
            bail!("not news");
        };
        match &news[..] {
            [_, Value::Integer(lost)] => Ok(News::Lost(u64::try_from(*lost)?)),
            [_, Value::Bulk(topic), Value::Bulk(payload)] => {
                Ok(News::Message(topic.clone(), payload.clone()))
            }
            _ => bail!("not news"),
        }
    }

    /// Publishes `payload`, and says how many subscribers want it.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call).
    pub fn publish(&mut self, topic: &str, payload: &[u8]) -> anyhow::Result<i64> {
        match self.call(&[b"PUBLISH", topic.as_bytes(), payload])? {
            Value::Integer(wanted) => Ok(wanted),
            _ => bail!("not a number of subscribers"),
        }
    }

    /// Asks `service` and waits for the answer, up to `seconds`.
    ///
    /// # Errors
    ///
    /// As [`call`](Self::call): `TIMEOUT` and `GONE` say that nobody knows whether
    /// the question was seen to.
    pub fn ask(&mut self, service: &str, question: &[u8], seconds: u8) -> anyhow::Result<Bytes> {
        let seconds = seconds.to_string();
        let words: [&[u8]; 4] = [b"ASK", service.as_bytes(), question, seconds.as_bytes()];
        match self.call(&words)? {
            Value::Bulk(answer) => Ok(answer),
            _ => bail!("not an answer"),
        }
    }
}

/// An answer as text for people.
pub fn text(value: &Value) -> String {
    match value {
        Value::Simple(word) | Value::Error(word) => String::from_utf8_lossy(word).into_owned(),
        Value::Bulk(octets) => show(octets).to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Nil => "nothing".to_owned(),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(" "),
    }
}
