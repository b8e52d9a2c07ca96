//! One connection to a server: a request, its answer, and perhaps the next.

use std::io::{self, Read, Write};

use bytes::{Bytes, BytesMut};

use crate::body_length::{self, Body};
use crate::chunked_decoder::{self, ChunkedDecoder, Part};
use crate::connection_pool::{Exchange, persists};
use crate::line_ends::LineEnds;
use crate::request::Request;
use crate::response_head::{self, Fields, Limits, ResponseHead};

/// Interim answers before the one that counts. A server has no reason to send more.
const INTERIM: usize = 20;

/// Why there is no answer, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The connection failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The server closed where an answer should have begun.
    #[error("the server closed the connection without an answer")]
    NoAnswer,
    /// The server closed within the head of an answer.
    #[error("the server closed the connection within the head of an answer")]
    HalfHead,
    /// The server closed before the end of the body.
    #[error("the server closed the connection after {0} octets of a longer body")]
    Cut(u64),
    /// The head breaks a rule.
    #[error(transparent)]
    Head(#[from] response_head::Error),
    /// Nobody can tell where the body ends.
    #[error(transparent)]
    Framing(#[from] body_length::Error),
    /// The body's chunks break a rule.
    #[error(transparent)]
    Chunks(#[from] chunked_decoder::Error),
    /// The body is in a transfer coding other than chunked. We never say that we could take
    /// one off, so nobody should put one on (RFC 9112, section 7).
    #[error("a transfer coding that nobody asked for")]
    Coding,
    /// The request can't be sent.
    #[error(transparent)]
    Request(#[from] crate::request::BadMethod),
    /// More interim answers than anybody needs.
    #[error("more than {INTERIM} interim answers")]
    Interim,
}

impl Error {
    /// Whether it is the connection that ended, and not we who were asked too much.
    pub fn is_end(&self) -> bool {
        match self {
            Error::Io(error) => is_end(error),
            Error::NoAnswer | Error::HalfHead | Error::Cut(_) => true,
            _ => false,
        }
    }
}

/// How much one read takes.
pub const ROOM: usize = 16 * 1024;

/// A connection, and what has come of it that nobody has taken.
#[derive(Debug)]
pub struct Connection<S> {
    stream: S,
    input: BytesMut,
    rest: Rest,
    /// The octets of the body so far.
    received: u64,
    /// The octets of the answer so far, head and all.
    answered: u64,
    trailers: Fields,
    reads: usize,
    recorded: Option<BytesMut>,
    /// The last request's fields, and what was answered.
    exchange: Option<(Fields, ResponseHead, Body)>,
}

/// What is missing of the body.
#[derive(Debug)]
enum Rest {
    Nothing,
    /// Octets in a coding that we can't take off.
    Coded,
    Length(u64),
    Chunks(ChunkedDecoder),
    UntilClose,
}

impl<S: Read + Write> Connection<S> {
    /// A connection on which nothing was said yet.
    pub fn new(stream: S) -> Connection<S> {
        Connection {
            stream,
            input: BytesMut::new(),
            rest: Rest::Nothing,
            received: 0,
            answered: 0,
            trailers: Fields::default(),
            reads: 0,
            recorded: None,
            exchange: None,
        }
    }

    /// Sends a request.
    ///
    /// # Errors
    ///
    /// When the connection fails, or the request has something that can't be sent.
    pub fn send(&mut self, request: &Request) -> Result<(), Error> {
        let mut octets = BytesMut::new();
        request.encode(&mut octets)?;
        (self.received, self.answered, self.reads) = (0, 0, 0);
        self.trailers = Fields::default();
        self.exchange = None;
        let written = self.stream.write_all(&octets);
        match written.and_then(|()| self.stream.flush()) {
            // It has heard enough, and perhaps it has said why.
            Err(error) if is_end(&error) => Ok(()),
            written => Ok(written?),
        }
    }

    // ANCHOR: receive
    /// The head of the answer to `request`, and where its body ends.
    /// Interim answers, 1xx, are shown to `interim`.
    ///
    /// # Errors
    ///
    /// When the server says something else, or nothing.
    pub fn receive(
        &mut self,
        request: &Request,
        mut interim: impl FnMut(&ResponseHead),
    ) -> Result<(ResponseHead, Body), Error> {
        for _ in 0..INTERIM {
            let head = self.head()?;
            // 101 is the last answer of this protocol; we never ask for another one.
            if (100..200).contains(&head.status) && head.status != 101 {
                interim(&head);
                continue;
            }
            let body = body_length::of_response(&request.method, &head)?;
            self.rest = match body {
                Body::Chunked | Body::UntilClose if is_coded(&head.fields) => Rest::Coded,
                Body::Empty | Body::Tunnel => Rest::Nothing,
                Body::Length(length) => Rest::Length(length),
                Body::Chunked => Rest::Chunks(ChunkedDecoder::new(Default::default())),
                Body::UntilClose => Rest::UntilClose,
            };
            self.exchange = Some((request.fields.clone(), head.clone(), body));
            return Ok((head, body));
        }
        Err(Error::Interim)
    }
    // ANCHOR_END: receive

    fn head(&mut self) -> Result<ResponseHead, Error> {
        let (limits, mut ends) = (Limits::default(), LineEnds::default());
        loop {
            if ends.is_news(&self.input, limits.octets)
                && let Some(head) = response_head::decode(&mut self.input, &limits)?
            {
                return Ok(head);
            }
            ends.saw(&self.input);
            match self.read()? {
                0 if self.input.is_empty() => return Err(Error::NoAnswer),
                0 => return Err(Error::HalfHead),
                _ => {}
            }
        }
    }

    // ANCHOR: piece
    /// The next octets of the body, as they came; `None` where it ends.
    ///
    /// # Errors
    ///
    /// [`Error::Cut`] where it isn't whole; and when the connection fails.
    pub fn piece(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            let piece = match &mut self.rest {
                Rest::Nothing | Rest::Length(0) => return Ok(None),
                Rest::Coded => return Err(Error::Coding),
                Rest::Length(left) => {
                    let here = usize::try_from(*left).unwrap_or(usize::MAX);
                    let here = here.min(self.input.len());
                    *left -= here as u64;
                    Some(self.input.split_to(here).freeze())
                }
                Rest::UntilClose => Some(self.input.split().freeze()),
                Rest::Chunks(decoder) => match decoder.decode(&mut self.input)? {
                    Some(Part::Data(octets)) => Some(octets),
                    Some(Part::End(trailers)) => {
                        (self.trailers, self.rest) = (trailers, Rest::Nothing);
                        return Ok(None);
                    }
                    None => None,
                },
            };
            if let Some(piece) = piece.filter(|piece| !piece.is_empty()) {
                self.received += piece.len() as u64;
                return Ok(Some(piece));
            }
            if self.read()? == 0 {
                return match self.rest {
                    Rest::UntilClose => Ok(None),
                    _ => Err(Error::Cut(self.received)),
                };
            }
        }
    }
    // ANCHOR_END: piece

    fn read(&mut self) -> io::Result<usize> {
        let before = self.input.len();
        self.input.resize(before + ROOM, 0);
        let read = self.stream.read(&mut self.input[before..]);
        self.input.truncate(before + *read.as_ref().unwrap_or(&0));
        if let Some(recorded) = &mut self.recorded {
            recorded.extend_from_slice(&self.input[before..]);
        }
        self.reads += 1;
        self.answered += *read.as_ref().unwrap_or(&0) as u64;
        read
    }

    /// Records from now on what comes, as it comes.
    pub fn record(&mut self) {
        self.recorded = Some(BytesMut::new());
    }

    /// What came since then.
    pub fn recorded(&mut self) -> Option<BytesMut> {
        self.recorded.take()
    }

    /// What came behind the chunks of the last body.
    pub fn trailers(&self) -> &Fields {
        &self.trailers
    }

    /// How many octets of the answer have come, its head included.
    pub fn answered(&self) -> u64 {
        self.answered
    }

    /// How many reads the answer took so far.
    pub fn reads(&self) -> usize {
        self.reads
    }

    /// Whether another request may follow.
    pub fn is_reusable(&self) -> bool {
        let Some((request, response, body)) = &self.exchange else {
            return false;
        };
        persists(&Exchange {
            request,
            response,
            body: *body,
            whole: matches!(self.rest, Rest::Nothing | Rest::Length(0)),
            extra: self.input.len(),
        })
    }

    /// The stream itself.
    pub fn stream(&mut self) -> &mut S {
        &mut self.stream
    }
}

fn is_end(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let kinds = [
        BrokenPipe,
        ConnectionAborted,
        ConnectionReset,
        UnexpectedEof,
    ];
    kinds.contains(&error.kind())
}

/// Whether the body is in a transfer coding other than chunked.
fn is_coded(fields: &Fields) -> bool {
    let mut codings = fields.members("Transfer-Encoding");
    codings.any(|coding| !coding.eq_ignore_ascii_case(b"chunked"))
}
