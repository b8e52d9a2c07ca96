use std::io;

use bytes::{Bytes, BytesMut};

use crate::chunks::{self, Chunks};
use crate::delimiter::{self, Delimited};
use crate::length_prefix::{self, LengthPrefixed};

/// Takes messages out of the octets that have come so far, wherever they come
/// from and however they were cut on the way.
pub trait Decode {
    /// A whole message.
    type Message;
    /// Why the input can't be read any further. As an [`io::Error`] it is
    /// [`io::ErrorKind::InvalidData`], or [`io::ErrorKind::UnexpectedEof`] where
    /// the input ended inside a message.
    type Error: std::error::Error + Into<io::Error>;

    /// Takes the next message off the front of `input`. `Ok(None)` asks for more
    /// octets, to be appended to the same `input`.
    ///
    /// # Errors
    ///
    /// When the input breaks the rules or a limit. There is no way on from there.
    fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Self::Message>, Self::Error>;

    /// Says whether the input may end here, with `rest` left of it after
    /// [`decode`](Decode::decode) has returned `Ok(None)`.
    ///
    /// # Errors
    ///
    /// When it ended inside a message.
    fn end(&self, rest: &[u8]) -> Result<(), Self::Error>;
}

impl Decode for Delimited {
    type Message = Bytes;
    type Error = delimiter::Error;

    fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, Self::Error> {
        self.decode(input)
    }

    fn end(&self, rest: &[u8]) -> Result<(), Self::Error> {
        self.end(rest)
    }
}

impl Decode for LengthPrefixed {
    type Message = Bytes;
    type Error = length_prefix::Error;

    fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, Self::Error> {
        self.decode(input)
    }

    fn end(&self, rest: &[u8]) -> Result<(), Self::Error> {
        self.end(rest)
    }
}

impl Decode for Chunks {
    type Message = Bytes;
    type Error = chunks::Error;

    fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, Self::Error> {
        self.decode(input)
    }

    fn end(&self, rest: &[u8]) -> Result<(), Self::Error> {
        self.end(rest)
    }
}

impl From<delimiter::Error> for io::Error {
    fn from(error: delimiter::Error) -> Self {
        let kind = match error {
            delimiter::Error::TooLong { .. } => io::ErrorKind::InvalidData,
            delimiter::Error::Unfinished { .. } => io::ErrorKind::UnexpectedEof,
        };
        io::Error::new(kind, error)
    }
}

impl From<length_prefix::Error> for io::Error {
    fn from(error: length_prefix::Error) -> Self {
        let kind = match error {
            length_prefix::Error::TooLong { .. } => io::ErrorKind::InvalidData,
            length_prefix::Error::Unfinished { .. } => io::ErrorKind::UnexpectedEof,
        };
        io::Error::new(kind, error)
    }
}

impl From<chunks::Error> for io::Error {
    fn from(error: chunks::Error) -> Self {
        let kind = match error {
            chunks::Error::TooLong { .. } => io::ErrorKind::InvalidData,
            chunks::Error::Unfinished => io::ErrorKind::UnexpectedEof,
        };
        io::Error::new(kind, error)
    }
}
