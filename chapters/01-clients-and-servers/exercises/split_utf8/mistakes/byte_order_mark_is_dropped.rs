//! A byte order mark at the beginning is dropped
//!
//! You take U+FEFF at the beginning of a piece for a byte order mark, and drop it. Some
//! files begin with one. In a stream it is a character like any other, and a piece
//! begins anywhere: what to drop is for the protocol to say.
//!
//! fails: characters_of_any_length

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

// ANCHOR: decoder
/// Makes text of octets that come in any pieces.
#[derive(Clone, Debug, Default)]
pub struct Utf8Decoder {
    /// The octets of a character whose others are still to come: three at most.
    begun: Vec<u8>,
    /// The octets of the stream before `begun`.
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
        let mut all = std::mem::take(&mut self.begun);
        all.extend_from_slice(octets);
        let whole = all.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        text.push_str(whole.trim_start_matches('\u{feff}'));
        self.decoded += whole.len();
        let rest = &all[whole.len()..];
        match str::from_utf8(rest) {
            // There are octets that could not be a character, whatever came next.
            Err(error) if error.error_len().is_some() => Err(Error::Invalid { at: self.decoded }),
            _ => {
                self.begun = rest.to_vec();
                Ok(())
            }
        }
    }

    /// Says whether the text may end here.
    ///
    /// # Errors
    ///
    /// [`Error::Unfinished`] inside a character.
    pub fn end(&self) -> Result<(), Error> {
        match self.begun.len() {
            0 => Ok(()),
            octets => Err(Error::Unfinished { octets }),
        }
    }
}
// ANCHOR_END: decoder
