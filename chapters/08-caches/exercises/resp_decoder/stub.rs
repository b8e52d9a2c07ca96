//! A decoder for the language of Redis
//!
//! Difficulty: stretch
//! Page: 08-caches/resp.md
//! Check: just check 8.1
//!
//! Redis and its clients send each other values (RESP version 2, the *Redis serialization
//! protocol specification*). A first octet says of which kind a value is, and a line that
//! ends with CR LF follows:
//!
//! ```text
//! +OK            a simple string         -ERR no such   an error
//! :-42           an integer              $-1   *-1      nothing is there: Nil
//! $5             a bulk string: so many octets of any kind, and CR LF, follow
//! *2             an array: so many values of any kind, arrays too, follow
//! ```
//!
//! A command is an array of bulk strings. Reads cut values anywhere; an array may come in a
//! hundred of them. Write the decoder. `decode` is called whenever octets have been
//! appended to `input`:
//!
//! - It takes the first value off the front of `input` and returns it. What follows stays.
//! - While octets are missing it returns `Ok(None)`. The next call gets the same `input` with
//!   more octets at its end. Of an array that is not whole, the elements that are whole
//!   have been taken off `input`, and are kept in the decoder: none is read twice, however
//!   many reads the array comes in. Nor is a line whose end has not come searched from its
//!   beginning at each read.
//! - A bulk string shares the memory of `input` (`split_to`, `freeze`); no octet is copied.
//!
//! A peer may be broken, or may want to break you. Each of these is an error as soon as the
//! octet or the line has come that shows it, before what was announced, and before memory is
//! asked for:
//!
//! - A first octet that no kind has: `Kind`.
//! - A line whose LF has no CR before it: `Line`. One that is too long is `Line`, too: between
//!   the first octet and CR LF a simple string or an error has at most `bulk` octets, every
//!   other line 20.
//! - A number that isn't one of 64 bits in decimal digits, with a sign or without: `Number`.
//! - A length or count below zero that isn't -1: `Length`.
//! - A bulk string of more than `bulk` octets: `TooLong`. Two octets behind it that are not
//!   CR LF: `Unterminated`, at the latest when both have come.
//! - Arrays that announce more than `elements` elements, all arrays of one value counted
//!   together: `TooMany`. A flood of small arrays in arrays is as bad as a large one.
//! - Arrays in arrays, deeper than `depth`, empty ones too: `TooDeep`. An array without
//!   arrays in it has the depth 1. Ten thousand times `*1` is 40 kB on the wire, and a
//!   function that calls itself for each of them leaves no stack.
//!
//! `end` is called when the peer has closed and `decode` has returned `Ok(None)`: `rest` is
//! what is left of the input. A value that has begun is `Unfinished`.
//!
//! The command `GET a` is
//!
//! ```text
//! offset  field                 octets
//!      0  array of 2            2a 32 0d 0a
//!      4  bulk string of 3      24 33 0d 0a
//!      8  its octets            47 45 54 0d 0a
//!     13  bulk string of 1      24 31 0d 0a
//!     17  its octets            61 0d 0a
//! ```

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

/// Takes values out of the octets that have come so far.
#[derive(Clone, Debug)]
pub struct RespDecoder {
    limits: Limits,
    // Add what you need to remember between two calls.
}

impl RespDecoder {
    /// A decoder that accepts no more than `limits` says.
    pub fn new(limits: Limits) -> Self {
        Self { limits }
    }

    /// Takes the next value off the front of `input`.
    pub fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Value>, Error> {
        todo!()
    }

    /// Says whether the input may end here, with `rest` left of it.
    pub fn end(&self, rest: &[u8]) -> Result<(), Error> {
        todo!()
    }
}
