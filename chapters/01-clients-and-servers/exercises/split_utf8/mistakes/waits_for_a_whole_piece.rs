//! A piece waits until all of it can be decoded
//!
//! You append each piece to what waits, and decode when all of it is good text. A piece
//! that ends inside a character holds back all the characters before its end. When
//! several pieces do, the text waits for one that doesn't.
//!
//! fails: the_letters_before_the_cut_come_at_once, the_end_says_how_much_had_come,
//!    only_an_unfinished_character_is_kept

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
        match str::from_utf8(&self.begun) {
            Ok(whole) => {
                text.push_str(whole);
                self.decoded += whole.len();
                self.begun.clear();
                Ok(())
            }
            Err(error) if error.error_len().is_some() => {
                let good = error.valid_up_to();
                text.push_str(&String::from_utf8_lossy(&self.begun[..good]));
                Err(Error::Invalid {
                    at: self.decoded + good,
                })
            }
            Err(_) => Ok(()),
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
