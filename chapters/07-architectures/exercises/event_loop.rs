//! One connection of an event loop
//!
//! Difficulty: core
//! Page: 07-architectures/readiness.md
//! Check: just check 7.2
//!
//! An event loop serves a thousand clients in one thread, so it waits for none of them
//! alone. When it comes back to a client, all that it knows of it is what it has kept.
//! Write what it keeps. A `Connection` never reads or writes: the loop asks it what to
//! wait for, makes the call when the socket is ready, and says here what came of it.
//!
//! - `received`: these octets were read. Every question that is whole now is answered,
//!   in order, and the octets behind the last one are kept. The decoder for questions
//!   is given, and so is `answer(&question)`.
//! - `unsent` is what to write next: all answers, or the part of them that the socket
//!   has not taken. `sent`: it took the first so many octets of that, which may be
//!   fewer than there are.
//! - `interest().write` says whether anything is unsent. A socket has room most of the
//!   time: to wait for room with nothing to write is to wait for nothing, in a loop.
//! - `interest().read` is true when nothing is unsent and the client has neither ended
//!   nor been refused. So a client that takes no answers can ask nothing more, and
//!   fills nobody's memory.
//! - `ended`: a read came to the end of the stream. What was asked before is still
//!   answered and sent. Then the interest is in neither, and the loop closes the socket.
//! - A client is refused when a question is too long, and when the stream ended inside a
//!   question: `refused` gives the decoder's error, the first if there are two. From
//!   then on nothing is read and nothing more is answered; answers that were there
//!   before are still sent.
//!
//! ```text
//!                                        interest   unsent
//! new                                    read
//! received  Haste makes?Silence is?Fi    write      Waste.Golden.
//! sent      4                            write      e.Golden.
//! sent      9                            read
//! received  rst come?                    write      First served.
//! ended                                  write      First served.
//! sent      13                           neither
//! ```

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

/// All that a server remembers of one client.
#[derive(Debug)]
pub struct Connection {
    /// Takes questions out of a buffer: `decode(&mut buffer)` gives the next one, or
    /// `None` if there is no whole one in it; `end(&rest)` says whether the stream may
    /// end with this rest in the buffer.
    questions: Questions,
    // What else has to be kept until the next event?
}

impl Connection {
    /// A new client, whose questions may have up to `limit` octets.
    pub fn new(limit: usize) -> Connection {
        Connection {
            questions: Questions::new(limit),
        }
    }

    /// What to wait for.
    pub fn interest(&self) -> Interest {
        todo!()
    }

    /// These octets were read.
    pub fn received(&mut self, octets: &[u8]) {
        todo!()
    }

    /// A read came to the end of the stream.
    pub fn ended(&mut self) {
        todo!()
    }

    /// What to write next.
    pub fn unsent(&self) -> &[u8] {
        todo!()
    }

    /// The socket took the first `octets` of what is unsent.
    pub fn sent(&mut self, octets: usize) {
        todo!()
    }

    /// Why the client is given up, if it broke the rules.
    pub fn refused(&self) -> Option<&Error> {
        todo!()
    }
}
