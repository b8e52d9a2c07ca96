//! What stands between server and application: a request goes in, a response comes out.
//!
//! WSGI drew that line for Python (PEP 3333), tower's [`Service`] draws it for Rust. Whatever
//! is an [`Application`] runs under each of this chapter's servers.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;

use bytes::Bytes;
use futures_util::TryStreamExt;
use http::{HeaderValue, StatusCode, header};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full, LengthLimitError, Limited, StreamBody};
use hyper::body::Frame;
use tower::{BoxError, Service};

/// Octets that come piece by piece, and how many there are, where that is known.
pub type Body = UnsyncBoxBody<Bytes, BodyError>;
/// A request, with a body that may not have come yet.
pub type Request = http::Request<Body>;
/// A response, with a body that may not have been made yet.
pub type Response = http::Response<Body>;

/// A function of a request that gives a response, whatever happens.
// ANCHOR: application
pub trait Application:
    Service<Request, Response = Response, Error = Infallible, Future: Send + 'static>
    + Clone
    + Send
    + Sync
    + 'static
{
}

impl<T> Application for T where
    T: Service<Request, Response = Response, Error = Infallible, Future: Send + 'static>
        + Clone
        + Send
        + Sync
        + 'static
{
}
// ANCHOR_END: application

/// What a server knows of a connection, and an application may ask for: it is among the
/// request's extensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Who is at the other end: a client, or a proxy.
    pub peer: SocketAddr,
    /// Where it was accepted.
    pub local: SocketAddr,
    /// Whether it is TLS.
    pub secure: bool,
}

/// A body of these octets.
pub fn full(octets: impl Into<Bytes>) -> Body {
    boxed(Full::new(octets.into()))
}

/// No body.
pub fn empty() -> Body {
    boxed(Empty::new())
}

/// Any body, as a server's or an application's own.
pub fn boxed<B>(body: B) -> Body
where
    B: hyper::body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    UnsyncBoxBody::new(body.map_err(BodyError::new))
}

/// The same body, without a word about its length.
pub fn chunks(body: Body) -> Body {
    boxed(StreamBody::new(body.into_data_stream().map_ok(Frame::data)))
}

/// A response with a text.
pub fn text(status: StatusCode, text: impl Into<String>) -> Response {
    with_type(status, "text/plain; charset=utf-8", text.into())
}

/// A response with a body of this media type.
pub fn with_type(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Response {
    let mut response = Response::new(full(body));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// The whole body, if it has at most `limit` octets.
///
/// # Errors
///
/// The response that a client deserves: 413 (RFC 9110, section 15.5.14) if there are
/// more, 400 if the body doesn't come as it was announced.
pub async fn collect(body: Body, limit: usize) -> Result<Bytes, Response> {
    match Limited::new(body, limit).collect().await {
        Ok(whole) => Ok(whole.to_bytes()),
        Err(error) => Err(BodyError::new(error).response()),
    }
}

/// A body has more octets than the server allows.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a body of more than {0} octets")]
pub struct TooLarge(pub u64);

/// Why a body doesn't come.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BodyError(#[source] pub BoxError);

impl BodyError {
    /// Any error of a body, as one of ours.
    pub fn new(error: impl Into<BoxError>) -> BodyError {
        match error.into().downcast::<BodyError>() {
            Ok(ours) => *ours,
            Err(error) => BodyError(error),
        }
    }

    /// What a client is told about it.
    pub fn response(&self) -> Response {
        let late = |error: &io::Error| error.kind() == io::ErrorKind::TimedOut;
        let status = if self.0.is::<LengthLimitError>() || self.0.is::<TooLarge>() {
            StatusCode::PAYLOAD_TOO_LARGE
        } else if self.0.downcast_ref().is_some_and(late) {
            StatusCode::REQUEST_TIMEOUT
        } else {
            StatusCode::BAD_REQUEST
        };
        text(status, format!("{self}\n"))
    }
}
