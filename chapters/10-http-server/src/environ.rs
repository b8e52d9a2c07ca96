//! A request as CGI (RFC 3875, section 4.1) and WSGI (PEP 3333) name its parts.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;

use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use tower::service_fn;

use crate::application::{Application, Connection, Request, Response, collect, text};
use crate::forwarded::{self, Field};
use crate::percent;
use crate::settings::Settings;

/// The names and values that a WSGI server would hand over for this request, but for the
/// objects among them.
///
/// A field `Accept-Language` becomes `HTTP_ACCEPT_LANGUAGE`. Two fields of one name become
/// one, with a comma. A field whose own name has an underscore is left out: it would be
/// taken for another one, with a hyphen, that a proxy in front may have removed.
// ANCHOR: environ
pub fn environ(request: &Parts) -> BTreeMap<String, String> {
    let uri = &request.uri;
    let mut environ = BTreeMap::new();
    let mut set = |name: &str, value: &str| environ.insert(name.to_owned(), value.to_owned());
    set("REQUEST_METHOD", request.method.as_str());
    set("SCRIPT_NAME", "");
    let path = percent::decode_text(uri.path());
    set("PATH_INFO", path.as_deref().unwrap_or(uri.path()));
    set("QUERY_STRING", uri.query().unwrap_or(""));
    set("SERVER_PROTOCOL", &format!("{:?}", request.version));
    if let Some(connection) = request.extensions.get::<Connection>() {
        let scheme = if connection.secure { "https" } else { "http" };
        set("wsgi.url_scheme", scheme);
        set("SERVER_NAME", &connection.local.ip().to_string());
        set("SERVER_PORT", &connection.local.port().to_string());
        set("REMOTE_ADDR", &connection.peer.ip().to_string());
    }
    if let Some(authority) = uri.authority() {
        set("HTTP_HOST", authority.as_str()); // HTTP/2 has it there
    }
    for name in request.headers.keys() {
        let values = request.headers.get_all(name).iter();
        let values: Vec<_> = values
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        let variable = name.as_str().to_ascii_uppercase().replace('-', "_");
        match name {
            name if name.as_str().contains('_') => continue,
            &CONTENT_TYPE | &CONTENT_LENGTH => set(&variable, &values.join(",")),
            _ => set(&format!("HTTP_{variable}"), &values.join(",")),
        };
    }
    environ
}
// ANCHOR_END: environ

// ANCHOR: show
/// The application: a request goes in, a response comes out.
async fn show(request: Request, field: Field, proxies: &[IpAddr], limit: usize) -> Response {
    let (head, body) = request.into_parts();
    let body = match collect(body, limit).await {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    let mut page = String::new();
    for (name, value) in environ(&head) {
        page += &format!("{name} = {value:?}\n");
    }
    if let Some(connection) = head.extensions.get::<Connection>() {
        let client = forwarded::client(connection.peer.ip(), &head.headers, field, proxies);
        page += &format!("asked by {client}, with {} octets\n", body.len());
    }
    text(StatusCode::OK, page)
}
// ANCHOR_END: show

/// The same as an [`Application`], for who serves it with these settings.
pub fn application(settings: &Settings) -> impl Application {
    let proxies: Arc<[IpAddr]> = settings.proxies.as_slice().into();
    let field = settings.proxy_field;
    let limit = usize::try_from(settings.body).unwrap_or(usize::MAX);
    service_fn(move |request: Request| {
        let proxies = Arc::clone(&proxies);
        async move { Ok::<_, Infallible>(show(request, field, &proxies, limit).await) }
    })
}
