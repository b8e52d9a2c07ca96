//! What may be kept, and for how long (RFC 9111).

use std::time::{Duration, SystemTime};

use super::BODY;
use super::reply::Reply;
use super::request::Request;

const TAG: &str = "\"the-same\"";

pub fn reply(request: &Request, how: &str) -> Reply {
    // What the client has is still what we would send: no need to send it.
    let has = request.list("if-none-match");
    let status = match has.is_some_and(|tags| tags.split(',').any(|tag| tag.trim() == TAG)) {
        true => 304,
        false => 200,
    };
    let reply = Reply::text(status, BODY).field("ETag", TAG);
    let in_a_minute = || httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(60));
    match how {
        "max-age" => reply.field("Cache-Control", "max-age=60"),
        "expires" => reply.field("Expires", &in_a_minute()),
        "expired" => reply.field("Expires", "0"),
        "both" => reply
            .field("Cache-Control", "max-age=600")
            .field("Expires", "0"),
        "no-cache" => reply.field("Cache-Control", "no-cache"),
        "no-store" => reply.field("Cache-Control", "no-store"),
        "unsaid" => reply,
        _ => Reply::text(404, "As in /fresh/max-age.\n"),
    }
}
