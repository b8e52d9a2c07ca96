//! The head of a request, parsed strictly.

use bytes::BytesMut;
use http_client::body_length::{self, Body};
use http_client::response_head::{self, Fields, Limits, is_token, take_lines};
use http_server::authority::is_authority;

// ANCHOR: head
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
// ANCHOR_END: head

// ANCHOR: error
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
// ANCHOR_END: error

// ANCHOR: decode
/// Takes the head of a request off the front of `input`. `Ok(None)` asks for more octets:
/// append them to the same `input` and call again. The body stays there.
///
/// # Errors
///
/// When the head breaks a rule or a limit. Answer with [`Error::status`], and close: where
/// the next request would begin nobody knows.
pub fn decode(input: &mut BytesMut, limits: &Limits) -> Result<Option<RequestHead>, Error> {
    let lines = loop {
        match take_lines(input, limits).map_err(|error| in_line(error, input, limits))? {
            None => return Ok(None),
            // Some clients send an empty line more than they should.
            Some(lines) if lines.is_empty() => {}
            Some(lines) => break lines,
        }
    };
    // What isn't ASCII is refused below, whatever stands in its place.
    let line = String::from_utf8_lossy(&lines[0]);
    let (method, target, minor) = request_line(&line)?;
    let (authority, target) = target_form(method, target).ok_or(Error::Target)?;
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (target, None),
    };
    let path = match path {
        "" if method != "CONNECT" => "/",
        path => path,
    };
    let fields = Fields::from_lines(&lines[1..]).map_err(Error::Head)?;
    let host = host(minor, &fields)?;
    Ok(Some(RequestHead {
        method: method.to_owned(),
        // A host in the target is the one that counts.
        host: authority.unwrap_or(host).to_owned(),
        path: path.to_owned(),
        query,
        minor,
        body: body(minor, &fields)?,
        fields,
    }))
}

/// An error of the lines is one of the request line, if that is what has no end.
fn in_line(error: response_head::Error, input: &[u8], limits: &Limits) -> Error {
    let first = &input[..input.len().min(limits.octets)];
    match error {
        response_head::Error::TooLong { .. } if !first.contains(&b'\n') => Error::TooLong,
        other => Error::Head(other),
    }
}
// ANCHOR_END: decode

// ANCHOR: request-line
fn request_line(line: &str) -> Result<(&str, &str, u8), Error> {
    let mut words = line.split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(Error::RequestLine);
    };
    let minor = match version.strip_prefix("HTTP/").map(str::as_bytes) {
        Some([b'1', b'.', minor @ b'0'..=b'9']) => minor - b'0',
        Some([b'0'..=b'9', b'.', b'0'..=b'9']) => return Err(Error::Version),
        _ => return Err(Error::RequestLine),
    };
    match is_token(method.as_bytes()) {
        true => Ok((method, target, minor)),
        false => Err(Error::RequestLine),
    }
}
// ANCHOR_END: request-line

// ANCHOR: target
/// The host that stands in the target, if it has one, and the rest of it: path and query.
/// The four forms are those of RFC 9112, section 3.2.
fn target_form<'a>(method: &str, target: &'a str) -> Option<(Option<&'a str>, &'a str)> {
    let visible = |octet: u8| octet.is_ascii_graphic() && octet != b'#';
    if !target.bytes().all(visible) {
        return None;
    }
    let (host, rest) = match method {
        "CONNECT" => (target, ""),
        "OPTIONS" if target == "*" => return Some((None, target)),
        _ if target.starts_with('/') => return Some((None, target)),
        _ => {
            let (scheme, rest) = target.split_once("://")?;
            if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
                return None;
            }
            rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()))
        }
    };
    let has_name = !host.is_empty() && !host.starts_with(':');
    let has_port = host.contains(':') && host.ends_with(|last: char| last.is_ascii_digit());
    (is_authority(host) && has_name && (method != "CONNECT" || has_port))
        .then_some((Some(host), rest))
}
// ANCHOR_END: target

// ANCHOR: host
/// The value of Host. It may be empty, but not missing, since HTTP/1.1.
fn host(minor: u8, fields: &Fields) -> Result<&str, Error> {
    match fields.all("Host")[..] {
        [] if minor == 0 => Ok(""),
        [host] => {
            let host = std::str::from_utf8(host).ok();
            host.filter(|host| is_authority(host)).ok_or(Error::Host)
        }
        _ => Err(Error::Host),
    }
}
// ANCHOR_END: host

// ANCHOR: framing
/// Where the body ends. Stricter than RFC 9112 is: nothing that a server in front of this
/// one might read in another way.
fn body(minor: u8, fields: &Fields) -> Result<Body, Error> {
    let body = body_length::of_request(minor, fields).map_err(Error::Body)?;
    match fields.all("Content-Length")[..] {
        [] => {}
        [length] if !length.contains(&b',') => {}
        _ => return Err(Error::Body(body_length::Error::ContentLength)),
    }
    match fields.all("Transfer-Encoding")[..] {
        [] => Ok(body),
        [coding] if coding.eq_ignore_ascii_case(b"chunked") => Ok(body),
        _ => Err(Error::Coding),
    }
}
// ANCHOR_END: framing
