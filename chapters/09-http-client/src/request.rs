//! A request, before it is sent.

use bytes::{BufMut, Bytes, BytesMut};
use url::{Position, Url};

use crate::redirect_policy::Hop;
use crate::response_head::{Fields, is_token};

/// What is no method, as it is no token.
#[derive(Debug, thiserror::Error)]
#[error("no method: {0:?}")]
pub struct BadMethod(String);

/// A request for what is at a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method, as it is sent: `GET` and `get` are two methods.
    pub method: String,
    /// Where to.
    pub url: Url,
    /// The fields, but for `Host` and `Content-Length`: those follow from the URL and the
    /// body.
    pub fields: Fields,
    /// The body, which may be sent again. Without octets there is none.
    pub body: Bytes,
}

impl Request {
    /// A request with no fields of its own and no body.
    pub fn new(method: &str, url: Url) -> Request {
        Request {
            method: method.to_owned(),
            url,
            fields: Fields::default(),
            body: Bytes::new(),
        }
    }

    /// What a redirect policy has to know of it.
    pub fn hop(&self) -> Hop {
        Hop {
            method: self.method.clone(),
            url: self.url.clone(),
            fields: self.fields.clone(),
            body: !self.body.is_empty(),
        }
    }

    /// The request that the policy has made of it.
    pub fn at(self, hop: Hop) -> Request {
        Request {
            method: hop.method,
            url: hop.url,
            fields: hop.fields,
            body: if hop.body { self.body } else { Bytes::new() },
        }
    }

    // ANCHOR: encode
    /// Appends the request as it goes to the server itself (RFC 9112, section 3.2.1).
    ///
    /// # Errors
    ///
    /// When the method is none.
    pub fn encode(&self, out: &mut BytesMut) -> Result<(), BadMethod> {
        if !is_token(self.method.as_bytes()) {
            return Err(BadMethod(self.method.clone()));
        }
        let host = &self.url[Position::BeforeHost..Position::AfterPort];
        let target = match self.method.as_str() {
            "CONNECT" => host, // a tunnel is wanted to there: section 3.2.3
            _ => &self.url[Position::BeforePath..Position::AfterQuery],
        };
        out.put_slice(format!("{} {target} HTTP/1.1\r\nHost: {host}\r\n", self.method).as_bytes());
        for (name, value) in self.fields.iter() {
            out.put_slice(name.as_bytes());
            out.put_slice(b": ");
            out.put_slice(value);
            out.put_slice(b"\r\n");
        }
        if !self.body.is_empty() || matches!(&self.method[..], "POST" | "PUT" | "PATCH") {
            out.put_slice(format!("Content-Length: {}\r\n", self.body.len()).as_bytes());
        }
        out.put_slice(b"\r\n");
        out.put_slice(&self.body);
        Ok(())
    }
    // ANCHOR_END: encode
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(method: &str, url: &str, body: &'static str) -> String {
        let mut request = Request::new(method, Url::parse(url).unwrap());
        request.fields.push("Accept", &b"*/*"[..]).unwrap();
        request.body = body.into();
        let mut out = BytesMut::new();
        request.encode(&mut out).unwrap();
        String::from_utf8(out.to_vec()).unwrap()
    }

    #[test]
    fn a_request_names_path_and_query_and_its_host() {
        assert_eq!(
            encoded("GET", "http://ada:secret@[::1]:8080/a b?c=d#e", ""),
            "GET /a%20b?c=d HTTP/1.1\r\nHost: [::1]:8080\r\nAccept: */*\r\n\r\n"
        );
        // The port of the scheme is not named.
        assert!(
            encoded("GET", "https://example.org:443", "").contains("\r\nHost: example.org\r\n")
        );
    }

    #[test]
    fn a_body_is_sent_with_its_length() {
        assert!(encoded("POST", "http://h/", "hi").ends_with("\r\nContent-Length: 2\r\n\r\nhi"));
        // A method that expects a body says that there is none.
        assert!(encoded("POST", "http://h/", "").ends_with("\r\nContent-Length: 0\r\n\r\n"));
    }

    #[test]
    fn a_method_with_a_line_end_is_refused() {
        let request = Request::new("GET / HTTP/1.1\r\nX:", Url::parse("http://h/").unwrap());
        assert!(request.encode(&mut BytesMut::new()).is_err());
    }
}
