//! Nested arrays fill the stack
//!
//! Your decoder calls itself for each array in an array, as deep as the peer likes.
//! Ten thousand times `*1` is 40 kB on the wire. When the stack is full, no error is
//! returned: the process is ended, with all its clients.
//!
//! fails: elements_are_taken_off_one_by_one, no_octet_of_a_line_is_looked_at_twice,
//!    arrays_that_are_too_deep_are_refused_at_once, an_empty_array_has_a_depth_too,
//!    a_bomb_of_arrays_does_not_go_off

use bytes::{Buf, Bytes, BytesMut};

/// One value of RESP2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `+OK`: a short text without a line end.
    Simple(Bytes),
    /// `-ERR ...`: an error, in words.
    Error(Bytes),
    /// `:42`
    Integer(i64),
    /// `$5` and five octets of any kind.
    Bulk(Bytes),
    /// `*2` and two values of any kind.
    Array(Vec<Value>),
    /// `$-1` or `*-1`: nothing is there.
    Nil,
}

/// What one value may ask of its receiver.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The octets of a bulk string, and of the line of a simple string or error.
    pub bulk: usize,
    /// The elements that all arrays of one value may announce together.
    pub elements: usize,
    /// How deep arrays may be nested: 1 is an array without arrays in it.
    pub depth: usize,
}

/// Why a stream of values can't be read any further.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No kind of value begins with this octet.
    #[error("no value begins with '{}'", .0.escape_ascii())]
    Kind(u8),
    /// A line that does not end with CR LF, or is longer than its kind may be.
    #[error("a line without a proper end")]
    Line,
    /// An integer, or a length, that is no number.
    #[error("not a number")]
    Number,
    /// A length below zero other than -1.
    #[error("a length of {0}")]
    Length(i64),
    /// A bulk string over the limit.
    #[error("a bulk string of {length} octets where {limit} are allowed")]
    TooLong {
        /// The octets that it is announced with.
        length: usize,
        /// The octets that it may have.
        limit: usize,
    },
    /// Arrays that announce more elements than one value may have.
    #[error("{elements} elements where {limit} are allowed")]
    TooMany {
        /// The elements announced so far.
        elements: usize,
        /// The elements that a value may have.
        limit: usize,
    },
    /// Arrays in arrays, over the limit.
    #[error("arrays nested deeper than {limit}")]
    TooDeep {
        /// The depth that a value may have.
        limit: usize,
    },
    /// A bulk string without CR LF behind it.
    #[error("a bulk string that is longer than announced")]
    Unterminated,
    /// The input ended inside a value.
    #[error("the input ended inside a value")]
    Unfinished,
}

/// The digits of a number of 64 bits, and its sign.
const NUMBER: usize = 20;
const CRLF: &[u8] = b"\r\n";

/// Takes values out of the octets that have come so far.
#[derive(Clone, Debug)]
pub struct RespDecoder {
    limits: Limits,
}

impl RespDecoder {
    /// A decoder that accepts no more than `limits` says.
    pub fn new(limits: Limits) -> Self {
        Self { limits }
    }

    /// Takes the next value off the front of `input`. `Ok(None)` asks for more
    /// octets: append them to the same `input` and call again.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Value>, Error> {
        let (mut at, mut elements) = (0, 0);
        if !self.check(input, &mut at, &mut elements, 0)? {
            return Ok(None);
        }
        let mut whole = input.split_to(at).freeze();
        parse(&mut whole).map(Some)
    }

    /// Says whether the input may end here, with `rest` left of it after
    /// [`decode`](Self::decode) has returned `Ok(None)`.
    pub fn end(&self, rest: &[u8]) -> Result<(), Error> {
        match rest.is_empty() {
            true => Ok(()),
            false => Err(Error::Unfinished),
        }
    }

    /// Goes over the value at `at`; whether it is whole.
    fn check(
        &self,
        input: &[u8],
        at: &mut usize,
        elements: &mut usize,
        depth: usize,
    ) -> Result<bool, Error> {
        let Some(&kind) = input.get(*at) else {
            return Ok(false);
        };
        let limit = match kind {
            b'+' | b'-' => self.limits.bulk,
            b':' | b'$' | b'*' => NUMBER,
            other => return Err(Error::Kind(other)),
        };
        let Some(line) = line(&input[*at + 1..], limit)? else {
            return Ok(false);
        };
        *at += 1 + line.len() + CRLF.len();
        match kind {
            b':' => {
                number(line)?;
            }
            b'$' => {
                let Some(length) = length(line)? else {
                    return Ok(true);
                };
                let limit = self.limits.bulk;
                if length > limit {
                    return Err(Error::TooLong { length, limit });
                }
                match input.get(*at + length..*at + length + CRLF.len()) {
                    None => return Ok(false),
                    Some(CRLF) => *at += length + CRLF.len(),
                    Some(_) => return Err(Error::Unterminated),
                }
            }
            b'*' => {
                let Some(missing) = length(line)? else {
                    return Ok(true);
                };
                let limit = self.limits.elements;
                *elements = elements.saturating_add(missing);
                if *elements > limit {
                    let elements = *elements;
                    return Err(Error::TooMany { elements, limit });
                }
                for _ in 0..missing {
                    if !self.check(input, at, elements, depth + 1)? {
                        return Ok(false);
                    }
                }
            }
            _ => {}
        }
        Ok(true)
    }
}

/// The line at the front of the input, without its kind and its end.
fn line(input: &[u8], limit: usize) -> Result<Option<&[u8]>, Error> {
    let window = &input[..input.len().min(limit.saturating_add(2))];
    match window.iter().position(|&octet| octet == b'\n') {
        Some(feed) => match window[..feed].strip_suffix(b"\r") {
            Some(line) => Ok(Some(line)),
            None => Err(Error::Line),
        },
        None => match window.strip_suffix(b"\r").unwrap_or(window).len() > limit {
            true => Err(Error::Line),
            false => Ok(None),
        },
    }
}

/// A value that is known to be whole.
fn parse(whole: &mut Bytes) -> Result<Value, Error> {
    let kind = whole[0];
    let end = whole.iter().position(|&octet| octet == b'\n');
    let line = whole.split_to(end.map_or(whole.len(), |feed| feed + 1));
    let line = line.slice(1..line.len() - CRLF.len());
    Ok(match kind {
        b'+' => Value::Simple(line),
        b'-' => Value::Error(line),
        b':' => Value::Integer(number(&line)?),
        b'$' => match length(&line)? {
            None => Value::Nil,
            Some(length) => {
                let octets = whole.split_to(length);
                whole.advance(CRLF.len());
                Value::Bulk(octets)
            }
        },
        _ => match length(&line)? {
            None => Value::Nil,
            Some(missing) => {
                let values = (0..missing).map(|_| parse(whole));
                Value::Array(values.collect::<Result<_, _>>()?)
            }
        },
    })
}

fn length(line: &[u8]) -> Result<Option<usize>, Error> {
    match number(line)? {
        -1 => Ok(None),
        length => match usize::try_from(length) {
            Ok(length) => Ok(Some(length)),
            Err(_) => Err(Error::Length(length)),
        },
    }
}

fn number(digits: &[u8]) -> Result<i64, Error> {
    let text = std::str::from_utf8(digits).map_err(|_| Error::Number)?;
    text.parse().map_err(|_| Error::Number)
}
