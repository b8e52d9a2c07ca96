//! `#~ stuck after * bytes`: a line of which some numbers differ.

use std::ops::Range;

/// A line with a `*` for each number that differs from machine to machine.
///
/// A number is digits with `.` or `,` inside: `7`, `3.5`, `2,621,440`. A star that
/// is meant as a star is written `\*`.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// The text between the stars: one piece more than there are stars.
    pieces: Vec<String>,
}

impl Pattern {
    pub(crate) fn new(pattern: &str) -> Pattern {
        let mut pieces = vec![String::new()];
        let mut chars = pattern.chars().peekable();
        let mut piece = String::new();
        while let Some(c) = chars.next() {
            match c {
                '\\' if chars.peek() == Some(&'*') => piece.extend(chars.next()),
                '*' => {
                    if let Some(last) = pieces.last_mut() {
                        *last = std::mem::take(&mut piece);
                    }
                    pieces.push(String::new());
                }
                c => piece.push(c),
            }
        }
        if let Some(last) = pieces.last_mut() {
            *last = piece;
        }
        Pattern { pieces }
    }

    /// Whether there is a star at all.
    pub(crate) fn has_numbers(&self) -> bool {
        self.pieces.len() > 1
    }

    /// Whether the line ends with a number, so that only the line's end says that
    /// no digit is missing.
    pub(crate) fn ends_with_number(&self) -> bool {
        self.has_numbers() && self.pieces.last().is_some_and(String::is_empty)
    }

    /// Where the numbers are in `text`, if all of it is what the pattern says.
    pub(crate) fn find(&self, text: &str) -> Option<Vec<Range<usize>>> {
        let (first, rest) = self.pieces.split_first()?;
        if !text.starts_with(first.as_str()) {
            return None;
        }
        let mut found = Vec::new();
        find(rest, text, first.len(), &mut found).then_some(found)
    }
}

fn find(pieces: &[String], text: &str, at: usize, found: &mut Vec<Range<usize>>) -> bool {
    let Some((piece, rest)) = pieces.split_first() else {
        return at == text.len();
    };
    // A number begins where no number goes on.
    if text[..at].ends_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    for end in number_ends(text, at) {
        if text[end..].starts_with(piece.as_str()) {
            found.push(at..end);
            if find(rest, text, end + piece.len(), found) {
                return true;
            }
            found.pop();
        }
    }
    false
}

/// Where a number that begins at `at` may end, the longest first. It never ends
/// amid digits.
fn number_ends(text: &str, at: usize) -> Vec<usize> {
    let bytes = text.as_bytes();
    let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    let mut ends = Vec::new();
    let mut i = at;
    while digit(i) {
        while digit(i) {
            i += 1;
        }
        ends.push(i);
        if matches!(bytes.get(i), Some(b'.' | b',')) {
            i += 1;
        }
    }
    ends.reverse();
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_one_number() {
        for (pattern, text) in [
            ("stuck after * bytes", "stuck after 2,621,440 bytes"),
            ("stuck after * bytes", "stuck after 7 bytes"),
            ("* ms", "3.5 ms"),
            ("took *.", "took 3.5."),
            ("took *.", "took 3."),
            ("* and *", "1 and 2"),
            ("*.*", "1.2"),
            ("a \\* b *", "a * b 4"),
            ("*", "127.0.0.1"),
        ] {
            assert!(
                Pattern::new(pattern).find(text).is_some(),
                "{pattern}: {text}"
            );
        }
        for (pattern, text) in [
            ("stuck after * bytes", "stuck after  bytes"),
            ("stuck after * bytes", "stuck after many bytes"),
            ("stuck after * bytes", "stuck after 1 2 bytes"),
            ("stuck after * bytes", "stuck after 12 bytes more"),
            ("stuck after * bytes", "got stuck after 12 bytes"),
            ("stuck after * bytes", "stuck after .5 bytes"),
            ("stuck after * bytes", "stuck after 5. bytes"),
            ("stuck after * bytes", "stuck after -5 bytes"),
            ("*0", "10"),
            ("1*", "12"),
            ("a \\* b *", "a 3 b 4"),
        ] {
            assert!(
                Pattern::new(pattern).find(text).is_none(),
                "{pattern}: {text}"
            );
        }
    }

    #[test]
    fn it_says_where_the_numbers_are() {
        let found = Pattern::new("* of *,").find("1,5 of 20,").unwrap();
        assert_eq!(found, [0..3, 7..9]);
    }
}
