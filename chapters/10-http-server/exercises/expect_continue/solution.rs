//! `Expect: 100-continue`: when a client that waits is told to go on.

use http_client::body_length::Body;
use http_server::request_head::RequestHead;

// ANCHOR: interim
/// Lets the client go on. The final answer is still to come.
pub const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// The client expects what this server can't promise: 417.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an expectation other than 100-continue")]
pub struct ExpectationFailed;

/// What becomes of the part of the body that nobody has read when the answer is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// It is on its way. Read it and drop it, or close.
    Comes,
    /// It comes, or the next request does: the client decides. Close.
    InDoubt,
}
// ANCHOR_END: interim

// ANCHOR: expect
/// Whether the client of one request waits.
#[derive(Clone, Debug)]
pub struct ExpectContinue {
    waits: bool,
}

impl ExpectContinue {
    /// Looks at the head of the request.
    pub fn new(head: &RequestHead) -> Result<Self, ExpectationFailed> {
        // HTTP/1.0 has no interim answers: its client would take one for the answer.
        let mut waits = false;
        for expected in head.fields.members("Expect").filter(|_| head.minor > 0) {
            if !expected.eq_ignore_ascii_case(b"100-continue") {
                return Err(ExpectationFailed);
            }
            waits = !matches!(head.body, Body::Empty | Body::Length(0));
        }
        Ok(Self { waits })
    }

    /// The application asks for the body, and `arrived` says whether octets of it have
    /// come. Returns what has to be sent before anybody waits for more.
    pub fn before_reading(&mut self, arrived: bool) -> Option<&'static [u8]> {
        // Who has begun to send doesn't wait any more.
        (std::mem::take(&mut self.waits) && !arrived).then_some(CONTINUE)
    }

    /// The final answer is about to be sent. Nothing may be sent before the body after that.
    pub fn before_answering(&mut self, arrived: bool) -> Rest {
        match std::mem::take(&mut self.waits) && !arrived {
            true => Rest::InDoubt,
            false => Rest::Comes,
        }
    }
}
// ANCHOR_END: expect
