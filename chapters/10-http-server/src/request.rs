//! What follows from the head of a request, and from its being refused.

use http_client::response_head::Error::{TooLong, TooManyLines};

use crate::request_head::{Error, RequestHead};

impl RequestHead {
    /// Whether the client takes it that another request may follow on this connection
    /// (RFC 9112, section 9.3).
    pub fn is_persistent(&self) -> bool {
        let option = |name| self.fields.has_member("Connection", name);
        !option("close") && (self.minor > 0 || option("keep-alive"))
    }
}

impl Error {
    /// The status to answer with.
    pub fn status(self) -> u16 {
        match self {
            Error::TooLong => 414,
            Error::Head(TooLong { .. } | TooManyLines { .. }) => 431,
            Error::Coding => 501,
            Error::Version => 505,
            _ => 400,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;
    use http_client::response_head::Limits;

    use super::*;
    use crate::request_head::decode;

    const LIMITS: Limits = Limits {
        octets: 64,
        lines: 3,
    };

    fn head(text: &str) -> Result<RequestHead, Error> {
        decode(&mut BytesMut::from(text), &LIMITS).map(Option::unwrap)
    }

    #[test]
    fn a_connection_persists_unless_its_version_or_its_client_says_no() {
        for (minor, field, persists) in [
            (1, "X: y", true),
            (1, "Connection: close", false),
            (1, "Connection: x, Close", false),
            (1, "Connection: closed", true),
            (2, "X: y", true),
            (0, "X: y", false),
            (0, "Connection: keep-alive", true),
            (0, "Connection: close, Keep-Alive", false),
        ] {
            let text = format!("GET / HTTP/1.{minor}\r\nHost: a\r\n{field}\r\n\r\n");
            assert_eq!(head(&text).unwrap().is_persistent(), persists, "{text}");
        }
    }

    #[test]
    fn a_refusal_has_its_status() {
        let long = "a".repeat(100);
        for (text, status) in [
            (format!("GET /{long} HTTP/1.1\r\n"), 414),
            (format!("GET / HTTP/1.1\r\nX: {long}\r\n"), 431),
            ("GET / HTTP/1.1\r\nX: a\r\nX: a\r\nX: a\r\n".to_owned(), 431),
            (
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x, chunked\r\n\r\n".to_owned(),
                501,
            ),
            ("GET / HTTP/2.0\r\nHost: a\r\n\r\n".to_owned(), 505),
            ("GET / HTTP/1.1\r\n\r\n".to_owned(), 400),
            ("GET / HTTP/1.1\n".to_owned(), 400),
        ] {
            assert_eq!(head(&text).unwrap_err().status(), status, "{text}");
        }
    }
}
