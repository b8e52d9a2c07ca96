//! What `bodies` serves: the same octets in each framing, right and wrong, and all else
//! that a client has to cope with.

mod cacheable;
mod file;
mod negotiated;
pub mod reply;
pub mod request;
pub mod talk;
mod wrong;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Map, Value, json};

pub use file::File;
use reply::{End, Reply};
use request::Request;

/// The body that is framed in three ways.
pub const BODY: &str = "The same octets,\nhowever they are framed.\n";

/// How a server is to behave.
#[derive(Debug)]
pub struct Settings {
    /// What `/file` serves.
    pub file: File,
    /// How long a client may take for a request, or to read an answer.
    pub patience: Duration,
    /// Once so many requests were answered on a connection, the next one is read and done,
    /// and the connection is closed without an answer: the moment that every pool fears.
    pub closes_after: Option<usize>,
    /// The file's transfer ends the whole program after so many octets.
    pub crash_at: Option<usize>,
}

/// What one run of the server has in common for all its clients.
#[derive(Debug)]
pub struct Site {
    settings: Settings,
    connections: AtomicU64,
    handshakes: AtomicU64,
    requests: AtomicU64,
    orders: AtomicU64,
}

impl Site {
    /// One that nobody has asked for anything yet.
    pub fn new(settings: Settings) -> Site {
        Site {
            settings,
            connections: AtomicU64::new(0),
            handshakes: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            orders: AtomicU64::new(0),
        }
    }

    /// How long a client may take.
    pub fn patience(&self) -> Duration {
        self.settings.patience
    }

