//! Only after four octets it is wrong
//!
//! You append octet by octet and decode when that makes a character, and give up when
//! four octets don't. Whatever is wrong stays unnoticed until four octets have come,
//! and at the end of a stream they never come. `from_utf8` knows as soon as one can:
//! `error_len` is `Some` then.
//!
//! fails: what_is_not_utf8_is_refused, what_is_not_utf8_is_refused_octet_by_octet,
//!    it_is_refused_as_soon_as_it_can_be

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
        for &octet in octets {
            self.begun.push(octet);
            match str::from_utf8(&self.begun) {
                Ok(char) => {
                    text.push_str(char);
                    self.decoded += char.len();
                    self.begun.clear();
                }
                Err(_) if self.begun.len() >= 4 => {
                    return Err(Error::Invalid { at: self.decoded });
                }
                Err(_) => {}
            }
        }
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
