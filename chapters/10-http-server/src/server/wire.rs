//! The octets of one connection, and how long each phase may take.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Buf;
use http_client::response_head;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep, sleep};
use tokio_util::io::poll_read_buf;

use super::body::Coming;
use super::{FIELDS, HEAD, SKIP};
use crate::pipelining::{Connection, Limits};
use crate::settings::Settings;

/// What is read at once.
const READ: usize = 16 * 1024;
/// So many octets of responses may wait for company before they are written.
const WRITE: usize = 64 * 1024;

/// A socket, and the machine that its octets go through.
// ANCHOR: wire
pub struct Wire<S> {
    stream: S,
    /// What has come and what is to be sent (exercise 10.5).
    pub machine: Connection,
    /// The body of the request that is answered now, unless there is none to answer.
    pub coming: Option<Coming>,
    pub reading: Clock,
    writing: Clock,
    /// The client takes nothing at the moment.
    blocked: bool,
}
// ANCHOR_END: wire

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    pub fn new(stream: S, settings: &Settings) -> Wire<S> {
        let head = response_head::Limits {
            octets: HEAD,
            lines: 1 + FIELDS,
        };
        Wire {
            stream,
            machine: Connection::new(Limits {
                head,
                unanswered: 1, // the next request waits for the answer to this one
                dropped: SKIP,
            }),
            coming: None,
            reading: Clock::of(Phase::Idle, settings.idle_time),
            writing: Clock::of(Phase::Write, settings.write_time),
            blocked: false,
        }
    }

    /// Waits for more octets; the end of the stream is `false`. Whatever is to be sent is
    /// sent before: the client may be waiting for it, too.
    pub fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<io::Result<bool>> {
        ready!(self.poll_flush(context))?;
        let input = &mut self.machine.input;
        input.reserve(READ);
        match poll_read_buf(Pin::new(&mut self.stream), context, input) {
            Poll::Ready(read) => Poll::Ready(Ok(read? > 0)),
            Poll::Pending => self.reading.poll(context),
        }
    }

    /// Whether there is enough to be worth a write.
    pub fn is_full(&self) -> bool {
        self.machine.output.len() >= WRITE
    }

    /// Sends what there is to be sent. The clock runs while the client takes nothing, and
    /// stops whenever it takes something.
    pub fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let output = &mut self.machine.output;
        while !output.is_empty() {
            let written = Pin::new(&mut self.stream).poll_write(context, output);
            if !std::mem::replace(&mut self.blocked, written.is_pending()) && self.blocked {
                self.writing.again();
            }
            match written {
                Poll::Ready(written) => output.advance(written?),
                Poll::Pending => return self.writing.poll(context),
            }
        }
        Pin::new(&mut self.stream).poll_flush(context)
    }

    /// Ends our direction.
    pub fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_flush(context))?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// What a client may take its time for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// A request, which may never come.
    Idle,
    /// The head of one that has begun.
    Head,
    /// Its body.
    Body,
    /// Reading the response.
    Write,
    /// Going.
    Linger,
}

/// Time has run out.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("gave up: {} within {patience:?}", match phase {
    Phase::Idle => "no request came",
    Phase::Head => "the head did not end",
    Phase::Body => "the body did not end",
    Phase::Write => "nothing was read of the response",
    Phase::Linger => "it did not close",
})]
pub struct Late {
    pub phase: Phase,
    patience: Duration,
}

/// One phase's time.
// ANCHOR: clock
pub struct Clock {
    late: Late,
    since: Instant,
    sleep: Pin<Box<Sleep>>,
}

impl Clock {
    fn of(phase: Phase, patience: Duration) -> Clock {
        Clock {
            late: Late { phase, patience },
            since: Instant::now(),
            sleep: Box::pin(sleep(Duration::ZERO)),
        }
    }

    /// Begins a phase.
    pub fn start(&mut self, phase: Phase, patience: Duration) {
        self.late = Late { phase, patience };
        self.again();
    }

    fn again(&mut self) {
        self.since = Instant::now();
    }

    /// An error, when the time is over. Only who has to wait looks at the clock.
    fn poll<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        let end = self.since + self.late.patience;
        if self.sleep.deadline() != end {
            self.sleep.as_mut().reset(end);
        }
        ready!(self.sleep.as_mut().poll(context));
        Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, self.late)))
    }
}
// ANCHOR_END: clock

/// The phase whose time is over, if that is what `error` says.
pub fn late(error: &io::Error) -> Option<Phase> {
    let late = error.get_ref()?.downcast_ref::<Late>()?;
    Some(late.phase)
}
