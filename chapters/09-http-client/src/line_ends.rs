//! Where a line ends, and when to read a head again that was not whole.

/// Whether a head that was not whole may be by now. A decoder reads all that has come of it;
/// if it did so at each octet of a peer that sends them one by one, it would look at half a
/// million of them for a head of a thousand.
#[derive(Clone, Debug, Default)]
pub struct LineEnds {
    seen: usize,
}

impl LineEnds {
    /// Whether a line has ended in what has come since, something has been taken off, or
    /// there are more than `limit` octets.
    pub fn is_news(&self, input: &[u8], limit: usize) -> bool {
        let new = input.get(self.seen..);
        new.is_none_or(|new| new.contains(&b'\n')) || input.len() > limit
    }

    /// Where the first line ends. What was searched before is not searched again.
    pub fn first(&mut self, input: &[u8]) -> Option<usize> {
        let new = input.get(self.seen..).unwrap_or_default();
        let found = new.iter().position(|&octet| octet == b'\n');
        let first = found.map(|distance| self.seen + distance);
        self.seen = first.map_or(input.len(), |_| 0);
        first
    }

    /// The head was not whole, and this is left of `input`: empty lines before it are gone.
    pub fn saw(&mut self, input: &[u8]) {
        self.seen = input.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::response_head::{Error, Limits, take_lines};
    use bytes::BytesMut;

    const LIMITS: Limits = Limits {
        octets: 8 * 1024,
        lines: 10,
    };

    /// Sends octets one by one; how many were looked at, and what came of it.
    fn one_by_one(octets: &[u8]) -> (usize, Result<usize, Error>) {
        let (mut input, mut ends, mut looked_at) = (BytesMut::new(), LineEnds::default(), 0);
        for octet in octets {
            input.extend_from_slice(&[*octet]);
            looked_at += input.len() - ends.seen;
            if ends.is_news(&input, LIMITS.octets) {
                looked_at += input.len();
                match take_lines(&mut input, &LIMITS) {
                    Ok(None) => {}
                    Ok(Some(lines)) if lines.is_empty() => {}
                    done => return (looked_at, done.map(|lines| lines.unwrap().len())),
                }
            }
            ends.saw(&input);
        }
        panic!("it has no end, and is under the limit");
    }

    #[test]
    fn octets_one_by_one_are_looked_at_no_more_often_than_there_are_lines() {
        let long = "a".repeat(7 * 1024);
        for (head, expected) in [
            (format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n"), Ok(2)),
            (
                "X: a\r\n".repeat(11),
                Err(Error::TooManyLines { limit: 10 }),
            ),
            (
                format!("GET /{long}{long}"),
                Err(Error::TooLong { limit: 8192 }),
            ),
            ("GET / HTTP/1.1\n".to_owned(), Err(Error::LineEnd)),
            ("\r\n".repeat(2) + "GET / HTTP/1.1\r\n\r\n", Ok(1)),
        ] {
            let (looked_at, came) = one_by_one(head.as_bytes());
            assert_eq!(came, expected);
            let most = (LIMITS.lines + 2) * (head.len() + 1);
            assert!(looked_at <= most, "{looked_at} octets of {}", head.len());
        }
    }
}