    /// Another connection has been accepted.
    pub fn count_connection(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    /// Another TLS handshake is done.
    pub fn count_handshake(&self) {
        self.handshakes.fetch_add(1, Ordering::Relaxed);
    }

    /// Does what is asked for.
    pub fn answer(&self, request: &Request) -> Reply {
        self.requests.fetch_add(1, Ordering::Relaxed);
        if request.method == "CONNECT" {
            // A length that means nothing: what follows is another conversation, and goes
            // to ourselves. To others we lead nobody.
            return Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\n").ends(End::Next);
        }
        let path = request.path();
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        match first {
            "" => Reply::text(200, BODY),
            // ANCHOR: three
            "length" => Reply::text(200, BODY),
            "chunked" => Reply::text(200, BODY).chunked(&[]),
            "close" => Reply::text(200, BODY).until_close(),
            // ANCHOR_END: three
            "trailer" => Reply::text(200, BODY).chunked(&[("Octets", "42")]),
            "large" => large(rest),
            "headers" => headers(request),
            "echo" => echo(request),
            "status" => status(rest),
            "early" => Reply::text(200, BODY).after_early_hints(),
            "wrong" => wrong::reply(rest),
            "redirect" => redirect(request),
            "hops" => hops(rest),
            "secret" => secret(request),
            "cookies" => cookies(request, rest),
            "orders" => self.orders(request),
            "count" => self.count(),
            "negotiated" => negotiated::media_type(request),
            "gzip" => negotiated::coding(request),
            "bomb" => negotiated::bomb(),
            "fresh" => cacheable::reply(request, rest),
            "file" => self.settings.file.reply(request, self.settings.crash_at),
            "silent" => Reply::raw("").ends(End::Stall),
            "stalls" => Reply::text(200, BODY).ends(End::StallAfter(17)),
            "drips" => Reply::text(200, &"drip\n".repeat(1000)).ends(End::Drip),
            _ => Reply::text(404, "There is nothing here.\n"),
        }
    }

    fn count(&self) -> Reply {
        let number = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Reply::json(&json!({
            "connections": number(&self.connections),
            "handshakes": number(&self.handshakes),
            "requests": number(&self.requests),
        }))
    }

    /// Each POST is an order, and done for good.
    fn orders(&self, request: &Request) -> Reply {
        if request.method == "POST" {
            self.orders.fetch_add(1, Ordering::Relaxed);
        }
        let orders = self.orders.load(Ordering::Relaxed);
        Reply::text(200, &format!("Orders so far: {orders}\n"))
    }
}

fn large(octets: &str) -> Reply {
    const MOST: usize = 16 << 20;
    match octets.parse() {
        Ok(octets @ 0..=MOST) => {
            Reply::text(200, &"0123456789abcdef".repeat(octets / 16 + 1)[..octets])
        }
        _ => Reply::text(404, "As in /large/100000, up to 16777216.\n"),
    }
}

/// The request's own header fields, in the form that httpbin's `/headers` has.
fn headers(request: &Request) -> Reply {
    let mut fields = Map::new();
    for (name, _) in request.fields.iter() {
        if !fields.keys().any(|other| other.eq_ignore_ascii_case(name)) {
            let all = request.list(name).unwrap_or_default();
            fields.insert(name.to_owned(), Value::String(all));
        }
    }
    Reply::json(&json!({ "headers": fields }))
}

fn echo(request: &Request) -> Reply {
    let mut text = format!("{} with {} octets", request.method, request.body.len());
    if !request.body.is_empty() {
        text += &format!(": {}", program::show(&request.body));
    }
    Reply::text(200, &(text + "\n"))
}

fn status(code: &str) -> Reply {
    match code.parse() {
        Ok(code @ 200..=599) => {
            let reply = Reply::text(code, &format!("This is a {code}.\n"));
            match code {
                429 | 503 => reply.field("Retry-After", "2"),
                _ => reply,
            }
        }
        _ => Reply::text(404, "As in /status/204, from 200 to 599.\n"),
    }
}

/// Wherever the query says: `/redirect?to=URL&status=303`. A server that does that for
/// strangers is an *open redirect*, and helps who sends false links.
fn redirect(request: &Request) -> Reply {
    let status = request.query("status").and_then(|code| code.parse().ok());
    match (status.unwrap_or(302), request.query("to")) {
        (code @ 300..=399, Some(to)) => match Reply::text(code, "").try_field("Location", &to) {
            Ok(reply) => reply,
            Err(_) => Reply::text(400, "That can't stand in a field.\n"),
        },
        _ => Reply::text(404, "As in /redirect?to=/length&status=303.\n"),
    }
}

fn hops(left: &str) -> Reply {
    match left.parse::<u32>() {
        Ok(0) => Reply::text(200, "You have arrived.\n"),
        Ok(left) => Reply::text(302, "").field("Location", &(left - 1).to_string()),
        Err(_) => Reply::text(302, "").field("Location", "/hops"), // to itself, for ever
    }
}

/// For alice, whose password is `open sesame` (RFC 7617, section 2).
fn secret(request: &Request) -> Reply {
    let known = crate::basic("alice", "open sesame");
    // The case of the scheme means nothing (RFC 9110, section 11.1).
    let same = |shown: &str| {
        let (known, shown) = (known.split_once(' '), shown.split_once(' '));
        known.zip(shown).is_some_and(|(known, shown)| {
            known.0.eq_ignore_ascii_case(shown.0) && known.1 == shown.1.trim_start_matches(' ')
        })
    };
    if request
        .field("authorization")
        .is_some_and(|shown| same(&shown))
    {
        return Reply::text(200, "The treasure is in the cave.\n");
    }
    Reply::text(401, "Who are you?\n").field("WWW-Authenticate", "Basic realm=\"cave\"")
}

fn cookies(request: &Request, rest: &str) -> Reply {
    if rest == "set" {
        let mut reply = Reply::text(302, "").field("Location", "/cookies");
        for (name, value) in request.queries() {
            let cookie = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax");
            match reply.try_field("Set-Cookie", &cookie) {
                Ok(with) => reply = with,
                Err(_) => return Reply::text(400, "That can't stand in a field.\n"),
            }
        }
        return reply;
    }
    let cookies = request.list("cookie");
    let cookies = cookies.unwrap_or_else(|| "none".to_owned());
    Reply::text(200, &format!("Cookies: {cookies}\n"))
}
