//! What those do who work for a broker: the loops around its requests.

use std::time::Duration;

use anyhow::bail;
use bytes::Bytes;
use program::show;

use super::client::{Job, QueueClient, Refused};
use crate::resp_decoder::Value;

/// How long to wait for work before asking again. A wait without end would hide
/// that the broker is gone.
const WAIT: Duration = Duration::from_secs(5);

// ANCHOR: work
/// Does the jobs of `queue` one after the other, for ever; or, with `all`, until
/// none is ready. `settled` hears of each whether the broker took the
/// acknowledgement.
///
/// # Errors
///
/// When `job` can't do one, or the broker is gone. What was in hand is then
/// delivered again.
pub fn work(
    broker: &mut QueueClient,
    queue: &str,
    all: bool,
    mut job: impl FnMut(&mut QueueClient, &Job) -> anyhow::Result<()>,
    mut settled: impl FnMut(&Job, Result<(), Refused>),
) -> anyhow::Result<()> {
    let wait = if all { Duration::ZERO } else { WAIT };
    loop {
        match broker.take(queue, wait)? {
            Some(taken) => {
                job(broker, &taken)?;
                // Only now: who acknowledges before the work loses the job when it
                // dies over it.
                let acknowledged = broker.acknowledge(queue, &taken);
                settled(&taken, refused(acknowledged)?);
            }
            None if all => return Ok(()),
            None => {}
        }
    }
}
// ANCHOR_END: work

// ANCHOR: answer
/// Answers the questions for `service`, for ever.
///
/// # Errors
///
/// When the broker is gone, or `reply` fails; who asked is then told so.
pub fn answer(
    broker: &mut QueueClient,
    service: &str,
    mut reply: impl FnMut(&[u8]) -> anyhow::Result<Vec<u8>>,
) -> anyhow::Result<()> {
    let wait = WAIT.as_secs().to_string();
    loop {
        let served = broker.call(&[b"SERVE", service.as_bytes(), wait.as_bytes()])?;
        let Value::Array(question) = served else {
            continue;
        };
        let [Value::Integer(ticket), Value::Bulk(question)] = &question[..] else {
            bail!("not a question");
        };
        let answer = reply(question)?;
        let replied = broker.call(&[b"REPLY", ticket.to_string().as_bytes(), &answer]);
        // Refused: who asked has given up. There is nobody to tell.
        let _late = refused(replied)?;
    }
}
// ANCHOR_END: answer

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

/// What a subscriber hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A message, and the topic that it was published under.
    Message(Bytes, Bytes),
    /// So many messages are missing here.
    Lost(u64),
}

impl QueueClient {
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
    /// As [`receive`](Self::receive), and that nothing came.
    pub fn news(&mut self) -> anyhow::Result<News> {
        self.next_message();
        let Value::Array(news) = self.receive()? else {
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
