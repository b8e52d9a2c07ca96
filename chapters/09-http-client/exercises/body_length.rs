//! Which rule ends this body
//!
//! Difficulty: warm-up
//! Page: 09-http-client/bodies.md
//! Check: just check 9.2
//!
//! Nothing on the wire says *here the body ends*: the head has said it before. Who reads one
//! octet too few finds it at the beginning of the next response; who waits for one too many
//! waits for ever. RFC 9112 has rules for it, in section 6.3, and their order is half of them.
//! Write them down as a function for responses and one for requests.
//!
//! For a response, the first of these that applies:
//!
//! 1. To a request with the method `HEAD`, or with a status of 1xx, 204 or 304: `Empty`,
//!    whatever the fields say.
//! 2. To the method `CONNECT`, with a status of 2xx: `Tunnel`, whatever the fields say.
//! 3. With a `Transfer-Encoding`: `Chunked` if the last coding is `chunked`, in capitals or
//!    not, and `UntilClose` if it is another. `Content-Length` isn't looked at. It is
//!    `Error::TransferEncoding` in HTTP/1.0, which knew no such field; if no coding is named;
//!    and if the last is `chunked` with a parameter (`chunked;a=b`), which it never has.
//! 4. With a `Content-Length`: `Length`, if it is a decimal number that fits in 64 bits, of
//!    the digits 0 to 9 alone, or several such numbers, all the same. Otherwise
//!    `Error::ContentLength`.
//! 5. Neither: `UntilClose`.
//!
//! A request has no rule 1 and 2: its method doesn't matter. It never ends with the
//! connection, as the server has to answer. So without the two fields it is `Empty`; a last
//! coding that isn't `chunked` is `Error::NotChunked`; and with both fields it is
//! `Error::TwoEnds`, since somebody may have read it by the other one.
//!
//! Several lines with one name are one list, with commas between its members.
//! `fields.members(name)` gives the members of that list, without the blanks around them.
//!
//! ```text
//! GET    HTTP/1.1 200   Content-Length: 5                                    Length(5)
//! HEAD   HTTP/1.1 200   Content-Length: 5                                    Empty
//! GET    HTTP/1.1 200   Content-Length: 5   Transfer-Encoding: gzip, Chunked Chunked
//! GET    HTTP/1.1 200                                                        UntilClose
//! ```

use http_client::response_head::{Fields, ResponseHead};

/// Where a body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// There is none: the message ends with its head.
    Empty,
    /// After so many octets.
    Length(u64),
    /// Where the last chunk and its trailers end.
    Chunked,
    /// Where the server closes the connection.
    UntilClose,
    /// There is none, and the connection is no longer one of HTTP: what follows goes
    /// through a tunnel.
    Tunnel,
}

/// Why nobody can tell where a body ends. Close the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// `Content-Length` is no number of octets, or several that differ.
    #[error("a Content-Length that is not one number")]
    ContentLength,
    /// `Transfer-Encoding` names no coding, or `chunked` with a parameter; or it is in a
    /// message of HTTP/1.0, which knew none.
    #[error("a Transfer-Encoding that says nothing certain")]
    TransferEncoding,
    /// A request that is in some coding, and is not `chunked` in the end.
    #[error("a request with a Transfer-Encoding whose last coding is not chunked")]
    NotChunked,
    /// A request with a length and with a coding: two ends, and a choice for an attacker.
    #[error("a request with both Transfer-Encoding and Content-Length")]
    TwoEnds,
}

/// Where the body ends of the response with this head, to a request with this method.
pub fn of_response(method: &str, head: &ResponseHead) -> Result<Body, Error> {
    todo!()
}

/// Where the body ends of a request with these fields, in HTTP/1.`minor`.
pub fn of_request(minor: u8, fields: &Fields) -> Result<Body, Error> {
    todo!()
}
