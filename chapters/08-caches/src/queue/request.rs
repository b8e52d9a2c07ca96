//! What a client of `mini-queue` may ask, and what it can be answered.

use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};

/// Nobody may wait longer than this in one request.
const LONGEST_WAIT: f64 = 60.0;
/// How long is waited for an answer, if a request doesn't say.
const ASK_WAIT: Duration = Duration::from_secs(5);
/// The octets that the name of a queue, a topic or a service may have.
const LONGEST_NAME: usize = 255;

/// A request, as the table of [the module](super) has them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the table says it
pub enum Request {
    Push {
        queue: Bytes,
        job: Bytes,
    },
    Take {
        queue: Bytes,
        wait: Duration,
    },
    Ack {
        queue: Bytes,
        token: u64,
    },
    Back {
        queue: Bytes,
        token: u64,
    },
    Dead {
        queue: Bytes,
    },
    Count {
        queue: Bytes,
    },
    Subscribe {
        prefix: Bytes,
    },
    Publish {
        topic: Bytes,
        payload: Bytes,
    },
    Ask {
        service: Bytes,
        question: Bytes,
        wait: Duration,
    },
    Serve {
        service: Bytes,
        wait: Duration,
    },
    Reply {
        ticket: u64,
        answer: Bytes,
    },
    Ping,
}

impl Request {
    /// Makes a request of its words, which are copied: a slice of the read buffer
    /// would keep all of that in memory for as long as one small job waits.
    ///
    /// # Errors
    ///
    /// What is wrong with it, for the answer.
    pub fn parse(words: &[Bytes]) -> Result<Request, String> {
        let (verb, words) = words.split_first().ok_or("ERR an empty request")?;
        let verb = String::from_utf8_lossy(verb).to_ascii_uppercase();
        let copy = Bytes::copy_from_slice;
        Ok(match (verb.as_str(), words) {
            ("PUSH", [queue, job]) => Request::Push {
                queue: name(queue)?,
                job: copy(job),
            },
            ("TAKE", [queue, rest @ ..]) if rest.len() < 2 => Request::Take {
                queue: name(queue)?,
                wait: wait(rest, Duration::ZERO)?,
            },
            ("ACK", [queue, token]) => Request::Ack {
                queue: name(queue)?,
                token: number(token)?,
            },
            ("BACK", [queue, token]) => Request::Back {
                queue: name(queue)?,
                token: number(token)?,
            },
            ("DEAD", [queue]) => Request::Dead {
                queue: name(queue)?,
            },
            ("COUNT", [queue]) => Request::Count {
                queue: name(queue)?,
            },
            ("SUBSCRIBE", [prefix]) => Request::Subscribe {
                prefix: name(prefix)?,
            },
            ("PUBLISH", [topic, payload]) => Request::Publish {
                topic: name(topic)?,
                payload: copy(payload),
            },
            ("ASK", [service, question, rest @ ..]) if rest.len() < 2 => Request::Ask {
                service: name(service)?,
                question: copy(question),
                wait: wait(rest, ASK_WAIT)?,
            },
            ("SERVE", [service, rest @ ..]) if rest.len() < 2 => Request::Serve {
                service: name(service)?,
                wait: wait(rest, Duration::ZERO)?,
            },
            ("REPLY", [ticket, answer]) => Request::Reply {
                ticket: number(ticket)?,
                answer: copy(answer),
            },
            ("PING", []) => Request::Ping,
            _ => return Err(unknown(&verb)),
        })
    }
}

fn unknown(verb: &str) -> String {
    const VERBS: [&str; 12] = [
        "PUSH",
        "TAKE",
        "ACK",
        "BACK",
        "DEAD",
        "COUNT",
        "SUBSCRIBE",
        "PUBLISH",
        "ASK",
        "SERVE",
        "REPLY",
        "PING",
    ];
    match VERBS.contains(&verb) {
        true => format!("ERR wrong number of words for {verb}"),
        // Not what came: an answer is one line, and this could be anything.
        false => format!("ERR unknown request; there are {}", VERBS.join(" ")),
    }
}

fn name(word: &Bytes) -> Result<Bytes, String> {
    match word.len() {
        0..=LONGEST_NAME => Ok(Bytes::copy_from_slice(word)),
        _ => Err(format!("ERR a name has {LONGEST_NAME} octets at most")),
    }
}

fn number(word: &Bytes) -> Result<u64, String> {
    let text = std::str::from_utf8(word).ok();
    let number = text.and_then(|text| text.parse().ok());
    number.ok_or("ERR not a number".to_owned())
}

fn wait(word: &[Bytes], default: Duration) -> Result<Duration, String> {
    let Some(word) = word.first() else {
        return Ok(default);
    };
    let text = std::str::from_utf8(word).ok();
    let seconds = text.and_then(|text| text.parse::<f64>().ok());
    let seconds = seconds.filter(|seconds| (0.0..=LONGEST_WAIT).contains(seconds));
    let wait = seconds.map(Duration::from_secs_f64);
    wait.ok_or(format!("ERR not a number of seconds up to {LONGEST_WAIT}"))
}

/// What `mini-queue` says: the answer to a request, or news for a subscriber.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A word: `+OK`.
    Word(&'static str),
    /// Why not: a word for programs, and then some for people.
    Error(String),
    /// A number.
    Number(u64),
    /// Octets.
    Octets(Bytes),
    /// There is none.
    Nothing,
    /// Several.
    List(Vec<Reply>),
}

impl Reply {
    /// Appends it to `output` in RESP2.
    pub fn encode(&self, output: &mut BytesMut) {
        let line = |output: &mut BytesMut, mark: u8, text: &str| {
            output.put_u8(mark);
            output.put_slice(text.as_bytes());
            output.put_slice(b"\r\n");
        };
        match self {
            Reply::Word(word) => line(output, b'+', word),
            Reply::Error(why) => line(output, b'-', why),
            Reply::Number(number) => line(output, b':', &number.to_string()),
            Reply::Octets(octets) => {
                line(output, b'$', &octets.len().to_string());
                output.put_slice(octets);
                output.put_slice(b"\r\n");
            }
            // A null array; clients take it for the same as a null bulk string.
            Reply::Nothing => output.put_slice(b"*-1\r\n"),
            Reply::List(items) => {
                line(output, b'*', &items.len().to_string());
                for item in items {
                    item.encode(output);
                }
            }
        }
    }
}
