//! Connections that may serve another request, and failed requests that may be sent again.

use std::time::{Duration, Instant};

use http_client::body_length::Body;
use http_client::response_head::{Fields, ResponseHead};
use url::{Origin, Url};

// ANCHOR: persists
/// One request and its response, after which somebody wants the connection.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// The fields of the request.
    pub request: &'a Fields,
    /// The head of the response.
    pub response: &'a ResponseHead,
    /// Where the body of the response ends.
    pub body: Body,
    /// Whether the body has been read up to there.
    pub whole: bool,
    /// The octets that came behind it. Nobody has asked for them.
    pub extra: usize,
}

/// Whether the connection may serve another request (RFC 9112, section 9.3).
pub fn persists(exchange: &Exchange) -> bool {
    let Exchange {
        request, response, ..
    } = exchange;
    let ends_by_itself = match exchange.body {
        Body::Empty => response.status != 101, // Switching Protocols: it speaks another one now
        Body::Length(_) => true,
        Body::Chunked => response.fields.first("Content-Length").is_none(), // whom to believe?
        Body::UntilClose | Body::Tunnel => false,
    };
    let wanted = match response.minor {
        0 => response.fields.has_member("Connection", "keep-alive"),
        _ => true,
    };
    let close = [request, &response.fields]
        .into_iter()
        .any(|fields| fields.has_member("Connection", "close"));
    ends_by_itself && exchange.whole && exchange.extra == 0 && wanted && !close
}
// ANCHOR_END: persists

// ANCHOR: retry
/// A request that got no whole response, because its connection ended.
#[derive(Clone, Copy, Debug)]
pub struct Failure<'a> {
    /// The method of the request.
    pub method: &'a str,
    /// Whether the connection had served a request before.
    pub reused: bool,
    /// The octets of the response that came.
    pub received: u64,
    /// Whether the request had been sent again already.
    pub again: bool,
}

/// Whether the request may be sent again without asking anybody (RFC 9110, section 9.2.2).
pub fn may_retry(failure: &Failure) -> bool {
    let idempotent = matches!(
        failure.method,
        "GET" | "HEAD" | "OPTIONS" | "TRACE" | "PUT" | "DELETE"
    );
    idempotent && failure.reused && failure.received == 0 && !failure.again
}
// ANCHOR_END: retry

// ANCHOR: pool
/// What a pool allows.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// How long a connection may be idle. Less than servers wait, or it meets their close.
    pub idle: Duration,
    /// The connections that are kept, of all origins together.
    pub limit: usize,
}

/// Idle connections. It knows no clock: the caller says what time it is, and never goes
/// back.
#[derive(Debug)]
pub struct Pool<C> {
    rules: Rules,
    /// In the order in which they became idle.
    idle: Vec<Idle<C>>,
}

#[derive(Debug)]
struct Idle<C> {
    origin: Origin,
    connection: C,
    since: Instant,
}

impl<C> Pool<C> {
    /// A pool without connections.
    pub fn new(rules: Rules) -> Pool<C> {
        Pool {
            rules,
            idle: Vec::new(),
        }
    }

    /// Keeps a connection to the origin of `url`, which [`persists`]. Over the limit, the
    /// one that has been idle longest is closed.
    pub fn put(&mut self, url: &Url, connection: C, now: Instant) {
        self.idle.push(Idle {
            origin: url.origin(),
            connection,
            since: now,
        });
        self.expire(now);
        let over = self.idle.len().saturating_sub(self.rules.limit);
        self.idle.drain(..over);
    }

    /// Gives out the connection to the origin of `url` that has been idle for the shortest
    /// time, as it is the likeliest to live. One that isn't `quiet` any more is closed: the
    /// server has closed it, or said something that nobody asked for.
    pub fn take(&mut self, url: &Url, now: Instant, quiet: impl Fn(&mut C) -> bool) -> Option<C> {
        self.expire(now);
        let origin = url.origin();
        while let Some(at) = self.idle.iter().rposition(|idle| idle.origin == origin) {
            let mut connection = self.idle.remove(at).connection;
            if quiet(&mut connection) {
                return Some(connection);
            }
        }
        None
    }

    /// Closes those that have been idle as long as they may, of whatever origin.
    pub fn expire(&mut self, now: Instant) {
        let idle = self.rules.idle;
        self.idle.retain(|entry| now - entry.since < idle);
    }
}
// ANCHOR_END: pool
