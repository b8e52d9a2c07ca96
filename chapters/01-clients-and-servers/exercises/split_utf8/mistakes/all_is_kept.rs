//! All octets are kept
//!
//! You keep the whole stream, decode it from its beginning each time, and append what
//! is new. The text is right. But the peer decides how much memory that takes, and each
//! piece costs as much time as all before it together.
//!
//! fails: only_an_unfinished_character_is_kept

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
    /// The octets of the stream.
    begun: Vec<u8>,
    /// How many of them are text already.
    decoded: usize,
}

impl Utf8Decoder {
    /// A decoder at the beginning of a stream.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next octets, and appends to `text` the characters that they complete.
    /// Where one piece ends and the next begins makes no difference to the text.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] as soon as no further octets could make a character. All
    /// characters before those octets are in `text`. Nothing after them can be
    /// trusted; give up the stream.
    pub fn decode(&mut self, octets: &[u8], text: &mut String) -> Result<(), Error> {
        self.begun.extend_from_slice(octets);
        let chunk = self.begun.utf8_chunks().next();
        let whole = chunk.map_or("", |chunk| chunk.valid());
        text.push_str(&whole[self.decoded..]);
        self.decoded = whole.len();
        match str::from_utf8(&self.begun[self.decoded..]) {
            Err(error) if error.error_len().is_some() => Err(Error::Invalid { at: self.decoded }),
            _ => Ok(()),
        }
    }

    /// Says whether the text may end here.
    ///
    /// # Errors
    ///
    /// [`Error::Unfinished`] inside a character.
    pub fn end(&self) -> Result<(), Error> {
        match self.begun.len() - self.decoded {
            0 => Ok(()),
            octets => Err(Error::Unfinished { octets }),
        }
    }
}
