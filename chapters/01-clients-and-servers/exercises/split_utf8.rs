//! Text that arrives in pieces
//!
//! Difficulty: core
//! Page: 01-clients-and-servers/text.md
//! Check: just check 1.3
//!
//! UTF-8 writes a character as one to four octets (RFC 3629), and a read may end
//! between any two of them. Write the decoder that makes the same text of the octets,
//! however they were cut.
//!
//! `decode` takes the next piece and appends to `text` all characters that are whole
//! now:
//!
//! - A character that the piece leaves unfinished waits for the octets of the next
//!   pieces. Between two calls you keep its octets, three at most, and no others.
//! - Octets that are not UTF-8 are `Error::Invalid`, as soon as no further octet
//!   could make a character of them. `at` is the offset in the whole stream where the
//!   first of them stands. All characters before it are in `text`.
//! - Nothing is replaced by anything. After an error nobody calls again.
//!
//! `end` is called when the stream has ended. If it did so inside a character, that is
//! `Error::Unfinished`, with the number of octets that came of it.
//!
//! The í of Reykjavík has the octets `c3 ad`. With the pieces `61 76 c3` and `ad 6b`:
//!
//! ```text
//! decode 61 76 c3   Ok       text  "av"
//! decode ad 6b      Ok       text  "avík"
//! end               Ok
//! ```
//!
//! With the pieces `61 76 c3` and `28 6b`:
//!
//! ```text
//! decode 61 76 c3   Ok       text  "av"
//! decode 28 6b      Invalid  text  "av"     at is 2: c3 and 28 make no character
//! ```

/// Why octets are not the text that they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Octets that are not UTF-8.
    #[error("not UTF-8 at octet {at}")]
    Invalid {
        /// The offset in the stream of the first of them.
        at: usize,
    },
    /// The stream ended inside a character.
    #[error("the text ended {octets} octets into a character")]
    Unfinished {
        /// The octets that came of it.
        octets: usize,
    },
}

/// Makes text of octets that come in any pieces.
#[derive(Clone, Debug, Default)]
pub struct Utf8Decoder {
    // Add what you need to remember between two pieces.
}

impl Utf8Decoder {
    /// A decoder at the beginning of a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next octets, and appends to `text` the characters that they complete.
    pub fn decode(&mut self, octets: &[u8], text: &mut String) -> Result<(), Error> {
        todo!()
    }

    /// Says whether the text may end here.
    pub fn end(&self) -> Result<(), Error> {
        todo!()
    }
}
