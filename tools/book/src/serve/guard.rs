//! Who may ask: a browser on this machine that was given the address with the token.
//!
//! A page elsewhere can make a browser ask anything of 127.0.0.1, and can have its own
//! name lead there (DNS rebinding). It then names itself: in `Host`, or in `Origin`. And
//! it does not know the token, which stands in the path: there is no cookie that a browser
//! would add to a request of a stranger's.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;

/// The names of this machine to itself.
const HERE: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Octets of chance in a token.
const OCTETS: usize = 16;

/// What an answer says besides its content: nobody keeps it, no other site learns the
/// address of the page, shows the page in a frame or loads a part of it.
const HEADERS: [(HeaderName, &str); 5] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'self'"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// The token of the workspace at `root`. It is kept there, for its owner's eyes alone, so
/// that a page that is open finds the server that was started again; where nothing can be
/// kept, it lasts as long as the server.
///
/// # Errors
///
/// When the system gives no random octets.
pub(super) fn token(root: &Path) -> anyhow::Result<String> {
    let file = root.join(".workbook").join("token");
    if let Ok(kept) = fs::read_to_string(&file)
        && kept.len() == 2 * OCTETS
        && kept.bytes().all(|c| c.is_ascii_hexdigit())
    {
        return Ok(kept);
    }
    let mut octets = [0; OCTETS];
    File::open("/dev/urandom")
        .and_then(|mut random| random.read_exact(&mut octets))
        .context("read /dev/urandom")?;
    let token: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    let keep = || {
        fs::create_dir_all(root.join(".workbook"))?;
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        options.open(&file)?.write_all(token.as_bytes())
    };
    let _ = keep();
    Ok(token)
}

/// Lets a request through that may be answered.
pub(super) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let mut answer = match refusal(&app.token, &request) {
        Some(why) => (StatusCode::FORBIDDEN, format!("{why}\n")).into_response(),
        None => next.run(request).await,
    };
    for (name, value) in HEADERS {
        answer
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    answer
}

fn refusal(token: &str, request: &Request) -> Option<&'static str> {
    let headers = request.headers();
    let Ok(host) = only(headers, &header::HOST) else {
        return Some("This server answers to one name at a time.");
    };
    let authority = request
        .uri()
        .authority()
        .map(|authority| authority.as_str());
    let mut names = host.into_iter().chain(authority).peekable();
    if names.peek().is_none() || !names.all(|name| HERE.contains(&host_name(name))) {
        return Some("This server answers to localhost alone.");
    }
    let socket = headers.contains_key(header::UPGRADE);
    match only(headers, &header::ORIGIN) {
        // A browser leaves it out where a page is asked for, and never at a socket.
        Ok(None) if !socket => {}
        Ok(Some(origin)) if origin.strip_prefix("http://") == host && host.is_some() => {}
        _ => return Some("This server answers to its own pages alone."),
    }
    let first = request.uri().path().split('/').nth(1).unwrap_or_default();
    if !same(first, token) {
        return Some(
            "Open the address that the terminal shows: it has a token that this one lacks.",
        );
    }
    None
}

/// The value of a header that comes once at most.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| ()),
        _ => Err(()),
    }
}

/// A host without its port: `127.0.0.1:3000` is `127.0.0.1`, `[::1]:3000` is `[::1]`.
fn host_name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Whether two texts are the same, in a time that does not tell how far they are.
fn same(one: &str, other: &str) -> bool {
    let differ = one
        .bytes()
        .zip(other.bytes())
        .fold(0, |differ, (a, b)| differ | (a ^ b));
    one.len() == other.len() && differ == 0
}
