//! When to send 100 Continue, and when not
//!
//! Difficulty: warm-up
//! Page: 10-http-server/limits.md
//! Check: just check 10.3
//!
//! A client with a large body may first ask whether it is welcome: it sends the head with
//! `Expect: 100-continue`, and waits. A server that wants the body says `100 Continue`,
//! reads, and answers. One that doesn't answers at once, and the body need not be sent (RFC
//! 9110, section 10.1.1). Keep track of that for one request; the server asks you at three
//! places.
//!
//! `new` is called when the head has come:
//!
//! - The client waits if the members of its field `Expect` are `100-continue`, in capitals
//!   or not, if it speaks HTTP/1.1 or later, and if there is a body that could come: one
//!   with a length that isn't 0, or in chunks. (A server has to ignore the field in
//!   HTTP/1.0, whose clients know no interim answers.)
//! - Any other member, in HTTP/1.1 or later, with a body or without, is an
//!   `ExpectationFailed`.
//!
//! `before_reading` is called whenever the application asks for the body or for more of it.
//! `arrived` says whether octets of the body have come.
//!
//! - It returns the octets of `CONTINUE`, to be sent before anybody waits for the body, if
//!   the client waits. It returns them once in a request.
//! - Who has begun to send doesn't wait any more: if octets have `arrived`, nothing is
//!   sent, then or later.
//!
//! `before_answering` is called once, when the final answer is about to be sent. After it
//! nothing may stand between that answer and the next: `before_reading`, which a server may
//! still call to get rid of the body, returns `None`. It says what becomes of a body that
//! was not read to its end:
//!
//! - `InDoubt` if the client still waits. It may take the answer for a no, and not send the
//!   body, or its patience is just over, and it sends it: what comes next may be a body or
//!   a request, and nobody can tell which.
//! - `Comes` in every other case.
//!
//! ```text
//! PUT, Expect: 100-continue, length 9    new                          waits
//! the application asks for the body      before_reading(false)        "HTTP/1.1 100 Continue", and an empty line
//! it asks for more                       before_reading(true)         nothing
//! it answers                             before_answering(true)       Comes
//! ```
//!
//! `head.fields.members("Expect")` gives the members of the field, from one line or
//! several; `head.minor` is the second digit of the version, `head.body` where the body
//! ends.

use http_client::body_length::Body;
use http_server::request_head::RequestHead;

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

/// Whether the client of one request waits.
#[derive(Clone, Debug)]
pub struct ExpectContinue {
    // What do you have to remember?
}

impl ExpectContinue {
    /// Looks at the head of the request.
    pub fn new(head: &RequestHead) -> Result<Self, ExpectationFailed> {
        todo!()
    }

    /// The application asks for the body, and `arrived` says whether octets of it have
    /// come. Returns what has to be sent before anybody waits for more.
    pub fn before_reading(&mut self, arrived: bool) -> Option<&'static [u8]> {
        todo!()
    }

    /// The final answer is about to be sent. What becomes of the rest of the body?
    pub fn before_answering(&mut self, arrived: bool) -> Rest {
        todo!()
    }
}
