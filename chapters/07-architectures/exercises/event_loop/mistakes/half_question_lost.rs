//! What was read is looked at alone
//!
//! You decode the octets of this read by themselves. The beginning of a question that came with
//! the last read has gone, and its end means nothing.
//!
//! fails: a_conversation_driven_by_a_loop, a_question_over_the_limit_is_refused,
//!    a_question_that_comes_in_pieces, what_is_read_while_an_answer_waits_counts

use architectures::proverbs::{Questions, answer};
use bytes::{Buf, BytesMut};
use framing::Decode;
use framing::delimiter::Error;

/// What a connection waits for. When that is nothing, it is over: close it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interest {
    /// Octets to read.
    pub read: bool,
    /// Room to write into.
    pub write: bool,
}

/// All that a server remembers of one client. It never reads or writes: the event
/// loop does, and says here what came of it.
#[derive(Debug)]
pub struct Connection {
    questions: Questions,
    limit: usize,
    /// Octets that came and are no whole question yet.
    input: BytesMut,
    /// Answers, or the part of them that the socket has not taken yet.
    output: BytesMut,
    /// How the client's side ended, once it has.
    end: Option<Result<(), Error>>,
}

impl Connection {
    /// A new client, whose questions may have up to `limit` octets.
    pub fn new(limit: usize) -> Connection {
        Connection {
            questions: Questions::new(limit),
            limit,
            input: BytesMut::new(),
            output: BytesMut::new(),
            end: None,
        }
    }

    /// What to wait for. A client that doesn't take its answers is not read from,
    /// so that neither questions nor answers pile up here.
    pub fn interest(&self) -> Interest {
        let write = !self.output.is_empty();
        let read = !write && self.end.is_none();
        Interest { read, write }
    }

    /// These octets were read: every question that is whole now is answered.
    pub fn received(&mut self, octets: &[u8]) {
        self.input = BytesMut::from(octets);
        self.questions = Questions::new(self.limit);
        while self.end.is_none() {
            match self.questions.decode(&mut self.input) {
                Ok(Some(question)) => self.output.extend_from_slice(answer(&question)),
                Ok(None) => break,
                Err(error) => self.end = Some(Err(error)),
            }
        }
    }

    /// A read came to the end of the stream. What was asked before is still answered.
    pub fn ended(&mut self) {
        let end = self.questions.end(&self.input);
        self.end.get_or_insert(end);
    }

    /// What to write next.
    pub fn unsent(&self) -> &[u8] {
        &self.output
    }

    /// The socket took the first `octets` of what is unsent.
    pub fn sent(&mut self, octets: usize) {
        self.output.advance(octets);
    }

    /// Why the client is given up, if it broke the rules.
    pub fn refused(&self) -> Option<&Error> {
        self.end.as_ref()?.as_ref().err()
    }
}
