//! What the services of this chapter speak: lines of text, each ended by a line
//! feed.

use std::io;

use bytes::BytesMut;
use framing::Decode;
use framing::delimiter::{self, Delimited};

/// Takes lines of text out of the octets that have come so far.
#[derive(Clone, Debug)]
pub struct Lines(Delimited);

/// Why there is no next line.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// The line begins with an octet that no text has.
    #[error("octet {octet:#04x} is no text{}", hint(*.octet))]
    NotText {
        /// The octet.
        octet: u8,
    },
    /// It is too long, or not whole.
    #[error(transparent)]
    Framing(#[from] delimiter::Error),
}

/// What the octet may be instead.
fn hint(octet: u8) -> &'static str {
    match octet {
        // RFC 9846, section 5.1: the type of a record.
        0x15 => " (an alert of TLS begins with it)",
        0x16 => " (a handshake of TLS begins with it)",
        _ => "",
    }
}

impl Lines {
    /// Lines of up to `limit` octets.
    pub fn new(limit: usize) -> Self {
        Self(Delimited::new(b'\n', limit))
    }
}

impl Decode for Lines {
    type Message = String;
    type Error = LineError;

    fn decode(&mut self, input: &mut BytesMut) -> Result<Option<String>, LineError> {
        // Found out at once, or we would wait for a line's end in something else.
        match input.first() {
            Some(&octet) if octet < b' ' && !matches!(octet, b'\t' | b'\r' | b'\n') => {
                return Err(LineError::NotText { octet });
            }
            _ => {}
        }
        let line = self.0.decode(input)?;
        Ok(line.map(|line| {
            String::from_utf8_lossy(&line)
                .trim_end_matches('\r')
                .to_owned()
        }))
    }

    fn end(&self, rest: &[u8]) -> Result<(), LineError> {
        Ok(self.0.end(rest)?)
    }
}

impl From<LineError> for io::Error {
    fn from(error: LineError) -> Self {
        let kind = match error {
            LineError::Framing(delimiter::Error::Unfinished { .. }) => io::ErrorKind::UnexpectedEof,
            _ => io::ErrorKind::InvalidData,
        };
        io::Error::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_however_they_are_cut() {
        let input = "one\r\n\nüber\nrest".as_bytes();
        for split in testkit::every_split(input) {
            let (mut lines, mut buffer, mut found) = (Lines::new(8), BytesMut::new(), Vec::new());
            for piece in split.iter() {
                buffer.extend_from_slice(piece);
                while let Some(line) = lines.decode(&mut buffer).unwrap() {
                    found.push(line);
                }
            }
            assert_eq!(found, ["one", "", "über"], "when it came as {split}");
            assert!(lines.end(&buffer).is_err());
        }
    }

    #[test]
    fn a_handshake_is_no_line() {
        let mut hello = BytesMut::from(&b"\x16"[..]);
        let refused = Lines::new(8).decode(&mut hello).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "octet 0x16 is no text (a handshake of TLS begins with it)"
        );
    }

    #[test]
    fn a_line_has_a_limit() {
        let mut input = BytesMut::from(&b"123456789"[..]);
        assert!(Lines::new(8).decode(&mut input).is_err());
    }
}
