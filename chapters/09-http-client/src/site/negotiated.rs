//! One resource in several forms, of which the client says what it can use (RFC 9110,
//! section 12).

use std::io::{self, Read};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::BODY;
use super::reply::Reply;
use super::request::Request;
use crate::quality;

/// As text or as JSON, whichever is wanted more.
pub fn media_type(request: &Request) -> Reply {
    let accept = request.list("accept");
    let wanted = |media_type| match &accept {
        Some(accept) => quality(accept, media_type),
        None => 1000, // whatever there is
    };
    let (text, json) = (wanted("text/plain"), wanted("application/json"));
    let reply = match (text, json) {
        (0, 0) => Reply::text(406, "There is text/plain and application/json.\n"),
        _ if text >= json => Reply::text(200, BODY),
        _ => Reply::json(&json!({ "text": BODY })),
    };
    reply.field("Vary", "Accept")
}

/// Compressed, for who can decompress it.
pub fn coding(request: &Request) -> Reply {
    let accept = request.list("accept-encoding");
    let text = BODY.repeat(20);
    let reply = match accept.is_some_and(|accept| quality(&accept, "gzip") > 0) {
        true => gzipped(text.as_bytes()),
        false => Reply::text(200, &text),
    };
    reply.field("Vary", "Accept-Encoding")
}

/// A few octets that become very many.
pub fn bomb() -> Reply {
    gzipped(io::repeat(b' ').take(16 << 20))
}

fn gzipped(mut octets: impl Read) -> Reply {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    let octets = io::copy(&mut octets, &mut gzip).and_then(|_| gzip.finish());
    // Nothing fails that writes to memory.
    let reply = Reply::new(200, "text/plain", octets.unwrap_or_default());
    reply.field("Content-Encoding", "gzip")
}
