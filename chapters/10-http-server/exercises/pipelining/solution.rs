//! Requests one behind the other on one connection, and their answers in order.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use http_client::response_head;
use http_server::body::BodyDecoder;
use http_server::request_head::{self, RequestHead};

// ANCHOR: event
/// What a client has sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A request, and the number under which it is answered.
    Request(u64, RequestHead),
    /// Octets of the body of the last request, never none.
    Data(Bytes),
    /// That body is whole. Also behind a request without a body.
    End,
    /// What can't be read as a request. It is answered under this number, and is the last.
    Refused(u64, request_head::Error),
    /// What can't be read as the rest of the body. The request is the last.
    Broken,
}

/// What one client may have of the server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The head of a request.
    pub head: response_head::Limits,
    /// The requests that wait for the end of their answer.
    pub unanswered: usize,
    /// The octets of a body that are read for no other reason than to get to the next
    /// request.
    pub dropped: u64,
}
// ANCHOR_END: event

// ANCHOR: connection
/// The server's end of a connection. It knows nothing of sockets: octets of the client go
/// into `input`, what is in `output` goes to it.
#[derive(Debug)]
pub struct Connection {
    /// What has come and is not taken yet.
    pub input: BytesMut,
    /// What may be sent now.
    pub output: BytesMut,
    limits: Limits,
    reading: Reading,
    /// The answers that are not complete, or not in `output`, in the order of their requests.
    answers: VecDeque<Answer>,
    /// The number of the first of those.
    first: u64,
}

#[derive(Debug)]
enum Reading {
    /// A head comes next.
    Head,
    /// The rest of a body.
    Body(Incoming),
    /// Nothing: what comes now is no request of ours.
    Nothing,
}

#[derive(Debug)]
struct Incoming {
    decoder: BodyDecoder,
    /// Whether another request may follow.
    persistent: bool,
    /// Whether its request is not answered yet.
    wanted: bool,
    /// The octets that were read and dropped.
    dropped: u64,
}

#[derive(Debug, Default)]
struct Answer {
    /// What is held back until its turn has come.
    octets: BytesMut,
    complete: bool,
}
// ANCHOR_END: connection

impl Connection {
    /// A connection on which nothing has come yet.
    pub fn new(limits: Limits) -> Self {
        Self {
            input: BytesMut::new(),
            output: BytesMut::new(),
            limits,
            reading: Reading::Head,
            answers: VecDeque::new(),
            first: 0,
        }
    }

    // ANCHOR: next_event
    /// The next thing that the client has sent. `None` asks for more octets, or, where too
    /// many requests wait for it, for the end of an answer.
    pub fn next_event(&mut self) -> Option<Event> {
        loop {
            let Reading::Body(body) = &mut self.reading else {
                return self.next_head();
            };
            // Whoever has answered in full wants no more of the body.
            let wanted = body.wanted;
            let event = match body.decoder.decode(&mut self.input) {
                Ok(None) => return None,
                Ok(Some(octets)) if !octets.is_empty() => {
                    body.dropped += if wanted { 0 } else { octets.len() as u64 };
                    if body.dropped > self.limits.dropped {
                        self.reading = Reading::Nothing;
                    }
                    Event::Data(octets)
                }
                Ok(Some(_end)) => {
                    self.reading = match body.persistent {
                        true => Reading::Head,
                        false => Reading::Nothing,
                    };
                    Event::End
                }
                Err(_) => {
                    self.reading = Reading::Nothing;
                    Event::Broken
                }
            };
            if wanted {
                return Some(event);
            }
        }
    }

    fn next_head(&mut self) -> Option<Event> {
        let busy = self.answers.len() >= self.limits.unanswered;
        if busy || matches!(self.reading, Reading::Nothing) {
            return None;
        }
        let head = request_head::decode(&mut self.input, &self.limits.head).transpose()?;
        let number = self.first + self.answers.len() as u64;
        self.answers.push_back(Answer::default());
        match head {
            Ok(head) => {
                self.reading = Reading::Body(Incoming {
                    decoder: BodyDecoder::new(head.body),
                    persistent: head.is_persistent(),
                    wanted: true,
                    dropped: 0,
                });
                Some(Event::Request(number, head))
            }
            Err(error) => {
                self.reading = Reading::Nothing;
                Some(Event::Refused(number, error))
            }
        }
    }
    // ANCHOR_END: next_event

    // ANCHOR: answer
    /// Adds octets to the answer to a request.
    pub fn answer(&mut self, number: u64, octets: &[u8]) {
        match self.place(number) {
            Some(0) => self.output.extend_from_slice(octets),
            Some(at) => self.answers[at].octets.extend_from_slice(octets),
            None => {}
        }
    }

    /// The answer to a request is complete. Unless `keep`, the connection ends with it, as
    /// it has told the client.
    pub fn complete(&mut self, number: u64, keep: bool) {
        let Some(at) = self.place(number) else {
            return;
        };
        let last = self.is_last(number) || !keep;
        self.answers[at].complete = true;
        if at + 1 == self.answers.len()
            && let Reading::Body(body) = &mut self.reading
        {
            body.wanted = false;
        }
        if last {
            self.answers.truncate(at + 1);
            self.reading = Reading::Nothing;
        }
        while self.answers.front().is_some_and(|answer| answer.complete) {
            self.answers.pop_front();
            self.first += 1;
            if let Some(next) = self.answers.front_mut() {
                self.output
                    .extend_from_slice(&std::mem::take(&mut next.octets));
            }
        }
    }

    /// Where the answer to this request stands in the row of those that are not sent.
    fn place(&self, number: u64) -> Option<usize> {
        let at = usize::try_from(number.checked_sub(self.first)?).ok()?;
        (at < self.answers.len()).then_some(at)
    }
    // ANCHOR_END: answer

    // ANCHOR: last
    /// Whether the connection ends with the answer to this request, as far as is known: the
    /// answer should tell the client, with `Connection: close`.
    pub fn is_last(&self, number: u64) -> bool {
        let newest = self.first + self.answers.len() as u64 == number + 1;
        newest
            && match &self.reading {
                Reading::Head => false,
                Reading::Body(body) => {
                    !body.persistent || body.decoder.left() > self.limits.dropped
                }
                Reading::Nothing => true,
            }
    }

    /// Whether all has been said: send what is in `output`, and close.
    pub fn is_over(&self) -> bool {
        matches!(self.reading, Reading::Nothing) && self.answers.is_empty()
    }
    // ANCHOR_END: last
}
