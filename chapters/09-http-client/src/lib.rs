//! HTTP clients: what the programs of chapter 9 share.
//!
//! | module | what it is | page | exercise | scenes |
//! |---|---|---|---|---|
//! | [`response_head`] | the head of a response, and the fields of any message | What do they say? | 9.1 | `ua`, `ua-wrong-heads` |
//! | [`body_length`] | which rule ends a body | Where does a body end? | 9.2 | `rule-1` to `rule-8` |
//! | [`chunked_decoder`] | a body out of its chunks | Where does a body end? | 9.3 | `bodies`, `wrong-chunks` |
//! | [`connection_pool`] | connections that may serve another request | Why keep a connection? | 9.4 | `pool`, `stale` |
//! | [`redirect_policy`] | what to keep and what to drop on the way | Where does it lead? | 9.5 | `redirects` |
//! | [`chunk_encoder`] | a body in chunks, for who sends one | Where does a body end? | | `bodies` |
//! | [`request`] | a request as it is sent | What do they say? | | `ua` |
//! | [`wire`] | a connection with or without TLS, and how long it waits | Why keep a connection? | | `timeouts` |
//! | [`connection`] | requests and their answers on one connection | Where does a body end? | | `kept` |
//! | [`agent`] | a client with a pool | Why keep a connection? | | `pool`, `stale` |
//! | [`cookies`] | what a client is asked to bring along | Where does it lead? | | `cookies` |
//! | [`cache`] | how long an answer may be kept | Which form do you get? | | `fresh` |
//! | [`partial`] | a file of which a part has come | What if it stops half-way? | | `download` |
//! | [`content`], [`options`] | what the programs show, and their command lines | | | |
//! | [`site`] | what `bodies` serves | Where does a body end? | | `bodies` |
//! | `fields` | more of what a list of fields can do | | | |
//!
//! A module with an exercise is its solution, in `exercises/NAME/solution.rs`.

// The solutions also stand in the exercises' own crates and speak of this one by
// its name.
extern crate self as http_client;

#[path = "../exercises/body_length/solution.rs"]
pub mod body_length;
#[path = "../exercises/chunked_decoder/solution.rs"]
pub mod chunked_decoder;
#[path = "../exercises/connection_pool/solution.rs"]
pub mod connection_pool;
#[path = "../exercises/redirect_policy/solution.rs"]
pub mod redirect_policy;
#[path = "../exercises/response_head/solution.rs"]
pub mod response_head;

pub mod agent;
pub mod cache;
pub mod chunk_encoder;
pub mod connection;
pub mod content;
pub mod cookies;
mod fields;
pub mod line_ends;
pub mod options;
pub mod partial;
pub mod request;
pub mod site;
pub mod wire;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// The value of `Authorization` for a name and a password (RFC 7617, section 2). Whoever
/// reads it, reads both: base64 is no secret.
pub fn basic(name: &str, password: &str) -> String {
    format!(
        "Basic {}",
        BASE64_STANDARD.encode(format!("{name}:{password}"))
    )
}

// ANCHOR: quality
/// How much `form` is wanted by who sends `accept`, in thousandths; 0 is not at all
/// (RFC 9110, section 12.4.2). What names the form best counts: `text/plain` more than
/// `text/*`, and that more than `*/*`.
pub fn quality(accept: &str, form: &str) -> u16 {
    let group = form.split_once('/').map(|(group, _)| format!("{group}/*"));
    let ranks = [Some(form), group.as_deref(), Some("*/*"), Some("*")];
    let wanted = accept.split(',').filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next()?;
        let rank = ranks
            .iter()
            .position(|rank| rank.is_some_and(|rank| rank.eq_ignore_ascii_case(name)))?;
        let quality = parts.find_map(|part| part.strip_prefix(['q', 'Q'])?.strip_prefix('='));
        let quality = quality.map_or(Some(1.0), |quality| quality.parse().ok())?;
        Some((rank, (f32::clamp(quality, 0.0, 1.0) * 1000.0) as u16))
    });
    wanted
        .min_by_key(|(rank, _)| *rank)
        .map_or(0, |(_, quality)| quality)
}
// ANCHOR_END: quality

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_a_form_best_says_how_much_it_is_wanted() {
        for (accept, form, expected) in [
            ("text/plain", "text/plain", 1000),
            ("Text/Plain;q=0.5", "text/plain", 500),
            (
                "*/*;q=0.1, text/*;Q=0.2 , text/plain; q=0.3",
                "text/plain",
                300,
            ),
            ("text/plain;q=0, text/*", "text/plain", 0),
            ("*/*", "text/plain", 1000),
            ("image/png", "text/plain", 0),
            ("", "text/plain", 0),
            ("text/plain;q=none", "text/plain", 0),
            ("text/plain;q=7", "text/plain", 1000),
            ("gzip;q=0, *", "gzip", 0),
            ("br, *;q=0.4", "gzip", 400),
        ] {
            assert_eq!(quality(accept, form), expected, "{form} of {accept:?}");
        }
    }

    #[test]
    fn a_name_and_a_password_are_one_word() {
        // The example of RFC 7617, section 2.
        let expected = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
        assert_eq!(basic("Aladdin", "open sesame"), expected);
    }
}
