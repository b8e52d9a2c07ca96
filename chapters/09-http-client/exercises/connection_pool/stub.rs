//! Connections that may serve another request
//!
//! Difficulty: core
//! Page: 09-http-client/connections.md
//! Check: just check 9.4
//!
//! A connection costs a handshake, so a client keeps it for the next request. Whatever is
//! wrong with it then is wrong with somebody else's response. Write three things: which
//! connection may be kept, where it is kept, and what to do when it fails after all.
//!
//! `persists` says whether the connection may serve another request after this exchange:
//!
//! - The body was read to its end, and not an octet has come behind it.
//! - The body ended by itself. After `UntilClose` and `Tunnel` there is no other request, nor
//!   after the status 101, which means that the connection speaks another protocol now.
//! - The response hadn't both `Transfer-Encoding` and `Content-Length`, unless it has no
//!   body: somebody may have read it by the other one.
//! - Neither the request nor the response has the member `close` in `Connection`. From
//!   HTTP/1.1 on that is enough; a response of HTTP/1.0 needs `keep-alive` there.
//!
//! `fields.has_member(name, member)` asks a list for a member, in capitals or not.
//!
//! `Pool` keeps idle connections. To close one is to drop it.
//!
//! - `put` keeps one for its origin: scheme, host and port of the URL together (`url.origin()`).
//!   Of all origins together it keeps `rules.limit`; the one that has been idle longest makes
//!   room.
//! - `take` gives out the one of this origin that became idle last. Before that it asks `quiet`
//!   about it: one that isn't quiet, because the server has closed it or has said something,
//!   is closed, and the next is asked. `quiet` is asked about no other.
//! - From `rules.idle` on, a connection has been idle too long. `put`, `take` and `expire`
//!   close all of these first, of whatever origin.
//!
//! `may_retry` says whether a request may be sent again that got no whole response: if the
//! connection had been used before (a new one that fails will fail again), if not an octet of
//! the response came, if it hasn't been sent again already, and if the method is idempotent,
//! so that twice is as good as once: `GET`, `HEAD`, `OPTIONS`, `TRACE`, `PUT`, `DELETE`.
//!
//! ```text
//!  0 s   put http://a/x  one                 limit 2, idle 10 s
//!  1 s   put http://a/   two
//!  2 s   take http://a:80/y    two           the last, and the same origin
//!  2 s   take https://a/       none          another
//! 10 s   take http://a/        none          one is closed
//! ```

use std::time::{Duration, Instant};

use http_client::body_length::Body;
use http_client::response_head::{Fields, ResponseHead};
use url::{Origin, Url};

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

/// Whether the connection may serve another request.
pub fn persists(exchange: &Exchange) -> bool {
    todo!()
}

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

/// Whether the request may be sent again without asking anybody.
pub fn may_retry(failure: &Failure) -> bool {
    todo!()
}

/// What a pool allows.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// How long a connection may be idle.
    pub idle: Duration,
    /// The connections that are kept, of all origins together.
    pub limit: usize,
}

/// Idle connections. It knows no clock: the caller says what time it is, and never goes
/// back.
#[derive(Debug)]
pub struct Pool<C> {
    rules: Rules,
    /// Add what you need to remember, in place of this.
    idle: Vec<C>,
}

impl<C> Pool<C> {
    /// A pool without connections.
    pub fn new(rules: Rules) -> Pool<C> {
        todo!()
    }

    /// Keeps a connection to the origin of `url`, which [`persists`].
    pub fn put(&mut self, url: &Url, connection: C, now: Instant) {
        todo!()
    }

    /// Gives out the connection to the origin of `url` that became idle last, and is `quiet`.
    pub fn take(&mut self, url: &Url, now: Instant, quiet: impl Fn(&mut C) -> bool) -> Option<C> {
        todo!()
    }

    /// Closes those that have been idle too long, of whatever origin.
    pub fn expire(&mut self, now: Instant) {
        todo!()
    }
}
