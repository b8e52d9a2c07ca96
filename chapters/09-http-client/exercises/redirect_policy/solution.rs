//! What a user agent keeps and what it drops when a response sends it elsewhere.

use http_client::response_head::{Fields, ResponseHead};
use url::Url;

/// Fields that name the user, and are for one origin only.
const CREDENTIALS: [&str; 3] = ["Authorization", "Cookie", "Proxy-Authorization"];

/// Fields that speak of a body (RFC 9110, section 15.4).
const OF_THE_BODY: [&str; 9] = [
    "Content-Encoding",
    "Content-Language",
    "Content-Length",
    "Content-Location",
    "Content-Type",
    "Digest",
    "Expect",
    "Last-Modified",
    "Transfer-Encoding",
];

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
    /// The fields that are sent.
    pub fields: Fields,
    /// Whether the body goes along.
    pub body: bool,
}

// ANCHOR: policy
/// Follows the redirects of one request, up to a limit.
#[derive(Clone, Debug)]
pub struct Redirects {
    limit: usize,
    /// The requests that were answered with a redirect.
    made: Vec<Hop>,
}

impl Redirects {
    /// A policy that follows up to `limit` redirects.
    pub fn new(limit: usize) -> Redirects {
        Redirects {
            limit,
            made: Vec::new(),
        }
    }

    /// The request to make next, after `hop` was answered with `response`. `Ok(None)`:
    /// there is none, the response is what the user gets. `Host` is for the sender to add.
    ///
    /// # Errors
    ///
    /// When the redirect must not be followed.
    pub fn next(&mut self, hop: &Hop, response: &ResponseHead) -> Result<Option<Hop>, Error> {
        let keeps_method = match (response.status, &hop.method[..]) {
            (301 | 302, method) => method != "POST",
            (303, method) => method == "GET" || method == "HEAD",
            (307 | 308, _) => true,
            _ => return Ok(None),
        };
        let url = match response.fields.all("Location")[..] {
            [] => return Ok(None),
            [location] => target(&hop.url, location)?,
            _ => return Err(Error::Location),
        };
        self.count(hop)?;
        let mut next = hop.clone();
        if !keeps_method {
            next.method = "GET".to_owned();
            next.body = false;
            for name in OF_THE_BODY {
                next.fields.remove(name);
            }
        }
        next.fields.remove("Host");
        if url.origin() != hop.url.origin() {
            for name in CREDENTIALS {
                next.fields.remove(name);
            }
        }
        next.url = url;
        Ok(Some(next))
    }
    // ANCHOR_END: policy

    // ANCHOR: count
    /// Notes that `hop` was answered with a redirect. It is a request that was made: whoever
    /// is sent back to where he was may have got a cookie there, and be let in with it.
    fn count(&mut self, hop: &Hop) -> Result<(), Error> {
        let mut hop = hop.clone();
        hop.url.set_fragment(None); // it is not sent
        if self.made.contains(&hop) {
            return Err(Error::Loop(hop.url));
        }
        if self.made.len() == self.limit {
            return Err(Error::TooMany(self.limit));
        }
        self.made.push(hop);
        Ok(())
    }
    // ANCHOR_END: count
}

// ANCHOR: target
/// Where `location` leads from `from`.
fn target(from: &Url, location: &[u8]) -> Result<Url, Error> {
    let location = std::str::from_utf8(location).map_err(|_| Error::Location)?;
    let mut url = from.join(location).map_err(|_| Error::Location)?;
    match (from.scheme(), url.scheme()) {
        ("https", "http") => return Err(Error::Downgrade),
        (_, "http" | "https") => {}
        (_, scheme) => return Err(Error::Scheme(scheme.to_owned())),
    }
    if url.fragment().is_none() {
        url.set_fragment(from.fragment());
    }
    Ok(url)
}
// ANCHOR_END: target
