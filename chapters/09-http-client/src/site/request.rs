//! A request as the server reads it.

use std::borrow::Cow;

use bytes::{Bytes, BytesMut};
use url::form_urlencoded;

use crate::response_head::{Fields, Limits, is_text, is_token, take_lines};

/// The head of a request, and then its body.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// What is to be done.
    pub method: String,
    /// With what, as it stands in the first line.
    pub target: String,
    /// The second digit of the version: 1 for HTTP/1.1.
    pub minor: u8,
    /// The fields.
    pub fields: Fields,
    /// What comes behind the head.
    pub body: Vec<u8>,
}

/// Why a request is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// The first line is no request line, or the target has no path.
    #[error("this is no request of HTTP/1")]
    RequestLine,
    /// Its head breaks another rule.
    #[error(transparent)]
    Head(#[from] crate::response_head::Error),
    /// There must be one field `Host`, and one only (RFC 9112, section 3.2).
    #[error("a request without one field Host")]
    Host,
    /// Nobody can tell where the body ends.
    #[error(transparent)]
    Framing(#[from] crate::body_length::Error),
    /// The chunks of its body break a rule.
    #[error(transparent)]
    Chunks(#[from] crate::chunked_decoder::Error),
    /// The body is over the limit.
    #[error("a body of more than {0} octets")]
    TooLong(usize),
}

impl Request {
    /// Takes the head of a request off the front of `input`; `Ok(None)` asks for more.
    ///
    /// # Errors
    ///
    /// When it breaks a rule or a limit.
    pub fn decode(input: &mut BytesMut, limits: &Limits) -> Result<Option<Request>, Refused> {
        let Some(lines) = take_lines(input, limits)? else {
            return Ok(None);
        };
        let Some((first, rest)) = lines.split_first() else {
            return Err(Refused::RequestLine);
        };
        let (method, target, minor) = request_line(first).ok_or(Refused::RequestLine)?;
        let fields = Fields::from_lines(rest)?;
        if minor > 0 && fields.all("Host").len() != 1 {
            return Err(Refused::Host);
        }
        Ok(Some(Request {
            method,
            target,
            minor,
            fields,
            body: Vec::new(),
        }))
    }

    /// The target's path without the slash that it begins with.
    pub fn path(&self) -> &str {
        let path = self.target.split('?').next().unwrap_or_default();
        path.strip_prefix('/').unwrap_or(path)
    }

    /// The names and values of the query.
    pub fn queries(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        form_urlencoded::parse(query.as_bytes())
    }

    /// The query's value called `name`.
    pub fn query(&self, name: &str) -> Option<Cow<'_, str>> {
        self.queries()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value)
    }

    /// The value of a field that comes once; octets that are no UTF-8 replaced.
    pub fn field(&self, name: &str) -> Option<Cow<'_, str>> {
        self.fields.first(name).map(String::from_utf8_lossy)
    }

    /// The values of all lines with this name, joined by commas as RFC 9110, section 5.3,
    /// allows.
    pub fn list(&self, name: &str) -> Option<String> {
        let all: Vec<_> = self
            .fields
            .all(name)
            .into_iter()
            .map(String::from_utf8_lossy)
            .collect();
        (!all.is_empty()).then(|| all.join(", "))
    }

    /// Whether the client wants no further answer on this connection (RFC 9112,
    /// section 9.3).
    pub fn wants_close(&self) -> bool {
        self.minor == 0 || self.fields.has_member("Connection", "close")
    }
}

fn request_line(line: &Bytes) -> Option<(String, String, u8)> {
    let mut words = line.split(|octet| *octet == b' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    let minor = match version {
        b"HTTP/1.0" => 0,
        b"HTTP/1.1" => 1,
        _ => return None,
    };
    let target = std::str::from_utf8(target).ok()?;
    let fits = is_token(method)
        && is_text(target.as_bytes())
        && (target.starts_with('/') || target == "*" || method == b"CONNECT" && !target.is_empty());
    let method = String::from_utf8_lossy(method).into_owned();
    (fits && words.next().is_none()).then(|| (method, target.to_owned(), minor))
}
