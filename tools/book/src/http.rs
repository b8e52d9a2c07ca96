//! As much of HTTP/1.1 as showing a book to one reader takes: GET and HEAD, one
//! request a connection (RFC 9112).

use std::io::{self, BufRead, Write};

/// A request's head may not be longer than this, in octets.
const MAX_HEAD: u64 = 16 * 1024;

/// A request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    /// Whether only the head of the answer is wanted.
    pub(crate) head_only: bool,
    /// The path, decoded, from the leading `/`, without `?` and what follows.
    pub(crate) path: String,
    /// What stands behind the `?`.
    pub(crate) query: String,
    /// The name of the host that the browser thinks it talks to, without the port.
    pub(crate) host: String,
}

/// Why there is no request.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The connection failed or ended.
    Gone,
    /// The request can't be served: the status, and what is said about it.
    Status(u16, &'static str),
}

impl From<io::Error> for Refusal {
    fn from(_: io::Error) -> Refusal {
        Refusal::Gone
    }
}

/// Reads one request's head.
///
/// # Errors
///
/// A [`Refusal`]: the peer left, or the request is not one that is served here.
pub(crate) fn read_request(stream: impl BufRead) -> Result<Request, Refusal> {
    let mut stream = stream.take(MAX_HEAD);
    let line = read_line(&mut stream)?;
    let mut words = line.split(' ');
    let (Some(method), Some(target), Some(version), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(Refusal::Status(400, "Bad Request"));
    };
    if !version.starts_with("HTTP/1.") {
        return Err(Refusal::Status(505, "HTTP Version Not Supported"));
    }
    let head_only = match method {
        "GET" => false,
        "HEAD" => true,
        _ => return Err(Refusal::Status(405, "Method Not Allowed")),
    };
    let mut host = String::new();
    loop {
        let line = read_line(&mut stream)?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("host")
        {
            host = host_name(value.trim()).to_ascii_lowercase();
        }
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if !path.starts_with('/') {
        return Err(Refusal::Status(400, "Bad Request"));
    }
    let path = String::from_utf8(percent_decoded(path.as_bytes()))
        .map_err(|_| Refusal::Status(400, "Bad Request"))?;
    Ok(Request {
        head_only,
        path,
        query: query.to_owned(),
        host,
    })
}

/// One line without its end.
fn read_line(stream: &mut io::Take<impl BufRead>) -> Result<String, Refusal> {
    let mut line = Vec::new();
    stream.read_until(b'\n', &mut line)?;
    if line.pop() != Some(b'\n') {
        return Err(match stream.limit() {
            0 => Refusal::Status(431, "Request Header Fields Too Large"),
            _ => Refusal::Gone,
        });
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    String::from_utf8(line).map_err(|_| Refusal::Status(400, "Bad Request"))
}

/// A host without its port: `127.0.0.1:3000` is `127.0.0.1`, `[::1]:3000` is `[::1]`.
fn host_name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|octet| octet.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Writes an answer with its body.
///
/// # Errors
///
/// When the peer is gone.
pub(crate) fn respond(
    stream: &mut impl Write,
    status: (u16, &str),
    kind: &str,
    body: &[u8],
    head_only: bool,
) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 {} {}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        status.0,
        status.1,
        body.len()
    );
    stream.write_all(head.as_bytes())?;
    if !head_only {
        stream.write_all(body)?;
    }
    stream.flush()
}

/// What a browser is told that a file is.
pub(crate) fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "txt" | "console" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Octets with each `%xx` replaced by the octet that it stands for; a `%` that
/// begins none stays.
pub(crate) fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let digit = |offset: usize| {
            let octet = text.get(at + offset)?;
            char::from(*octet).to_digit(16)
        };
        match (text[at], digit(1), digit(2)) {
            (b'%', Some(high), Some(low)) => {
                // Two hexadecimal digits make one octet.
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            (octet, ..) => {
                out.push(octet);
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(text: &str) -> Result<Request, Refusal> {
        read_request(text.as_bytes())
    }

    fn status(text: &str) -> u16 {
        match request(text) {
            Err(Refusal::Status(status, _)) => status,
            other => panic!("no status: {other:?}"),
        }
    }

    #[test]
    fn a_request_is_read() {
        let read = request("GET /a%20b.html?v=1 HTTP/1.1\r\nHost: localhost:3000\r\n\r\n").unwrap();
        assert_eq!(
            read,
            Request {
                head_only: false,
                path: "/a b.html".to_owned(),
                query: "v=1".to_owned(),
                host: "localhost".to_owned(),
            }
        );
    }

    #[test]
    fn an_ipv6_host_keeps_its_brackets() {
        assert_eq!(host_name("[::1]:3000"), "[::1]");
        assert_eq!(host_name("[::1]"), "[::1]");
        assert_eq!(host_name("localhost"), "localhost");
    }

    #[test]
    fn what_is_not_served_is_refused() {
        assert_eq!(status("POST / HTTP/1.1\r\n\r\n"), 405);
        assert_eq!(status("GET / HTTP/2\r\n\r\n"), 505);
        assert_eq!(status("GET /\r\n\r\n"), 400);
        assert_eq!(status("GET a HTTP/1.1\r\n\r\n"), 400);
        assert_eq!(status("GET /%ff HTTP/1.1\r\n\r\n"), 400);
    }

    #[test]
    fn a_head_without_end_is_refused_at_the_limit() {
        let endless = format!("GET / HTTP/1.1\r\nX: {}", "x".repeat(20_000));
        assert_eq!(status(&endless), 431);
    }

    #[test]
    fn a_peer_that_leaves_mid_head_is_gone() {
        assert!(matches!(
            request("GET / HTTP/1.1\r\nHost: x\r\n"),
            Err(Refusal::Gone)
        ));
    }

    #[test]
    fn a_percent_sign_that_escapes_nothing_stays() {
        assert_eq!(percent_decoded(b"100%"), b"100%");
        assert_eq!(percent_decoded(b"%zz%41"), b"%zzA");
        assert_eq!(percent_decoded(b"%+1"), b"%+1");
    }
}
