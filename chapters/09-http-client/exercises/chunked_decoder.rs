//! A body out of its chunks
//!
//! Difficulty: stretch
//! Page: 09-http-client/bodies.md
//! Check: just check 9.3
//!
//! A sender that doesn't know yet how long a body will be sends it in chunks: a size in
//! hexadecimal digits, CR LF, so many octets, CR LF. A chunk of size 0 has no octets and
//! is the last; behind it come fields, the trailers, and an empty line. Write the decoder.
//! It keeps no octets, so that a body may be as long as it likes.
//!
//! `decode` is called whenever octets have been appended to `input`, and again until it
//! returns `Ok(None)` or `End`:
//!
//! - The octets of a chunk come out as `Data`, as many as are there, without waiting for the
//!   rest. `Data` is never empty.
//! - The line of a size has 1 to `DIGITS` hexadecimal digits, in capitals or not. They may be
//!   followed by an extension, which is passed over: spaces and tabs if any, a semicolon,
//!   and whatever else there is. Anything else is `Error::Size`: a sign, `0x`, a blank
//!   before the digits, a blank behind them and no semicolon.
//! - A line ends with CR LF. With an LF alone it is `Error::LineEnd`. An extension with a
//!   control character other than a tab is `Error::Extension`.
//! - The octets between the digits and CR LF, of all chunks together, are at most
//!   `limits.extensions`. With more it is `Error::ExtensionsTooLong`, also if the line has
//!   no end yet.
//! - The search for the end of this line goes on where it stopped: an extension that comes
//!   octet by octet must not cost the square of its length.
//! - All sizes together are at most `limits.body`. A size with which they are more is
//!   `Error::TooLong` at once, before its octets come.
//! - Behind the octets of a chunk stands CR LF, or it is `Error::End`.
//! - `End` comes when the empty line behind the trailers has come, with the trailers: they
//!   are no part of the body. What follows stays in `input`. Two functions of this chapter
//!   read them: `take_lines(input, &limits.trailers)` takes the lines when the empty one has
//!   come (`Ok(None)` before), `Fields::from_lines(&lines)` makes fields of them. Their
//!   errors are `Error::Trailer`.
//!
//! ```text
//! 3 CR LF              a size
//! hel CR LF            Data "hel"
//! 2;note=a CR LF       a size with an extension
//! lo CR LF             Data "lo"
//! 0 CR LF              the last chunk
//! Digest-Of: all CR LF a trailer
//! CR LF                End, with the trailer
//! HTTP/1.1 200 OK ...  stays in the input
//! ```

use bytes::{Buf, Bytes, BytesMut};
use http_client::response_head::{self, Fields, is_text, take_lines};

/// The digits of the largest size.
pub const DIGITS: usize = 16;

/// What a body in chunks may have. One bad peer may not take more.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The octets of the content: all chunks together.
    pub body: u64,
    /// The octets behind the sizes, up to the ends of their lines: all chunks together.
    /// They cost the sender little, and nobody reads them.
    pub extensions: usize,
    /// The trailer fields, with the empty line behind them.
    pub trailers: response_head::Limits,
}

/// Why a body in chunks can't be read any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A chunk doesn't begin with 1 to [`DIGITS`] hexadecimal digits and then the end of
    /// the line or an extension.
    #[error("this is no size of a chunk")]
    Size,
    /// An extension has a control character that is no tab.
    #[error("a control character in the extension of a chunk")]
    Extension,
    /// The line of a size ends with LF alone.
    #[error("an LF without a CR before it")]
    LineEnd,
    /// The extensions are over the limit.
    #[error("extensions of more than {limit} octets")]
    ExtensionsTooLong {
        /// The octets that they may have.
        limit: usize,
    },
    /// The chunks, with the one just announced, are over the limit.
    #[error("a body of more than {limit} octets")]
    TooLong {
        /// The octets that a body may have.
        limit: u64,
    },
    /// No CR LF behind the octets of a chunk.
    #[error("a chunk that is longer than its size")]
    End,
    /// What comes behind the last chunk are no fields, or too many.
    #[error("in the trailer, {0}")]
    Trailer(#[from] response_head::Error),
}

/// What comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Octets of the content, never none. Where a chunk began and ended means nothing.
    Data(Bytes),
    /// The body is whole. These fields came behind it; they are not those of the head.
    End(Fields),
}

/// Takes one body out of its chunks. It keeps no octets.
#[derive(Clone, Debug)]
pub struct ChunkedDecoder {
    limits: Limits,
    // Add what you need to remember between two calls.
}

impl ChunkedDecoder {
    /// A decoder for one body.
    pub fn new(limits: Limits) -> Self {
        Self { limits }
    }

    /// Takes the next part of the body off the front of `input`.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Part>, Error> {
        todo!()
    }
}
