//! Requests one behind the other, and their answers in order
//!
//! Difficulty: stretch
//! Page: 10-http-server/before-and-after.md
//! Check: just check 10.5
//!
//! A client may send its next request before the last one is answered (RFC 9112, section
//! 9.3.2). One read then brings two requests and half of a third, one body ends where the
//! next head begins, and the answers must come in the order of the requests, whichever is
//! ready first. Write the server's end of such a connection, without a socket: octets that
//! have come are appended to `input`, by whoever reads, and `output` has what may be sent,
//! and is emptied by whoever sends.
//!
//! `next_event` takes the next thing off `input`, and says `None` while octets are missing
//! for it:
//!
//! - `Request`, with its number: 0, 1, and so on. Then the octets of its body as `Data`, as
//!   they come, and `End`. A request without a body has its `End`, too. What follows stays
//!   for the next call.
//! - Requests wait until their answer is complete and in `output`. While
//!   `limits.unanswered` of them wait, it is `None` instead of another request, and that
//!   stays in `input`.
//! - What `request_head::decode` refuses is `Refused`, with a number like a request. What
//!   `BodyDecoder` refuses is `Broken`, instead of `End`.
//!
//! The body of a request is taken off by `BodyDecoder::new(head.body)`. Its `decode(&mut
//! self.input)` returns the next octets, and `Ok(None)` while there are none. When it returns
//! octets that are empty, the body has ended: that is the `End`, and no `Data`. `left()` says
//! how many octets of a body with a length it has not taken yet, whether they have come or
//! not; for one in chunks, which doesn't say, it is 0.
//!
//! Some requests are the last: behind them nothing can be trusted, or nothing is wanted,
//! and it is `None` whatever comes. Those are: what was `Refused`; one whose body was
//! `Broken`; one whose client wants no other (`head.is_persistent()` says so), as soon as
//! its body has ended, or its answer is complete; and two more, below.
//!
//! `answer` adds octets to the answer to a request, `complete` ends it:
//!
//! - In `output` are the answers in the order of their requests. What belongs to the first
//!   answer that isn't complete goes there at once, what belongs to later ones when those
//!   before are complete.
//! - Where an answer is complete, nobody wants the rest of its body: it is not the next
//!   request. It is dropped as it comes, without an event. That goes as far as
//!   `limits.dropped` octets of each: when more have come, or if `left()` is
//!   more already when the answer is complete, the request is the last.
//! - With `keep` false, as `complete` is told where the answer said `Connection: close`,
//!   the request is the last. Requests behind it that were read get no answer: what they
//!   had is dropped, and so is what is still said of them.
//!
//! `is_last` says of a request that isn't answered completely whether it is the last, as
//! far as can be known, if it was answered now: then the answer should say `Connection:
//! close`. `is_over` says that everything is in `output`, and that no request comes: send
//! it, and close.
//!
//! ```text
//! GET /a and GET /b come     Request 0, End, Request 1, End
//! answer 1 "b", complete     output ""
//! answer 0 "a"               output "a"
//! complete 0                 output "ab"
//! ```

use bytes::{Bytes, BytesMut};
use http_client::response_head;
use http_server::body::BodyDecoder;
use http_server::request_head::{self, RequestHead};

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

/// The server's end of a connection. It knows nothing of sockets: octets of the client go
/// into `input`, what is in `output` goes to it.
#[derive(Debug)]
pub struct Connection {
    /// What has come and is not taken yet.
    pub input: BytesMut,
    /// What may be sent now.
    pub output: BytesMut,
    limits: Limits,
    // What do you have to remember of the request that comes, and what of the answers?
}

impl Connection {
    /// A connection on which nothing has come yet.
    pub fn new(limits: Limits) -> Self {
        todo!()
    }

    /// The next thing that the client has sent. `None` asks for more octets, or, where too
    /// many requests wait for it, for the end of an answer.
    pub fn next_event(&mut self) -> Option<Event> {
        todo!()
    }

    /// Adds octets to the answer to a request.
    pub fn answer(&mut self, number: u64, octets: &[u8]) {
        todo!()
    }

    /// The answer to a request is complete. Unless `keep`, the connection ends with it, as
    /// it has told the client.
    pub fn complete(&mut self, number: u64, keep: bool) {
        todo!()
    }

    /// Whether the connection ends with the answer to this request, as far as is known: the
    /// answer should tell the client, with `Connection: close`.
    pub fn is_last(&self, number: u64) -> bool {
        todo!()
    }

    /// Whether all has been said: send what is in `output`, and close.
    pub fn is_over(&self) -> bool {
        todo!()
    }
}
