//! A body in chunks (RFC 9112, section 7.1): a size in hexadecimal digits, so many
//! octets, and so on up to a chunk of none; behind it the trailer fields.

use bytes::{Buf, Bytes, BytesMut};
use http_client::line_ends::LineEnds;
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

impl Default for Limits {
    /// As many octets as come, extensions of 16 KiB, and trailers like any head.
    fn default() -> Self {
        Self {
            body: u64::MAX,
            extensions: 16 * 1024,
            trailers: response_head::Limits::default(),
        }
    }
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

// ANCHOR: decoder
/// Takes one body out of its chunks. It keeps no octets.
#[derive(Clone, Debug)]
pub struct ChunkedDecoder {
    limits: Limits,
    /// The octets of content that were announced so far, and those of extensions.
    body: u64,
    extensions: usize,
    /// How much of a line has been searched for its end. To search all of it at each octet
    /// of a slow peer would take n² steps.
    ends: LineEnds,
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum State {
    /// Before a size.
    Size,
    /// So many octets of a chunk are missing, and the CR LF behind them.
    Data(u64),
    /// Behind the last chunk.
    Trailers,
}

impl ChunkedDecoder {
    /// A decoder for one body.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            body: 0,
            extensions: 0,
            ends: LineEnds::default(),
            state: State::Size,
        }
    }

    /// Takes the next part of the body off the front of `input`. `Ok(None)` asks for more
    /// octets: append them to the same `input` and call again. Whatever follows
    /// [`Part::End`] stays there, and this decoder has done its work.
    ///
    /// If the connection ends before [`Part::End`], the body isn't whole.
    ///
    /// # Errors
    ///
    /// When the input breaks a rule or a limit. Give up the connection.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Part>, Error> {
        loop {
            match self.state {
                State::Size => match self.take_size(input)? {
                    None => return Ok(None),
                    Some(0) => self.state = State::Trailers,
                    Some(size) => self.state = State::Data(size),
                },
                State::Data(0) => match input.get(..2) {
                    None => return Ok(None),
                    Some(b"\r\n") => {
                        input.advance(2);
                        self.state = State::Size;
                    }
                    Some(_) => return Err(Error::End),
                },
                State::Data(_) if input.is_empty() => return Ok(None),
                State::Data(missing) => {
                    let here = usize::try_from(missing).map_or(input.len(), |n| n.min(input.len()));
                    self.state = State::Data(missing - here as u64);
                    return Ok(Some(Part::Data(input.split_to(here).freeze())));
                }
                State::Trailers => {
                    let news = self.ends.is_news(input, self.limits.trailers.octets);
                    self.ends.saw(input);
                    if !news {
                        return Ok(None); // `take_lines` begins at the front each time
                    }
                    let lines = take_lines(input, &self.limits.trailers)?;
                    let fields = lines.map(|lines| Fields::from_lines(&lines));
                    return Ok(fields.transpose()?.map(Part::End));
                }
            }
        }
    }

    /// Takes the line off that begins a chunk, and counts it against the limits.
    fn take_size(&mut self, input: &mut BytesMut) -> Result<Option<u64>, Error> {
        let end = self.ends.first(input);
        let line = &input[..end.unwrap_or(input.len())];
        let digits = line.iter().take_while(|octet| octet.is_ascii_hexdigit());
        let (digits, rest) = line.split_at(digits.count());
        if digits.len() > DIGITS {
            return Err(Error::Size);
        }
        let limit = self.limits.extensions;
        if rest.len() > limit - self.extensions + b"\r".len() {
            return Err(Error::ExtensionsTooLong { limit });
        }
        let Some(end) = end else {
            return Ok(None);
        };
        let extension = rest.strip_suffix(b"\r").ok_or(Error::LineEnd)?;
        if !extension.is_empty() && !extension.trim_ascii_start().starts_with(b";") {
            return Err(Error::Size);
        }
        if !is_text(extension) {
            return Err(Error::Extension);
        }
        let size = std::str::from_utf8(digits).ok();
        let size = size.and_then(|digits| u64::from_str_radix(digits, 16).ok());
        let size = size.ok_or(Error::Size)?;
        let limit = self.limits.body;
        if size > limit - self.body {
            return Err(Error::TooLong { limit });
        }
        self.extensions += extension.len();
        self.body += size;
        input.advance(end + 1);
        Ok(Some(size))
    }
}
// ANCHOR_END: decoder
