//! Parameters as a form sends them, in a query or in a body: `name=Ada&name=Grace`
//! (`application/x-www-form-urlencoded` of the WHATWG's URL standard).

use std::borrow::Cow;

use http::StatusCode;
use http::header::CONTENT_TYPE;
use http::request::Parts;

use crate::application::{Body, Response, collect, text};

/// Pairs that one request may bring: each costs memory beyond its octets.
pub const MOST: usize = 1000;
/// Octets that a form may have.
pub const FORM: usize = 64 * 1024;

/// Names and values, in the order in which they came. A name may come twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

impl From<Vec<(String, String)>> for Parameters {
    fn from(pairs: Vec<(String, String)>) -> Self {
        Parameters(pairs)
    }
}

/// There are more than [`MOST`] parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than {MOST} parameters")]
pub struct TooMany;

impl Parameters {
    /// Reads `encoded`, and adds what it holds.
    ///
    /// # Errors
    ///
    /// When that makes more than [`MOST`].
    // ANCHOR: add
    pub fn add(&mut self, encoded: &[u8]) -> Result<(), TooMany> {
        let pairs = encoded.split(|octet| *octet == b'&');
        for pair in pairs.filter(|pair| !pair.is_empty()) {
            if self.0.len() == MOST {
                return Err(TooMany);
            }
            let mut halves = pair.splitn(2, |octet| *octet == b'=');
            let mut next = || decoded(halves.next().unwrap_or_default());
            self.0.push((next(), next()));
        }
        Ok(())
    }
    // ANCHOR_END: add

    /// Those of the query, and those of the body, if a form is in it.
    ///
    /// # Errors
    ///
    /// The response that the client deserves: 413 for too much, 400 for a body that
    /// doesn't come.
    // ANCHOR: of
    pub async fn of(request: &Parts, body: Body) -> Result<Parameters, Response> {
        let too_many = |error: TooMany| text(StatusCode::PAYLOAD_TOO_LARGE, format!("{error}\n"));
        let mut parameters = Parameters::default();
        let query = request.uri.query().unwrap_or("");
        parameters.add(query.as_bytes()).map_err(too_many)?;
        let kind = request.headers.get(CONTENT_TYPE);
        // What stands behind a semicolon belongs to the type, and is another matter.
        let kind = kind.and_then(|kind| kind.to_str().ok()?.split(';').next());
        if kind.is_some_and(|kind| {
            kind.trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        }) {
            let body = collect(body, FORM).await?;
            parameters.add(&body).map_err(too_many)?;
        }
        Ok(parameters)
    }
    // ANCHOR_END: of

    /// Every value of `name`, in order.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(key, _)| key == name);
        named.map(|(_, value)| value.as_str())
    }

    /// The first value of `name`; `None` if there is none, which is not the same as an
    /// empty one.
    pub fn first<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }
}

/// `Ada+Lovelace%21` is `Ada Lovelace!`. What is no UTF-8 then has a sign in its place.
fn decoded(octets: &[u8]) -> String {
    let spaces: Vec<u8> = octets
        .iter()
        .map(|octet| if *octet == b'+' { b' ' } else { *octet })
        .collect();
    String::from_utf8_lossy(&percent_decoded(&spaces)).into_owned()
}

/// `%41` is `A`, once: what comes out is not looked at again. A `%` without two digits
/// stays as it is.
pub fn percent_decoded(octets: &[u8]) -> Cow<'_, [u8]> {
    if !octets.contains(&b'%') {
        return octets.into();
    }
    let digit = |at: usize| char::from(*octets.get(at)?).to_digit(16);
    let mut decoded = Vec::with_capacity(octets.len());
    let mut at = 0;
    while let Some(octet) = octets.get(at) {
        match (octet, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8); // two digits are at most 255
                at += 3;
            }
            _ => {
                decoded.push(*octet);
                at += 1;
            }
        }
    }
    decoded.into()
}
