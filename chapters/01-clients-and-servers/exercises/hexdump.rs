//! A hexdump
//!
//! Difficulty: warm-up
//! Page: 01-clients-and-servers/by-hand.md
//! Check: just check 1.1
//!
//! A hexdump shows people what was on the wire: where an octet stands, its
//! hexadecimal digits, and the text that the octets would be. Write one. It is what
//! `search-bytes` shows its octets with. Two lines of it, for 18 octets:
//!
//! ```text
//! 00000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|
//! 00000010  0d 0a                                             |..|
//! ```
//!
//! - A line shows 16 octets. It begins with the offset of the first of them, in 8
//!   hexadecimal digits, and two spaces. The stream's first octet has the offset 0.
//! - Then the octets, two hexadecimal digits each. Between two octets stands one
//!   space; between the eighth and the ninth there are two.
//! - Digits that are letters are in lower case, in the offset too.
//! - Two spaces, a bar, the octets as text, a bar, a line feed.
//! - In the text an octet from 20 to 7e stands for its ASCII character. Every other is
//!   a dot: a control character would act on your terminal instead of being seen.
//! - The last line may be short. Its text begins in the same column as that of a full
//!   line, and its second bar follows the text.
//!
//! The octets come in pieces, as they do from `recv`:
//!
//! - `push` takes the next piece and returns the lines that are full now, none or
//!   many. What doesn't fill a line waits for the next piece, so that the lines are
//!   the same however the octets were cut.
//! - `finish` returns the short last line, or an empty `String` if there is none.
//!
//! `hexdump`, for octets that are all there, is given, and uses both.

/// A dump of one stream of octets, which may come in any pieces.
#[derive(Clone, Debug, Default)]
pub struct Hexdump {
    // Add what you need to remember between two pieces.
}

impl Hexdump {
    /// A dump that begins at offset 0.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the stream's next octets, and returns the lines that they complete,
    /// each with its line feed.
    pub fn push(&mut self, octets: &[u8]) -> String {
        todo!()
    }

    /// Returns the last line, if the stream ended inside one.
    pub fn finish(self) -> String {
        todo!()
    }
}

/// The dump of octets that are all there.
pub fn hexdump(octets: &[u8]) -> String {
    let mut dump = Hexdump::new();
    let mut lines = dump.push(octets);
    lines.push_str(&dump.finish());
    lines
}
