//! What waited is kept after it was used
//!
//! You put the octets that waited in front of the next piece, and leave them waiting.
//! They come once more before the piece after it. Take them out when you use them, with
//! `std::mem::take`.
//!
//! fails: every_way_to_cut_the_octets, the_stream_may_end_after_a_character

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
        let mut all = self.begun.clone();
        all.extend_from_slice(octets);
        let whole = all.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        text.push_str(whole);
        self.decoded += whole.len();
        let rest = &all[whole.len()..];
        match str::from_utf8(rest) {
            Ok(_) => Ok(()),
            Err(error) if error.error_len().is_some() => Err(Error::Invalid { at: self.decoded }),
            Err(_) => {
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
