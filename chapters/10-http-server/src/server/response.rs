//! A response as it goes over the wire.

use std::io::Write;
use std::time::SystemTime;

use bytes::{BufMut, BytesMut};
use http::header::{CONNECTION, CONTENT_LENGTH, DATE, TRANSFER_ENCODING};
use http::{Method, StatusCode};
use httpdate::HttpDate;

use crate::application::Response;

/// Where the body of a response ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is none.
    None,
    /// Content-Length has said it.
    Length(u64),
    /// In chunks, the last of which is empty.
    Chunked,
    /// When the connection ends: HTTP/1.0 has nothing else for a length that isn't known.
    Close,
}

impl Framing {
    /// What goes with a body of `length` octets, if that is known.
    // ANCHOR: framing
    pub fn of(method: &Method, minor: u8, status: StatusCode, length: Option<u64>) -> Framing {
        let never = status.is_informational() || [204, 304].contains(&status.as_u16());
        match length {
            _ if never || method == Method::HEAD => Framing::None,
            Some(length) => Framing::Length(length),
            None if minor > 0 => Framing::Chunked,
            None => Framing::Close,
        }
    }
    // ANCHOR_END: framing
}

/// Appends the head of `response`.
pub fn head(response: &Response, framing: Framing, connection: Option<&str>, out: &mut BytesMut) {
    let status = response.status();
    let reason = status.canonical_reason().unwrap_or("");
    // Writing to memory doesn't fail.
    let _ = write!(out.writer(), "HTTP/1.1 {} {reason}\r\n", status.as_u16());
    for (name, value) in response.headers() {
        // Where the body ends is what the server says, and no application.
        let ours = [CONNECTION, CONTENT_LENGTH, DATE, TRANSFER_ENCODING].contains(name);
        if !ours || (*name == CONTENT_LENGTH && framing == Framing::None) {
            out.put_slice(name.as_str().as_bytes());
            out.put_slice(b": ");
            out.put_slice(value.as_bytes());
            out.put_slice(b"\r\n");
        }
    }
    let _ = write!(
        out.writer(),
        "date: {}\r\n",
        HttpDate::from(SystemTime::now())
    );
    if let Some(connection) = connection {
        let _ = write!(out.writer(), "connection: {connection}\r\n");
    }
    let _ = match framing {
        Framing::Length(length) => write!(out.writer(), "content-length: {length}\r\n\r\n"),
        Framing::Chunked => write!(out.writer(), "transfer-encoding: chunked\r\n\r\n"),
        Framing::None | Framing::Close => write!(out.writer(), "\r\n"),
    };
}
