//! The head of a request, parsed strictly
//!
//! Difficulty: stretch
//! Page: 10-http-server/strict.md
//! Check: just check 10.1
//!
//! Between a client and your server there is often another program that reads requests: a
//! proxy, a cache, a firewall. Where the two of you read the same octets in two ways, a
//! client can hide one request in another from it: request smuggling. So a server mends
//! nothing. What is doubtful it refuses.
//!
//! You have the tools of chapter 9. Both are strict, and neither knows anything of
//! requests:
//!
//! - `take_lines(input, limits)` takes the lines of a head off the input, up to the empty
//!   one and with it, once they are all there. What it returns has no line ends, nor the
//!   empty line; so it is an empty list where the empty line came first.
//! - `Fields::from_lines(lines)` reads field lines. `fields.all("Host")` gives the values
//!   of all lines with this name, `fields.members(name)` the members of the list that they
//!   make up together.
//!
//! `is_token` and `is_authority` say what is a token, and what is a host with or without a
//! port; a host without a name, as in `:80`, is one to it.
//!
//! `decode` is called whenever octets have been appended to `input`. It takes the head off
//! the front, once all of it is there, and leaves the body; before that it returns
//! `Ok(None)`. Empty lines before the request line are passed over (RFC 9112, section 2.2).
//! An error from the tools is `Head`, but where the request line has no end within
//! `limits.octets`, it is `TooLong`.
//!
//! The request line is method, target and version with one space between two of them.
//! Otherwise, or if the method is no token, it is `RequestLine`. The version is `HTTP/`, a
//! digit, a dot, a digit, or else it is `RequestLine`; `Version` if the first digit isn't
//! 1.
//!
//! The target has one of four forms (RFC 9112, section 3.2), all of visible ASCII
//! characters without `#`, or it is `Target`:
//!
//! - `/path?query`, for all methods but CONNECT. What is in front of the first `?` is the
//!   path.
//! - `http://host/path?query` or `https://`, in capitals or not, for the same methods. The
//!   path may be missing: then it is `/`. The host of the target counts, and not that of
//!   the field.
//! - `host:port`, for CONNECT alone, and CONNECT takes no other: the path is empty.
//! - `*`, for OPTIONS alone: the path is `*`.
//!
//! A host in a target is an authority by `is_authority`, and has a name or address; that of
//! CONNECT has a port.
//!
//! There must be one field `Host` and no second, and its value has to be an authority, or
//! empty. HTTP/1.0 may do without the field. Otherwise it is `Host`, also where the target
//! has a host of its own.
//!
//! `body_length::of_request(minor, fields)` says where the body ends, and what it refuses
//! is `Body`. You are stricter: a list in `Content-Length`, or a second line of it, is an
//! error too, and be it the same number twice: `Body(ContentLength)`. A `Transfer-Encoding`
//! is the word `chunked` and nothing else, in one line, in capitals or not. A second coding,
//! a second line, a comma are `Coding`.
//!
//! A request with more than one fault is refused for one of them, whichever. The head
//!
//! ```text
//! GET http://a.example?x=1 HTTP/1.1
//! Host: b.example
//! ```
//!
//! has the method `GET`, the host `a.example`, the path `/`, the query `x=1`, the minor
//! version 1, one field, and the body is `Empty`.

use bytes::BytesMut;
use http_client::body_length::{self, Body};
use http_client::response_head::{self, Fields, Limits, is_token, take_lines};
use http_server::authority::is_authority;

/// The head of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestHead {
    /// `GET` or any other token, in the case in which it came.
    pub method: String,
    /// Whom the request is for, as it came: a host, and a port if one came. Empty if nobody
    /// is named.
    pub host: String,
    /// The path as it came, not decoded. `*` is the server as a whole; it is empty where a
    /// CONNECT asks for a tunnel.
    pub path: String,
    /// What stands behind the first `?`, not decoded.
    pub query: Option<String>,
    /// The second digit of the version: 1 for HTTP/1.1.
    pub minor: u8,
    /// All fields, in their order.
    pub fields: Fields,
    /// Where the body ends.
    pub body: Body,
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The request line has no end within the limit.
    #[error("the request line is too long")]
    TooLong,
    /// Not a method, a target and a version with one space between them.
    #[error("the first line is no request line of HTTP")]
    RequestLine,
    /// A version of HTTP that is not 1.
    #[error("a version other than HTTP/1")]
    Version,
    /// A target that has none of the forms that its method allows.
    #[error("the request target has no form that its method allows")]
    Target,
    /// A line end, a field line or a limit.
    #[error(transparent)]
    Head(response_head::Error),
    /// No host, or two, or something else in its place.
    #[error("not one valid Host")]
    Host,
    /// Nobody can tell for certain where the body ends.
    #[error(transparent)]
    Body(body_length::Error),
    /// Chunked, and something besides it.
    #[error("a Transfer-Encoding that is more than the word chunked")]
    Coding,
}

/// Takes the head of a request off the front of `input`. `Ok(None)` asks for more octets:
/// append them to the same `input` and call again. The body stays there.
pub fn decode(input: &mut BytesMut, limits: &Limits) -> Result<Option<RequestHead>, Error> {
    todo!()
}
