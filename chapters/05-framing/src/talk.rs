//! How the programs of this chapter read: to the end of a stream, or until a
//! buffer is full. Where they listen and connect, and how long they wait, is what
//! all programs of the workbook share.

use std::io::{self, Read};

use anyhow::bail;
pub use program::{Connect, Conversation, Listen, ascii, hex, report, seconds, show};

/// Everything that comes until the peer ends its stream, up to `limit` octets.
///
/// # Errors
///
/// When there is more than `limit`, or the stream fails before its end.
// ANCHOR: read-to-end
pub fn read_to_end(stream: &mut impl Read, limit: usize) -> anyhow::Result<Vec<u8>> {
    let mut octets = Vec::new();
    // One more than allowed, or a message of exactly `limit` could not be told
    // from a longer one.
    let one_too_many = limit as u64 + 1;
    stream.take(one_too_many).read_to_end(&mut octets)?;
    if octets.len() > limit {
        bail!("refused: more than {limit} octets");
    }
    Ok(octets)
}
// ANCHOR_END: read-to-end

/// Fills `buffer` from as many reads as it takes, and says how many octets came:
/// fewer than it holds only where the stream ended first.
///
/// [`Read::read_exact`] does the same, but calls an end before the first octet
/// and an end in the middle by one name.
///
/// # Errors
///
/// Those of the stream.
// ANCHOR: fill
pub fn fill(stream: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match stream.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            // A signal came first; nothing was read and nothing is wrong.
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
// ANCHOR_END: fill

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_allowed_and_one_more_is_not() {
        assert_eq!(read_to_end(&mut &b"1234"[..], 4).unwrap(), b"1234");
        let refused = read_to_end(&mut &b"12345"[..], 4).unwrap_err();
        assert_eq!(refused.to_string(), "refused: more than 4 octets");
    }

    #[test]
    fn an_endless_stream_is_refused_without_being_held() {
        assert!(read_to_end(&mut io::repeat(b'x'), 1000).is_err());
    }

    #[test]
    fn a_buffer_is_filled_or_the_stream_has_ended() {
        let mut pieces = (&b"ab"[..]).chain(&b"cde"[..]);
        let mut buffer = [0; 4];
        assert_eq!(fill(&mut pieces, &mut buffer).unwrap(), 4);
        assert_eq!(&buffer, b"abcd");
        assert_eq!(fill(&mut pieces, &mut buffer).unwrap(), 1);
        assert_eq!(fill(&mut pieces, &mut buffer).unwrap(), 0);
    }
}
