//! One array too deep
//!
//! You compare before the array that begins is counted: with a depth of 3, the fourth
//! array is the first that you look at, and it passes.
//!
//! fails: arrays_that_are_too_deep_are_refused_at_once, an_empty_array_has_a_depth_too

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
    /// The arrays that have begun and are not complete, outermost first. A list
    /// instead of a function that calls itself: it goes on where it stopped, and a
    /// peer that nests arrays can't use up the stack.
    open: Vec<Open>,
    /// The elements that those have announced.
    elements: usize,
    /// The octets at the front of the input that hold no line feed.
    searched: usize,
}

#[derive(Clone, Debug)]
struct Open {
    values: Vec<Value>,
    missing: usize,
}

/// What stands at the front of the input.
enum Item {
    Value(Value),
    /// An array begins; its elements follow.
    Array(usize),
}

impl RespDecoder {
    /// A decoder that accepts no more than `limits` says.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            open: Vec::new(),
            elements: 0,
            searched: 0,
        }
    }

    /// Takes the next value off the front of `input`. `Ok(None)` asks for more
    /// octets: append them to the same `input` and call again. Bulk strings are
    /// not copied; they share the input's memory.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Value>, Error> {
        loop {
            let mut value = match self.item(input)? {
                None => return Ok(None),
                Some(Item::Value(value)) => value,
                Some(Item::Array(missing)) => {
                    self.begin(missing)?;
                    if missing > 0 {
                        continue;
                    }
                    Value::Array(Vec::new())
                }
            };
            // A value may complete the array that it stands in, and that its own.
            loop {
                let Some(array) = self.open.last_mut() else {
                    self.elements = 0;
                    return Ok(Some(value));
                };
                array.values.push(value);
                array.missing -= 1;
                if array.missing > 0 {
                    break;
                }
                value = Value::Array(std::mem::take(&mut array.values));
                self.open.pop();
            }
        }
    }

    /// Says whether the input may end here, with `rest` left of it after
    /// [`decode`](Self::decode) has returned `Ok(None)`.
    pub fn end(&self, rest: &[u8]) -> Result<(), Error> {
        match self.open.is_empty() && rest.is_empty() {
            true => Ok(()),
            false => Err(Error::Unfinished),
        }
    }

    fn begin(&mut self, missing: usize) -> Result<(), Error> {
        let Limits {
            elements, depth, ..
        } = self.limits;
        if self.open.len() > depth {
            return Err(Error::TooDeep { limit: depth });
        }
        self.elements = self.elements.saturating_add(missing);
        if self.elements > elements {
            return Err(Error::TooMany {
                elements: self.elements,
                limit: elements,
            });
        }
        if missing > 0 {
            // Not `with_capacity(missing)`: nothing of it has come yet.
            let values = Vec::new();
            self.open.push(Open { values, missing });
        }
        Ok(())
    }

    fn item(&mut self, input: &mut BytesMut) -> Result<Option<Item>, Error> {
        let Some(&kind) = input.first() else {
            return Ok(None);
        };
        let limit = match kind {
            b'+' | b'-' => self.limits.bulk,
            b':' | b'$' | b'*' => NUMBER,
            other => return Err(Error::Kind(other)),
        };
        let Some(end) = self.line_end(input, limit)? else {
            return Ok(None);
        };
        let line = 1..end;
        let after = end + CRLF.len();
        let value = match kind {
            b'+' => Value::Simple(take(input, line)),
            b'-' => Value::Error(take(input, line)),
            b':' => {
                let number = number(&input[line])?;
                input.advance(after);
                Value::Integer(number)
            }
            _ => {
                let length = match number(&input[line])? {
                    -1 => None,
                    length => Some(usize::try_from(length).map_err(|_| Error::Length(length))?),
                };
                match (kind, length) {
                    (b'$', Some(length)) => return self.bulk(input, after, length),
                    (_, Some(missing)) => {
                        input.advance(after);
                        return Ok(Some(Item::Array(missing)));
                    }
                    (_, None) => {
                        input.advance(after);
                        Value::Nil
                    }
                }
            }
        };
        Ok(Some(Item::Value(value)))
    }

    /// A bulk string of `length` octets, behind a header of `header`.
    fn bulk(
        &mut self,
        input: &mut BytesMut,
        header: usize,
        length: usize,
    ) -> Result<Option<Item>, Error> {
        let limit = self.limits.bulk;
        if length > limit {
            return Err(Error::TooLong { length, limit });
        }
        // The header stays in the input until all is there.
        match input.get(header + length..header + length + CRLF.len()) {
            None => Ok(None),
            Some(CRLF) => {
                let octets = take(input, header..header + length);
                Ok(Some(Item::Value(Value::Bulk(octets))))
            }
            Some(_) => Err(Error::Unterminated),
        }
    }

    /// Where the line at the front of the input ends: the place of its CR. Up to
    /// `limit` octets may stand between the first octet and that.
    fn line_end(&mut self, input: &[u8], limit: usize) -> Result<Option<usize>, Error> {
        let window = &input[..input.len().min(limit.saturating_add(3))];
        let found = window[self.searched..]
            .iter()
            .position(|&octet| octet == b'\n');
        if let Some(distance) = found {
            let feed = self.searched + distance;
            self.searched = 0;
            return match window[1..feed].ends_with(b"\r") {
                true => Ok(Some(feed - 1)),
                false => Err(Error::Line),
            };
        }
        self.searched = window.len();
        let line = window[1..].strip_suffix(b"\r").unwrap_or(&window[1..]);
        match line.len() <= limit {
            true => Ok(None),
            false => Err(Error::Line),
        }
    }
}

/// Takes `part`, and the CR LF behind it, off the front of the input.
fn take(input: &mut BytesMut, part: std::ops::Range<usize>) -> Bytes {
    input.advance(part.start);
    let octets = input.split_to(part.len()).freeze();
    input.advance(CRLF.len());
    octets
}

fn number(digits: &[u8]) -> Result<i64, Error> {
    let text = std::str::from_utf8(digits).map_err(|_| Error::Number)?;
    text.parse().map_err(|_| Error::Number)
}
