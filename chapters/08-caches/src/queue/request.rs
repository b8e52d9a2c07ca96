//! What a client of `mini-queue` may ask.

use std::time::Duration;

use bytes::Bytes;

use crate::resp_decoder::Value;

/// Nobody may wait longer than this in one request.
const LONGEST_WAIT: f64 = 60.0;
/// How long is waited for an answer, if a request doesn't say.
const ASK_WAIT: Duration = Duration::from_secs(5);
/// The octets that the name of a queue, a topic or a service may have.
const LONGEST_NAME: usize = 255;

/// A request, with its words in the order of the table in [the module](super).
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the table says it
pub enum Request {
    Push(Bytes, Bytes),
    Take(Bytes, Duration),
    Ack(Bytes, u64),
    Dead(Bytes),
    Count(Bytes),
    Subscribe(Bytes),
    Publish(Bytes, Bytes),
    Ask(Bytes, Bytes, Duration),
    Serve(Bytes, Duration),
    Reply(u64, Bytes),
    Ping,
}

impl Request {
    // ANCHOR: parse
    /// Makes a request of what a client has sent. Its words are copied: a slice of the
    /// read buffer would keep all of that in memory for as long as one small job waits.
    ///
    /// # Errors
    ///
    /// What is wrong with it, for the answer.
    pub fn parse(value: &Value) -> Result<Request, String> {
        let words = words(value)?;
        let (verb, words) = words.split_first().ok_or("ERR an empty request")?;
        let verb = String::from_utf8_lossy(verb).to_ascii_uppercase();
        Ok(match (verb.as_str(), words) {
            ("PUSH", [queue, job]) => Request::Push(name(queue)?, copy(job)),
            ("TAKE", [queue]) => Request::Take(name(queue)?, Duration::ZERO),
            ("TAKE", [queue, wait]) => Request::Take(name(queue)?, seconds(wait)?),
            ("ACK", [queue, token]) => Request::Ack(name(queue)?, number(token)?),
            ("DEAD", [queue]) => Request::Dead(name(queue)?),
            ("COUNT", [queue]) => Request::Count(name(queue)?),
            ("SUBSCRIBE", [prefix]) => Request::Subscribe(name(prefix)?),
            ("PUBLISH", [topic, message]) => Request::Publish(name(topic)?, copy(message)),
            ("ASK", [service, text]) => Request::Ask(name(service)?, copy(text), ASK_WAIT),
            ("ASK", [service, text, wait]) => {
                Request::Ask(name(service)?, copy(text), seconds(wait)?)
            }
            ("SERVE", [service]) => Request::Serve(name(service)?, Duration::ZERO),
            ("SERVE", [service, wait]) => Request::Serve(name(service)?, seconds(wait)?),
            ("REPLY", [ticket, answer]) => Request::Reply(number(ticket)?, copy(answer)),
            ("PING", []) => Request::Ping,
            // Not what came: an answer is one line, and this could be anything.
            _ => return Err("ERR no request has this verb and so many words".to_owned()),
        })
    }
    // ANCHOR_END: parse
}

fn words(value: &Value) -> Result<Vec<&Bytes>, String> {
    let Value::Array(values) = value else {
        return Err("ERR a request is an array of bulk strings".to_owned());
    };
    let words = values.iter().map(|value| match value {
        Value::Bulk(word) => Ok(word),
        _ => Err("ERR a request is an array of bulk strings".to_owned()),
    });
    words.collect()
}

fn copy(word: &[u8]) -> Bytes {
    Bytes::copy_from_slice(word)
}

fn name(word: &[u8]) -> Result<Bytes, String> {
    match word.len() {
        0..=LONGEST_NAME => Ok(copy(word)),
        _ => Err(format!("ERR a name has {LONGEST_NAME} octets at most")),
    }
}

fn number(word: &[u8]) -> Result<u64, String> {
    let text = std::str::from_utf8(word).ok();
    let number = text.and_then(|text| text.parse().ok());
    number.ok_or("ERR not a number".to_owned())
}

fn seconds(word: &[u8]) -> Result<Duration, String> {
    let text = std::str::from_utf8(word).ok();
    let seconds = text.and_then(|text| text.parse::<f64>().ok());
    let seconds = seconds.filter(|seconds| (0.0..=LONGEST_WAIT).contains(seconds));
    let wait = seconds.map(Duration::from_secs_f64);
    wait.ok_or(format!("ERR not a number of seconds up to {LONGEST_WAIT}"))
}
