//! Lines from a peer that nobody trusts.

use std::io::{self, BufRead, Read};

/// The octets that a line may have, its end counted: one bad peer may not take
/// more.
pub const MAX_LINE: u64 = 1024;

/// The next line without its end, or `None` where the input ends. Octets that are
/// no UTF-8 are replaced.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidData`] for a line of more than [`MAX_LINE`] octets,
/// [`io::ErrorKind::UnexpectedEof`] for one that the input ends in; those of the
/// input.
// ANCHOR: next-line
pub fn next_line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    input.take(MAX_LINE).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.pop_if(|last| *last == b'\n').is_none() {
        let (kind, what) = match line.len() as u64 {
            MAX_LINE => (
                io::ErrorKind::InvalidData,
                format!("refused: a line of more than {MAX_LINE} octets"),
            ),
            octets => (
                io::ErrorKind::UnexpectedEof,
                format!("the stream ended {octets} octets into a line"),
            ),
        };
        return Err(io::Error::new(kind, what));
    }
    line.pop_if(|last| *last == b'\r');
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}
// ANCHOR_END: next-line

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    #[test]
    fn lines_come_without_their_ends() {
        for room in 1..8 {
            let mut input = BufReader::with_capacity(room, &b"one\r\n\ntwo\n"[..]);
            assert_eq!(next_line(&mut input).unwrap().as_deref(), Some("one"));
            assert_eq!(next_line(&mut input).unwrap().as_deref(), Some(""));
            assert_eq!(next_line(&mut input).unwrap().as_deref(), Some("two"));
            assert_eq!(next_line(&mut input).unwrap(), None);
        }
    }

    #[test]
    fn the_end_inside_a_line_is_an_error() {
        let error = next_line(&mut &b"exi"[..]).unwrap_err();
        assert_eq!(error.to_string(), "the stream ended 3 octets into a line");
    }

    #[test]
    fn a_line_of_the_limit_is_taken_and_one_octet_more_is_not() {
        let mut line = vec![b'x'; MAX_LINE as usize - 1];
        line.push(b'\n');
        assert_eq!(next_line(&mut &line[..]).unwrap().unwrap().len(), 1023);
        line.insert(0, b'x');
        let error = next_line(&mut &line[..]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn octets_that_are_no_text_do_no_harm() {
        assert_eq!(next_line(&mut &b"\xff\n"[..]).unwrap().unwrap(), "\u{fffd}");
    }
}
