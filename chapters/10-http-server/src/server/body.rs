//! The body of a request, read when the application asks for it.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_client::body_length;
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite};
use tower::BoxError;

use super::wire::{Phase, Wire};
use crate::application::{BodyError, TooLarge};
use crate::expect_continue::{ExpectContinue, ExpectationFailed, Rest};
use crate::pipelining::Event;
use crate::request_head::RequestHead;
use crate::settings::Settings;

/// The body of the request that is answered now.
pub struct Coming {
    /// The number of the request.
    number: u64,
    state: State,
    /// Whether the client waits for a 100 (exercise 10.3).
    expects: ExpectContinue,
    /// How many octets have come, and how many may.
    received: u64,
    limit: u64,
    announced: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Whole,
    /// It won't become whole.
    Broken,
}

impl Coming {
    pub fn of(number: u64, head: &RequestHead, limit: u64) -> Result<Coming, ExpectationFailed> {
        Ok(Coming {
            number,
            state: State::Open,
            expects: ExpectContinue::new(head)?,
            received: 0,
            limit,
            announced: match head.body {
                body_length::Body::Length(length) => Some(length),
                body_length::Body::Chunked => None,
                _ => Some(0),
            },
        })
    }

    fn size_hint(&self) -> SizeHint {
        let left = self.announced.map(|length| length - self.received);
        left.map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    /// The next octets of the body, or its end.
    // ANCHOR: part
    fn poll_part(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        loop {
            let Some(coming) = &mut self.coming else {
                return self.broken("the request has been answered");
            };
            match coming.state {
                State::Open => {}
                State::Whole => return Poll::Ready(None),
                State::Broken => return self.broken("the body is broken"),
            }
            match self.machine.next_event() {
                Some(Event::Data(octets)) => {
                    coming.received += octets.len() as u64;
                    if coming.received > coming.limit {
                        let limit = coming.limit;
                        return self.broken(TooLarge(limit));
                    }
                    return Poll::Ready(Some(Ok(octets)));
                }
                Some(Event::End) => {
                    coming.state = State::Whole;
                    continue;
                }
                Some(_) => return self.broken("the body is not in chunks as it should be"),
                None => {}
            }
            self.go_on();
            match ready!(self.poll_fill(context)) {
                Ok(true) => {}
                Ok(false) => return self.broken("the client left within its request"),
                Err(error) => return self.broken(error),
            }
        }
    }

    /// Somebody wants the body: if the client waits for that, it is told.
    pub fn go_on(&mut self) {
        let waiting = self.machine.input.is_empty();
        if let Some(coming) = &mut self.coming
            && let Some(octets) = coming
                .expects
                .before_reading(!waiting || coming.received > 0)
        {
            self.machine.answer(coming.number, octets);
        }
    }
    // ANCHOR_END: part

    /// The final answer is about to be sent. Whether the body, or the rest of it, comes for
    /// certain.
    pub fn comes_for_certain(&mut self) -> bool {
        let waiting = self.machine.input.is_empty();
        self.coming.as_mut().is_none_or(|coming| {
            coming
                .expects
                .before_answering(!waiting || coming.received > 0)
                == Rest::Comes
        })
    }

    fn broken<T>(&mut self, error: impl Into<BoxError>) -> Poll<Option<Result<T, BodyError>>> {
        if let Some(coming) = &mut self.coming {
            coming.state = State::Broken;
        }
        Poll::Ready(Some(Err(BodyError::new(error))))
    }

    /// Whether it is still known where the body ends.
    pub fn is_sound(&self) -> bool {
        let coming = self.coming.as_ref();
        coming.is_none_or(|coming| coming.state != State::Broken)
    }
}

/// The wire, as the conversation and the body of its request share it. Nobody holds it
/// while waiting.
pub struct Shared<S>(Arc<Mutex<Wire<S>>>);

impl<S> Shared<S> {
    pub fn new(wire: Wire<S>) -> Shared<S> {
        Shared(Arc::new(Mutex::new(wire)))
    }

    pub fn lock(&self) -> MutexGuard<'_, Wire<S>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the application has done with the body of the request.
    pub fn is_alone(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }
}

/// What the application gets.
pub struct Incoming<S> {
    wire: Shared<S>,
    /// The request that it belongs to, which may have been answered meanwhile.
    number: u64,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Incoming<S> {
    pub fn of(number: u64, shared: &Shared<S>, settings: &Settings) -> Incoming<S> {
        let clock = &mut shared.lock().reading;
        clock.start(Phase::Body, settings.body_time);
        let wire = Shared(Arc::clone(&shared.0));
        Incoming { wire, number }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> hyper::body::Body for Incoming<S> {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let wire = &mut *self.wire.lock();
        // Who has kept the body of an earlier request gets nothing of this one.
        if wire
            .coming
            .as_ref()
            .is_some_and(|coming| coming.number != self.number)
        {
            return Poll::Ready(Some(Err(BodyError::new("the request has been answered"))));
        }
        let part = ready!(wire.poll_part(context));
        Poll::Ready(part.map(|part| part.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        self.size_hint().exact() == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        let wire = self.wire.lock();
        wire.coming
            .as_ref()
            .map_or_else(SizeHint::new, Coming::size_hint)
    }
}

/// An error of a body as one of the connection.
pub fn as_io(error: BodyError) -> io::Error {
    match error.0.downcast::<io::Error>() {
        Ok(error) => *error,
        Err(error) => io::Error::other(error),
    }
}
