//! The head of a response
//!
//! Difficulty: core
//! Page: 09-http-client/messages.md
//! Check: just check 9.1
//!
//! A response begins with a status line, field lines, and an empty line. Two programs that
//! read the same head in two ways are how answers get to the wrong people. So read it
//! strictly. Write `decode`, and the list of fields that it gives back.
//!
//! - `decode` takes one head off the front of `input`; the body stays there. Until all of
//!   the head has come, it is `Ok(None)`, and nothing is taken.
//! - Every line ends with CR LF. Any other CR or LF in a head is `Error::LineEnd`. An LF
//!   without a CR is refused when it comes, not when the head is whole.
//! - A head has at most `limits.octets` octets, the empty line counted, and at most
//!   `limits.lines` lines, the empty one not counted. `Error::TooLong` is said as soon as
//!   more octets have come without an end, and `Error::TooManyLines` when one more line has
//!   come.
//! - A status line is `HTTP/1.`, a digit, a space, three digits for the status. Behind
//!   them may be a space and a reason. Anything else is `Error::StatusLine`.
//! - A field line is a name, a colon, a value. The name is a token (`is_token`), or it is
//!   `Error::FieldName`; so no space is between name and colon. Spaces and tabs around the
//!   value don't belong to it. A line that begins with a space or a tab is `Error::Folded`:
//!   it would belong to the value before it, for those who read it so.
//! - Values and reasons are octets, in no known encoding. The control characters, 00 to 1f
//!   and 7f, may not be in them, except the tab: `Error::FieldValue`, or in the reason
//!   `Error::StatusLine`.
//! - `Fields` keeps all lines, in order, with the names as they came. `all` gives the values
//!   of all lines with a name, `first` that of the first; `Content-Type` and `content-type`
//!   are one name. `push` adds a line behind the others. It refuses what a head may not
//!   have, so that nobody smuggles a line into what you send.
//!
//! ```text
//! HTTP/1.1 200 OK CR LF            minor 1, status 200, reason "OK"
//! Set-Cookie: a=1 CR LF            all("set-cookie"): "a=1", "b=2"
//! set-cookie:b=2 CR LF             first("SET-COOKIE"): "a=1"
//! CR LF
//! hello                            stays in the input
//! ```

use bytes::{Bytes, BytesMut};

/// What a head may have. One bad peer may not take more memory than this.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The octets of a head, all its line ends counted, the last one too.
    pub octets: usize,
    /// The lines of a head, without the empty one.
    pub lines: usize,
}

/// Why a head can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The head has no end within the limit.
    #[error("a head of more than {limit} octets")]
    TooLong {
        /// The octets that a head may have.
        limit: usize,
    },
    /// There is one line more than the limit.
    #[error("a head of more than {limit} lines")]
    TooManyLines {
        /// The lines that a head may have.
        limit: usize,
    },
    /// A line doesn't end with CR LF, or has a CR inside.
    #[error("a CR or LF that isn't part of a line end CR LF")]
    LineEnd,
    /// The first line is no status line of HTTP/1.
    #[error("this is no status line of HTTP/1")]
    StatusLine,
    /// A line begins with a space or a tab: it would continue the one before.
    #[error("a field line that is folded")]
    Folded,
    /// A field line has no colon, or what stands before it is no token.
    #[error("a field line without a proper name and a colon behind it")]
    FieldName,
    /// A value has a NUL, or another control character that is no tab.
    #[error("a control character in the value of a field")]
    FieldValue,
}

/// What a server says before the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseHead {
    /// The second digit of the version: 1 for HTTP/1.1.
    pub minor: u8,
    /// The status code, of three digits.
    pub status: u16,
    /// The reason phrase, for people only. May be empty.
    pub reason: Bytes,
    /// The fields.
    pub fields: Fields,
}

/// Takes the head of a response off the front of `input`.
pub fn decode(input: &mut BytesMut, limits: &Limits) -> Result<Option<ResponseHead>, Error> {
    todo!()
}

/// The fields of a message, line by line, in the order in which they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    lines: Vec<(String, Bytes)>,
}

impl Fields {
    /// Adds a line behind all others, also where a line has this name already.
    pub fn push(&mut self, name: &str, value: impl Into<Bytes>) -> Result<(), Error> {
        todo!()
    }

    /// The value of the first line with this name, in capitals or not.
    pub fn first(&self, name: &str) -> Option<&[u8]> {
        todo!()
    }

    /// The values of all lines with this name, in the order in which they came.
    pub fn all(&self, name: &str) -> Vec<&[u8]> {
        todo!()
    }

    /// All lines, in the order in which they came, with the names as they were written.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.lines
            .iter()
            .map(|(name, value)| (name.as_str(), &value[..]))
    }
}

/// A token (RFC 9110, section 5.6.2): what names of fields consist of.
pub fn is_token(octets: &[u8]) -> bool {
    let of_token = |octet: &u8| octet.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(octet);
    !octets.is_empty() && octets.iter().all(of_token)
}
