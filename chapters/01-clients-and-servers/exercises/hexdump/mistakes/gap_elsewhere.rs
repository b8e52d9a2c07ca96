//! The gap is not in the middle
//!
//! Between the eighth octet and the ninth stand two spaces, and you have one there. The
//! width of a line is right: the other space is somewhere else, behind the digits or
//! behind another octet. Counted from 0, the ninth octet is number 8, and the gap is
//! before it.
//!
//! fails: one_full_line, more_than_half_a_line_at_the_end, many_lines_from_one_piece,
//!    one_line_in_two_pieces, a_full_line_from_each_piece,
//!    a_short_line_after_a_full_one, every_octet_has_two_digits,
//!    every_way_to_cut_the_octets

use std::fmt::Write;

/// The octets on a line.
pub const LINE: usize = 16;

/// A dump of one stream of octets, which may come in any pieces.
///
/// A line holds the offset of its first octet, the octets in hexadecimal, and the
/// same octets as ASCII, with a dot for each that is no printable character:
///
/// ```text
/// 00000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|
/// ```
#[derive(Clone, Debug, Default)]
pub struct Hexdump {
    /// The offset in the stream of the first octet of `line`.
    offset: usize,
    /// Octets which don't fill a line yet: always fewer than [`LINE`].
    line: Vec<u8>,
}

impl Hexdump {
    /// A dump that begins at offset 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the stream's next octets, and returns the lines that they complete,
    /// each with its line feed. Where one piece ends and the next begins makes no
    /// difference to the lines.
    pub fn push(&mut self, octets: &[u8]) -> String {
        let mut lines = String::new();
        for &octet in octets {
            self.line.push(octet);
            if self.line.len() == LINE {
                lines.push_str(&self.take_line());
            }
        }
        lines
    }

    /// Returns the last line, if the stream ended inside one.
    pub fn finish(mut self) -> String {
        if self.line.is_empty() {
            return String::new();
        }
        self.take_line()
    }

    fn take_line(&mut self) -> String {
        let line = format_line(self.offset, &self.line);
        self.offset += self.line.len();
        self.line.clear();
        line
    }
}

fn format_line(offset: usize, octets: &[u8]) -> String {
    let mut digits = String::new();
    let mut text = String::new();
    for (column, &octet) in octets.iter().enumerate() {
        // A gap in the middle, so that an eye can count to sixteen.
        let gap = if column == LINE / 2 + 1 { "  " } else { " " };
        // Writing to a String can't fail.
        let _ = write!(digits, "{gap}{octet:02x}");
        text.push(match octet {
            b' '..=b'~' => char::from(octet),
            // A control character would act on the terminal instead of being seen.
            _ => '.',
        });
    }
    // The width of a full line's digits: a short line's text stands in its column.
    let width = 3 * LINE + 1;
    format!("{offset:08x} {digits:width$}  |{text}|\n")
}

/// The dump of octets that are all there.
pub fn hexdump(octets: &[u8]) -> String {
    let mut dump = Hexdump::new();
    let mut lines = dump.push(octets);
    lines.push_str(&dump.finish());
    lines
}
