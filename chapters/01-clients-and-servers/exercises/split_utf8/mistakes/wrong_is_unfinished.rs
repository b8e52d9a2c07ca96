//! What is wrong is taken for unfinished
//!
//! You keep whatever `from_utf8` can't decode, and wait for more. Octets that are wrong
//! stay wrong, whatever comes: you wait for ever, and keep all that the peer sends.
//! `error_len` tells the two apart: `None` is unfinished, `Some` is wrong.
//!
//! fails: what_is_not_utf8_is_refused, what_is_longer_than_need_be_is_refused,
//!    what_is_not_utf8_is_refused_octet_by_octet, it_is_refused_as_soon_as_it_can_be

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
        self.begun.extend_from_slice(octets);
        let chunks = self.begun.utf8_chunks().next();
        let whole = chunks.map_or("", |chunk| chunk.valid());
        text.push_str(whole);
        let octets = whole.len();
        self.decoded += octets;
        self.begun.drain(..octets);
        Ok(())
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
