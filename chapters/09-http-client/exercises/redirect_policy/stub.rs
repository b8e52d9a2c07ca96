//! What to keep and what to drop on the way
//!
//! Difficulty: core
//! Page: 09-http-client/redirects.md
//! Check: just check 9.5
//!
//! A server may answer that what you want is elsewhere. Whoever follows makes a request that
//! no user has asked for, to a place that the server has chosen. Write the policy: `next`
//! gets a request and the response to it, and gives the next request, or says that there is
//! none (`Ok(None)`), or that it must not be made.
//!
//! - 301, 302, 303, 307 and 308 with a `Location` are redirects. Any other response is what
//!   the user gets, a 304 or one without a `Location` too.
//! - After 307 and 308 method and body stay. After 303 the method is `GET`, but for `HEAD`,
//!   which stays. After 301 and 302 a `POST` becomes `GET`, and other methods stay.
//! - With a method that has changed the body is dropped (`body` is false), and the fields
//!   that speak of it: `Content-Encoding`, `Content-Language`, `Content-Length`,
//!   `Content-Location`, `Content-Type`, `Digest`, `Expect`, `Last-Modified`,
//!   `Transfer-Encoding`.
//! - `Authorization`, `Cookie` and `Proxy-Authorization` are for one origin. They are dropped
//!   when the next URL has another scheme, host or port (`url.origin()`).
//! - `Host` is always dropped: who sends the request writes it. Other fields stay.
//! - The next URL is `Location`, resolved against the URL of the request (`url.join`). If
//!   it has no fragment (`#part`), it keeps that of the request. If it is no URL, or there are
//!   two lines `Location`, it is `Error::Location`.
//! - From `https` to `http` it is `Error::Downgrade`, to a scheme that is neither,
//!   `Error::Scheme`.
//! - If the request has been made before and was answered with a redirect then, too, it is
//!   `Error::Loop` with its URL, without the fragment. The same is: method, URL without its
//!   fragment, fields, body. With a cookie that it has got on the way, a request is another;
//!   so look at the request that was answered, and not at the next.
//! - A policy follows `limit` redirects. One more is `Error::TooMany`, if it is no loop.
//!
//! ```text
//! POST https://shop/order   Cookie, Content-Type, a body
//!      303, Location: /thanks
//! GET  https://shop/thanks  Cookie
//!      302, Location: https://ads.example/
//! GET  https://ads.example/
//!      302, Location: http://ads.example/
//!      Downgrade
//! ```

use http_client::response_head::{Fields, ResponseHead};
use url::Url;

/// Why a redirect isn't followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// `Location` is no URL, or there are two.
    #[error("a Location that is no URL")]
    Location,
    /// It is no URL of HTTP.
    #[error("to a URL of the scheme {0}")]
    Scheme(String),
    /// From `https` to `http`: all could read what was secret.
    #[error("from https to http")]
    Downgrade,
    /// The same request has been made before, and was answered with a redirect then, too.
    #[error("in a circle: {0} for the second time")]
    Loop(Url),
    /// More redirects than allowed.
    #[error("more than {0} redirects")]
    TooMany(usize),
}

/// One request of a chain. Its body is with the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The method.
    pub method: String,
    /// Where to.
    pub url: Url,
    /// The fields that are sent. `fields.remove(name)` takes one out.
    pub fields: Fields,
    /// Whether the body goes along.
    pub body: bool,
}

/// Follows the redirects of one request, up to a limit.
#[derive(Clone, Debug)]
pub struct Redirects {
    limit: usize,
    // Add what you need to remember between two calls.
}

impl Redirects {
    /// A policy that follows up to `limit` redirects.
    pub fn new(limit: usize) -> Redirects {
        Redirects { limit }
    }

    /// The request to make next, after `hop` was answered with `response`.
    pub fn next(&mut self, hop: &Hop, response: &ResponseHead) -> Result<Option<Hop>, Error> {
        todo!()
    }
}
