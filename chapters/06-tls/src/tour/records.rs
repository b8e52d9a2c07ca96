//! The records that TLS cuts its stream into (RFC 9846, section 5.1; RFC 5246 (obsolete),
//! section 6.2).

use std::fmt;
use std::io;

use bytes::{Buf, Bytes, BytesMut};
use framing::Decode;

/// A header: the content's type, a version, and the length of what follows.
const HEADER: usize = 5;

/// What a record may carry, encrypted: TLS 1.2 allows 2048 octets for the cipher's
/// own needs (RFC 5246 (obsolete), section 6.2.3), TLS 1.3 allows 256.
const LIMIT: usize = (1 << 14) + 2048;

/// What a record says that it carries. In TLS 1.3 an encrypted record always says
/// application data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentType {
    /// All that comes now is encrypted; in TLS 1.3, nothing.
    ChangeCipherSpec,
    /// The end, or an error.
    Alert,
    /// A part of the handshake.
    Handshake,
    /// What the two programs have to say to each other.
    ApplicationData,
}

impl ContentType {
    /// The type with this number.
    pub fn of(number: u8) -> Option<Self> {
        Some(match number {
            20 => Self::ChangeCipherSpec,
            21 => Self::Alert,
            22 => Self::Handshake,
            23 => Self::ApplicationData,
            _ => return None,
        })
    }
}

impl fmt::Display for ContentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ChangeCipherSpec => "change cipher spec",
            Self::Alert => "alert",
            Self::Handshake => "handshake",
            Self::ApplicationData => "application data",
        })
    }
}

/// One record, as it was on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What it says that it is.
    pub kind: ContentType,
    /// Its header, which an encrypted record vouches for too.
    pub header: [u8; HEADER],
    /// What follows the header.
    pub payload: Bytes,
}

/// Why octets are no records.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    /// No record begins with this octet.
    #[error("octet {0:#04x} begins no record of TLS")]
    NoSuchType(u8),
    /// A version that no TLS has.
    #[error("a record of version {0:#06x}")]
    NoSuchVersion(u16),
    /// A record longer than any may be.
    #[error("a record of {length} octets where {LIMIT} are allowed")]
    TooLong {
        /// What its header says.
        length: usize,
    },
    /// The stream ended inside a record.
    #[error("the stream ended {octets} octets into a record")]
    Unfinished {
        /// What there was of it.
        octets: usize,
    },
}

/// Takes whole records out of the octets that have come so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Records;

impl Decode for Records {
    type Message = Record;
    type Error = Error;

    // ANCHOR: decode
    fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Record>, Error> {
        let Some(&header) = input.first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let [kind, major, minor, length @ ..] = header;
        let kind = ContentType::of(kind).ok_or(Error::NoSuchType(kind))?;
        if major != 3 {
            return Err(Error::NoSuchVersion(u16::from_be_bytes([major, minor])));
        }
        let length = usize::from(u16::from_be_bytes(length));
        if length > LIMIT {
            return Err(Error::TooLong { length });
        }
        if input.len() < HEADER + length {
            return Ok(None);
        }
        input.advance(HEADER);
        Ok(Some(Record {
            kind,
            header,
            payload: input.split_to(length).freeze(),
        }))
    }
    // ANCHOR_END: decode

    fn end(&self, rest: &[u8]) -> Result<(), Error> {
        match rest.len() {
            0 => Ok(()),
            octets => Err(Error::Unfinished { octets }),
        }
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        let kind = match error {
            Error::Unfinished { .. } => io::ErrorKind::UnexpectedEof,
            _ => io::ErrorKind::InvalidData,
        };
        io::Error::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_out_however_they_are_cut() {
        let wire = b"\x16\x03\x01\0\x02hi\x17\x03\x03\0\0\x15\x03\x03\0\x02\x01\0";
        for split in testkit::every_split(wire) {
            let (mut input, mut found) = (BytesMut::new(), Vec::new());
            for piece in split.iter() {
                input.extend_from_slice(piece);
                while let Some(record) = Records.decode(&mut input).unwrap() {
                    found.push((record.kind, record.payload));
                }
            }
            let expected = [
                (ContentType::Handshake, Bytes::from_static(b"hi")),
                (ContentType::ApplicationData, Bytes::new()),
                (ContentType::Alert, Bytes::from_static(b"\x01\0")),
            ];
            assert_eq!(found, expected, "when it came as {split}");
            assert_eq!(Records.end(&input), Ok(()));
        }
    }

    #[test]
    fn what_is_no_record_is_refused_at_its_header() {
        for (octets, error) in [
            (&b"HTTP/1.1"[..], Error::NoSuchType(b'H')),
            (b"\x16\x02\x00\0\0", Error::NoSuchVersion(0x0200)),
            (b"\x17\x03\x03\x48\x01", Error::TooLong { length: 18433 }),
        ] {
            assert_eq!(Records.decode(&mut octets.into()), Err(error));
        }
        assert_eq!(Records.end(b"\x16"), Err(Error::Unfinished { octets: 1 }));
    }
}
