//! Cookies: reading them, and the one that names a session.

use std::fmt::Write;
use std::time::Duration;

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
/// The value of the first cookie `name` that a client sent (RFC 6265 (obsolete), section 4.2). A cookie
/// that is no text is none.
pub fn find<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let fields = headers.get_all(COOKIE).into_iter();
    let fields = fields.filter_map(|field| field.to_str().ok());
    let cookies = fields.flat_map(|field| field.split(';'));
    let mut pairs = cookies.filter_map(|cookie| cookie.trim().split_once('='));
    pairs.find_map(|(found, value)| (found == name).then_some(value))
}

/// The session's cookie, without precautions.
pub const BARE: &str = "session";
/// The session's cookie. A browser takes this prefix to mean: `Secure`, `Path=/` and no
/// `Domain`, or it doesn't take the cookie at all.
pub const SESSION: &str = "__Host-session";

// ANCHOR: set
/// The field that gives a browser the session's cookie, for so long. A `value` that no field
/// can carry is none.
pub fn set(value: &str, lasts: Duration) -> Option<HeaderValue> {
    let mut field = format!("{SESSION}={value}; Path=/; Secure; HttpOnly; SameSite=Lax");
    let _ = write!(field, "; Max-Age={}", lasts.as_secs());
    HeaderValue::from_str(&field).ok()
}
// ANCHOR_END: set
