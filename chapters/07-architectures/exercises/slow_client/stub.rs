//! A time limit for a request
//!
//! Difficulty: core
//! Page: 07-architectures/limits.md
//! Check: just check 7.4
//!
//! A time-out for each read is soon written, and stops nobody: who sends one octet just
//! before it ends can keep a connection for days. Limit the time of the request.
//!
//! - A request begins when the answer to the last one is written, and the first one
//!   with `new`. It is over when its answer is written. It may take `patience`: to wait
//!   for its question, to read it, and to write the answer, all together, however many
//!   reads and writes that takes and whatever the server does in between. A stream may
//!   hold back what is written until it is flushed, as one with TLS does: an answer is
//!   written when the flush is done.
//! - When the time is up, `question` or `answer`, whichever waits, returns
//!   `too_slow(patience)`, at that very moment.
//! - `question` returns the next question; `None` if the client has ended its side
//!   between two of them. Two may come in one read. The decoder for questions is given;
//!   its errors turn into `io::Error` by `?`.
//! - The future of `question` may be dropped while it waits, as `select!` does. No
//!   octet is lost by that, and no time won.
//! - `serve` serves all clients at a time, each in a task: it answers questions with
//!   `answer(&question)` until the client has ended or something goes wrong. An error
//!   is the end of that client alone. It is handed to `report` when it happens, and the
//!   client's stream is dropped. `serve` returns when `clients` has ended and the last
//!   client has left.
//!
//! With a patience of 10 s:
//!
//! ```text
//! at  0 s  the client connects
//! at  8 s  Silence is?           the answer is Golden, and there are 10 s more
//! at 11 s  Has
//! at 14 s  te ma
//! at 18 s                        too slow: not done within 10 s
//! ```

use std::io;
use std::time::Duration;

use architectures::proverbs::{Questions, answer};
use bytes::{Bytes, BytesMut};
use framing::Decode;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// The room to make for each read.
const READ: usize = 1024;

/// A client, and the time by which its present request has to be over: the question
/// read, and the answer written.
#[derive(Debug)]
pub struct Client<S> {
    stream: S,
    /// `decode(&mut input)` gives the next question, or `None` if there is no whole one;
    /// `end(&input)` says whether the stream may end here.
    questions: Questions,
    /// Octets that came and were not handed out yet.
    input: BytesMut,
    patience: Duration,
    // What else has to be known?
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    /// A client that may take `patience` for each request, and whose questions may
    /// have up to `limit` octets. The time for the first one begins now.
    pub fn new(stream: S, limit: usize, patience: Duration) -> Client<S> {
        Client {
            stream,
            questions: Questions::new(limit),
            input: BytesMut::new(),
            patience,
        }
    }

    /// Waits for the next question.
    pub async fn question(&mut self) -> io::Result<Option<Bytes>> {
        todo!()
    }

    /// Writes `answer` and flushes the stream, which ends the request; the time for the
    /// next one begins.
    pub async fn answer(&mut self, answer: &[u8]) -> io::Result<()> {
        todo!()
    }

    /// Whether the client has sent nothing of its next question.
    pub fn is_idle(&self) -> bool {
        self.input.trim_ascii().is_empty()
    }
}

fn too_slow(patience: Duration) -> io::Error {
    let what = format!("gave up: not done within {patience:?}");
    io::Error::new(io::ErrorKind::TimedOut, what)
}

/// Serves every client that comes out of `clients`, all at a time. What goes wrong with
/// one is handed to `report`.
pub async fn serve<S>(clients: mpsc::Receiver<Client<S>>, report: impl FnMut(io::Error))
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    todo!()
}
