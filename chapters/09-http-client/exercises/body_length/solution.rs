//! Which rule ends this body: RFC 9112, section 6.3.

use http_client::response_head::{Fields, ResponseHead};

/// Where a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// There is none: the message ends with its head.
    Empty,
    /// After so many octets.
    Length(u64),
    /// Where the last chunk and its trailers end. If there are other codings in
    /// `Transfer-Encoding`, the chunks hold what those have made of the content.
    Chunked,
    /// Where the server closes the connection.
    UntilClose,
    /// There is none, and the connection is no longer one of HTTP: what follows goes
    /// through a tunnel.
    Tunnel,
}

/// Why nobody can tell where a body ends. Close the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// `Content-Length` is no number of octets, or several that differ.
    #[error("a Content-Length that is not one number")]
    ContentLength,
    /// `Transfer-Encoding` names no coding, or `chunked` with a parameter; or it is in a
    /// message of HTTP/1.0, which knew none.
    #[error("a Transfer-Encoding that says nothing certain")]
    TransferEncoding,
    /// A request that is in some coding, and is not `chunked` in the end.
    #[error("a request with a Transfer-Encoding whose last coding is not chunked")]
    NotChunked,
    /// A request with a length and with a coding: two ends, and a choice for an attacker.
    #[error("a request with both Transfer-Encoding and Content-Length")]
    TwoEnds,
}

// ANCHOR: response
/// Where the body ends of the response with this head, to a request with this method.
///
/// # Errors
///
/// [`Error::ContentLength`] and [`Error::TransferEncoding`].
pub fn of_response(method: &str, head: &ResponseHead) -> Result<Body, Error> {
    match (method, head.status) {
        ("HEAD", _) | (_, 100..200 | 204 | 304) => return Ok(Body::Empty),
        ("CONNECT", 200..300) => return Ok(Body::Tunnel),
        _ => {}
    }
    match (coding(head.minor, &head.fields)?, length(&head.fields)) {
        (Coding::Chunked, _) => Ok(Body::Chunked),
        (Coding::Other, _) => Ok(Body::UntilClose),
        (Coding::None, length) => Ok(length?.map_or(Body::UntilClose, Body::Length)),
    }
}
// ANCHOR_END: response

// ANCHOR: request
/// Where the body ends of a request with these fields, in HTTP/1.`minor`.
///
/// # Errors
///
/// All of them: a server that guesses answers a request that nobody sent.
pub fn of_request(minor: u8, fields: &Fields) -> Result<Body, Error> {
    match coding(minor, fields)? {
        Coding::None => Ok(length(fields)?.map_or(Body::Empty, Body::Length)),
        _ if fields.first("Content-Length").is_some() => Err(Error::TwoEnds),
        Coding::Chunked => Ok(Body::Chunked),
        Coding::Other => Err(Error::NotChunked),
    }
}
// ANCHOR_END: request

// ANCHOR: fields
/// What `Transfer-Encoding` says of the end.
enum Coding {
    None,
    Chunked,
    Other,
}

fn coding(minor: u8, fields: &Fields) -> Result<Coding, Error> {
    if fields.first("Transfer-Encoding").is_none() {
        return Ok(Coding::None);
    }
    let last = fields.members("Transfer-Encoding").last();
    let last = last.filter(|_| minor > 0).ok_or(Error::TransferEncoding)?;
    let (name, parameter) = match last.iter().position(|&octet| octet == b';') {
        Some(at) => (last[..at].trim_ascii_end(), true),
        None => (last, false),
    };
    match name.eq_ignore_ascii_case(b"chunked") {
        true if parameter => Err(Error::TransferEncoding),
        true => Ok(Coding::Chunked),
        false => Ok(Coding::Other),
    }
}

/// What `Content-Length` says, where there is one. Several lines, or a list, are one
/// number if all are the same.
fn length(fields: &Fields) -> Result<Option<u64>, Error> {
    if fields.first("Content-Length").is_none() {
        return Ok(None);
    }
    let mut lengths = fields.members("Content-Length").map(number);
    let first = lengths.next().flatten().ok_or(Error::ContentLength)?;
    if lengths.all(|length| length == Some(first)) {
        Ok(Some(first))
    } else {
        Err(Error::ContentLength)
    }
}

/// Digits and nothing else: `parse` alone would take a sign.
fn number(digits: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(digits).ok()?;
    let only = digits.bytes().all(|octet| octet.is_ascii_digit());
    only.then(|| digits.parse().ok())?
}
// ANCHOR_END: fields
