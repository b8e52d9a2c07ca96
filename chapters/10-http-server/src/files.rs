//! Files beneath a directory, as an application.

use std::convert::Infallible;
use std::fs::File;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::header::{self, HeaderName};
use http::{HeaderValue, Method, StatusCode};
use httpdate::fmt_http_date;
use hyper::body::{Frame, SizeHint};
use rustix::buffer::spare_capacity;
use tower::Service;

use crate::application::{BodyError, Request, Response, boxed, empty, text, with_type};
use crate::beneath::Root;
use crate::conditions::{Answer, Version, answer};
use crate::static_path;

/// Octets of a file that are in memory at a time, for each client.
const PIECE: usize = 64 * 1024;

/// An [`Application`](crate::application::Application) that answers with files.
#[derive(Clone, Debug)]
pub struct Files {
    root: Arc<Root>,
    listing: bool,
}

impl Files {
    /// The files beneath `root`; with a list of a directory that has no `index.html`, if
    /// `listing` allows that.
    ///
    /// # Errors
    ///
    /// When `root` is no directory.
    pub fn beneath(root: &Path, listing: bool) -> io::Result<Files> {
        let root = Arc::new(Root::open(root)?);
        Ok(Files { root, listing })
    }

    /// The answer to a request for a file.
    // ANCHOR: answer
    pub fn answer(&self, request: &Request) -> Response {
        let (method, path) = (request.method(), request.uri().path());
        if method != Method::GET && method != Method::HEAD {
            let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "GET and HEAD alone\n");
            set(&mut response, header::ALLOW, "GET, HEAD");
            return response;
        }
        // Whatever is wrong with it, a stranger learns no more than that it isn't here.
        let not_found = || text(StatusCode::NOT_FOUND, "not found\n");
        let Some(below) = static_path::relative(path) else {
            return not_found();
        };
        match self.root.get(&below) {
            Ok((file, about)) if about.is_file() => whole_or_part(request, &below, file, &about),
            Ok(_) if !path.ends_with('/') => moved(&format!("{path}/")),
            Ok((directory, _)) => self.directory(request, &below, &directory),
            Err(_) => not_found(),
        }
    }
    // ANCHOR_END: answer

    fn directory(&self, request: &Request, below: &Path, directory: &File) -> Response {
        let index = below.join("index.html");
        match self.root.get(&index) {
            Ok((file, about)) if about.is_file() => whole_or_part(request, &index, file, &about),
            _ if self.listing => match listing(directory) {
                Ok(page) => with_type(StatusCode::OK, "text/html; charset=utf-8", page),
                Err(_) => text(StatusCode::INTERNAL_SERVER_ERROR, "can't be listed\n"),
            },
            _ => text(StatusCode::NOT_FOUND, "not found\n"),
        }
    }
}

// ANCHOR: whole_or_part
fn whole_or_part(
    request: &Request,
    name: &Path,
    file: File,
    about: &std::fs::Metadata,
) -> Response {
    let length = about.len();
    let modified = about.modified().unwrap_or(UNIX_EPOCH);
    let since = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    let version = Version {
        tag: format!("\"{:x}-{length:x}\"", since.as_nanos()),
        modified: UNIX_EPOCH + Duration::from_secs(since.as_secs()),
    };
    let mut response = Response::new(empty());
    let range = match answer(request.method(), request.headers(), &version, length) {
        Answer::Whole => 0..length,
        Answer::Part(range) => {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            let (first, last) = (range.start, range.end - 1);
            let part = format!("bytes {first}-{last}/{length}");
            set(&mut response, header::CONTENT_RANGE, &part);
            range
        }
        Answer::Nothing(status) => {
            *response.status_mut() = status;
            if status == StatusCode::RANGE_NOT_SATISFIABLE {
                let all = format!("bytes */{length}");
                set(&mut response, header::CONTENT_RANGE, &all);
            }
            set(&mut response, header::ETAG, &version.tag);
            return response;
        }
    };
    set(&mut response, header::CONTENT_TYPE, media_type(name));
    set(&mut response, header::ETAG, &version.tag);
    set(
        &mut response,
        header::LAST_MODIFIED,
        &fmt_http_date(version.modified),
    );
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    // The type is as it is said: a browser that guesses would run what a guest has stored.
    set(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    let (at, left) = (range.start, range.end - range.start);
    *response.body_mut() = boxed(Piecewise { file, at, left });
    response
}
// ANCHOR_END: whole_or_part

/// A part of a file, read as it is sent.
// ANCHOR: piecewise
struct Piecewise {
    file: File,
    at: u64,
    left: u64,
}

impl hyper::body::Body for Piecewise {
    type Data = Bytes;
    type Error = BodyError;

    /// Reads where it stands, as nginx does unless told otherwise: what is in the page cache,
    /// as most is, costs less than handing it to another thread would.
    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let most = self.left.min(PIECE as u64) as usize;
        let mut piece = Vec::with_capacity(most);
        let read = match rustix::io::pread(&self.file, spare_capacity(&mut piece), self.at) {
            Ok(0) => return Poll::Ready(Some(Err(BodyError::new("the file has become shorter")))),
            Ok(read) => (read as u64).min(self.left),
            Err(error) => return Poll::Ready(Some(Err(BodyError::new(error)))),
        };
        piece.truncate(read as usize); // more room than was asked for may have been there
        self.at += read;
        self.left -= read;
        Poll::Ready(Some(Ok(Frame::data(piece.into()))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    /// What the server makes its Content-Length of.
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
// ANCHOR_END: piecewise

/// The value is ours, or a path that was a URI's.
fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

fn moved(location: &str) -> Response {
    let mut response = text(
        StatusCode::MOVED_PERMANENTLY,
        "a directory's name ends with /\n",
    );
    set(&mut response, header::LOCATION, location);
    response
}

// ANCHOR: listing
/// A page with the names in `directory`. A name is a stranger's text: in a link it is
/// percent-encoded, and to be read it is escaped.
fn listing(directory: &File) -> io::Result<String> {
    let mut names: Vec<String> = Vec::new();
    for entry in rustix::fs::Dir::read_from(directory)? {
        let entry = entry?;
        let mut name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type().is_dir() {
            name.push('/');
        }
        names.push(name);
    }
    names.sort_unstable();
    let mut page = String::from("<!doctype html><meta charset=utf-8><title>Files</title>\n<ul>\n");
    for name in names {
        page += &format!(
            "<li><a href=\"./{}\">{}</a>\n",
            encoded(&name),
            escaped(&name)
        );
    }
    page += "</ul>\n";
    Ok(page)
}
// ANCHOR_END: listing

/// A name as a part of a URL: what has no meaning there stays.
fn encoded(name: &str) -> String {
    let octets = name.bytes().map(|octet| match octet {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
            char::from(octet).to_string()
        }
        _ => format!("%{octet:02X}"),
    });
    octets.collect()
}

/// A text as HTML or XML shows it.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(sign),
        }
    }
    escaped
}

fn media_type(name: &Path) -> &'static str {
    match name.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("txt" | "md") => "text/plain; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("pdf") => "application/pdf",
        _ => "application/octet-stream",
    }
}

impl Service<Request> for Files {
    type Response = Response;
    type Error = Infallible;
    type Future = std::future::Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        std::future::ready(Ok(self.answer(&request)))
    }
}
