//! An answer, and the octets that it becomes.

use std::time::SystemTime;

use bytes::BytesMut;
use serde_json::Value;

use super::request::Request;
use crate::chunk_encoder::{chunk, last_chunk};

/// What a server answers.
#[derive(Debug)]
pub struct Reply {
    status: u16,
    fields: Vec<(String, String)>,
    body: Vec<u8>,
    framing: Framing,
    early: bool,
    /// What happens on the connection afterwards.
    pub end: End,
}

#[derive(Debug)]
enum Framing {
    Length,
    Chunked(Vec<(&'static str, &'static str)>),
    UntilClose,
    /// The body is the whole answer, head and all, as it stands.
    Raw,
}

/// What happens on the connection once an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// The next request may come.
    #[default]
    Next,
    /// The server closes.
    Close,
    /// The server says nothing more, and waits for the client to go away.
    Stall,
    /// The same, after so many octets of the body.
    StallAfter(usize),
    /// The body is written an octet at a time.
    Drip,
    /// The program ends after so many octets of the body.
    CrashAfter(usize),
}

/// Something that can't stand in a field line.
#[derive(Debug, thiserror::Error)]
#[error("a field value with a control character")]
pub struct BadField;

impl Reply {
    /// A text, with its length.
    pub fn text(status: u16, text: &str) -> Reply {
        Reply::new(
            status,
            "text/plain; charset=utf-8",
            text.as_bytes().to_vec(),
        )
    }

    /// A value as JSON, with its length.
    pub fn json(value: &Value) -> Reply {
        Reply::new(200, "application/json", format!("{value:#}\n").into_bytes())
    }

    /// Octets of a media type, with their length.
    pub fn new(status: u16, media_type: &str, body: Vec<u8>) -> Reply {
        Reply {
            status,
            fields: vec![("Content-Type".to_owned(), media_type.to_owned())],
            body,
            framing: Framing::Length,
            early: false,
            end: End::Next,
        }
    }

    /// These octets as they stand, and then the end of the connection.
    pub fn raw(octets: &str) -> Reply {
        let mut reply = Reply::text(0, octets).ends(End::Close);
        reply.framing = Framing::Raw;
        reply
    }

    /// The same in chunks of ten octets, and then these fields.
    pub fn chunked(mut self, trailers: &[(&'static str, &'static str)]) -> Reply {
        self.framing = Framing::Chunked(trailers.to_vec());
        self
    }

    /// The same, and where the body ends the connection does.
    pub fn until_close(mut self) -> Reply {
        self.framing = Framing::UntilClose;
        self.ends(End::Close)
    }

    /// The same behind an interim answer, 103 (RFC 8297).
    pub fn after_early_hints(mut self) -> Reply {
        self.early = true;
        self
    }

    /// The same, and afterwards `end`.
    pub fn ends(mut self, end: End) -> Reply {
        self.end = end;
        self
    }

    /// The same with one field more, of our own making.
    pub fn field(mut self, name: &str, value: &str) -> Reply {
        debug_assert!(is_field_value(value), "{value:?}");
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with one field more, whose value somebody else made up.
    ///
    /// # Errors
    ///
    /// When it has a control character: a line end in it would begin another field, or
    /// another answer.
    pub fn try_field(self, name: &str, value: &str) -> Result<Reply, BadField> {
        match is_field_value(value) {
            true => Ok(self.field(name, value)),
            false => Err(BadField),
        }
    }

    /// The octets of the head, and those of the body.
    pub fn octets(&self, request: &Request) -> (BytesMut, BytesMut) {
        let mut body = BytesMut::new();
        if let Framing::Raw = self.framing {
            body.extend_from_slice(&self.body);
            return (BytesMut::new(), body);
        }
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        if self.early {
            head.insert_str(
                0,
                "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n",
            );
        }
        head += &format!("Date: {}\r\n", httpdate::fmt_http_date(SystemTime::now()));
        for (name, value) in &self.fields {
            head += &format!("{name}: {value}\r\n");
        }
        // No length says how long nothing is (RFC 9110, section 8.6).
        match &self.framing {
            _ if self.status == 204 => {}
            Framing::Chunked(trailers) => {
                head += "Transfer-Encoding: chunked\r\n";
                self.body
                    .chunks(10)
                    .for_each(|piece| chunk(piece, &mut body));
                last_chunk(trailers.iter().copied(), &mut body);
            }
            Framing::UntilClose => body.extend_from_slice(&self.body),
            _ => {
                head += &format!("Content-Length: {}\r\n", self.body.len());
                body.extend_from_slice(&self.body);
            }
        }
        if self.end == End::Close || request.wants_close() {
            head += "Connection: close\r\n";
        }
        head += "\r\n";
        if request.method == "HEAD" || [204, 304].contains(&self.status) {
            body.clear();
        }
        (BytesMut::from(head.as_bytes()), body)
    }
}

fn is_field_value(value: &str) -> bool {
    !value.bytes().any(|octet| octet.is_ascii_control())
}

/// What HTTP calls a status. A client goes by the number alone (RFC 9112, section 4).
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        406 => "Not Acceptable",
        413 => "Content Too Large",
        416 => "Range Not Satisfiable",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        _ => "",
    }
}
