//! A client of `mini-queue`.

use std::io::{Read, Write};
use std::time::Duration;

use anyhow::{Context, bail};
use bytes::{Bytes, BytesMut};
use program::{Connect, Conversation};

use crate::resp_decoder::{Limits, RespDecoder, Value};

/// What an answer may have: more than a broker takes, unless it is told otherwise.
const LIMITS: Limits = Limits {
    bulk: 1024 * 1024,
    elements: 16,
    depth: 2,
};

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

/// An error that the broker answered with: a word for programs, and then some for
/// people.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

// ANCHOR: client
/// A connection to a broker.
#[derive(Debug)]
pub struct QueueClient {
    stream: Conversation,
    input: BytesMut,
    decoder: RespDecoder,
}

impl QueueClient {
    /// Connects to the broker.
    ///
    /// # Errors
    ///
    /// Those of connecting.
    pub fn connect(to: &Connect) -> anyhow::Result<QueueClient> {
        let stream = to.connect()?;
        stream.get_ref().set_nodelay(true)?;
        Ok(QueueClient {
            stream,
            input: BytesMut::new(),
            decoder: RespDecoder::new(LIMITS),
        })
    }

    /// Asks for something, and waits for the answer.
    ///
    /// # Errors
    ///
    /// [`Refused`] where the answer is an error, and those of the connection.
    pub fn call(&mut self, words: &[&[u8]]) -> anyhow::Result<Value> {
        let mut request = format!("*{}\r\n", words.len()).into_bytes();
        for word in words {
            request.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
            request.extend_from_slice(word);
            request.extend_from_slice(b"\r\n");
        }
        self.stream.next_message();
        self.stream.write_all(&request)?;
        match self.receive()? {
            Value::Error(why) => Err(Refused(String::from_utf8_lossy(&why).into_owned()).into()),
            answer => Ok(answer),
        }
    }

    /// The next thing that the broker says.
    ///
    /// # Errors
    ///
    /// Those of the connection.
    pub fn receive(&mut self) -> anyhow::Result<Value> {
        let mut buffer = [0; 4096];
        loop {
            if let Some(value) = self.decoder.decode(&mut self.input)? {
                return Ok(value);
            }
            match self.stream.read(&mut buffer).context("read")? {
                0 => bail!("the broker closed the connection"),
                read => self.input.extend_from_slice(&buffer[..read]),
            }
        }
    }
    // ANCHOR_END: client

    /// Allows the broker the full time again.
    pub(super) fn next_message(&mut self) {
        self.stream.next_message();
    }

    // ANCHOR: take
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
    // ANCHOR_END: take
}
