//! A character is judged when it is whole
//!
//! You wait until a character has all the octets that its first one announces, and look
//! at them then; or you see at once that an octet is not from 80 to bf, and nothing else.
//! After some first octets, fewer can be the second: 90 can't follow f4. When it is wrong
//! already, the others need never come, and the peer may be waiting for you now.
//! `from_utf8` knows as soon as one can, and says so by `error_len`.
//!
//! fails: it_is_refused_as_soon_as_it_can_be

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
        let mut all = std::mem::take(&mut self.begun);
        all.extend_from_slice(octets);
        let mut rest = &all[..];
        while let Some(&first) = rest.first() {
            let wrong = Err(Error::Invalid { at: self.decoded });
            let (length, bits) = match first {
                0x00..=0x7f => (1, first),
                0xc0..=0xdf => (2, first & 0x1f),
                0xe0..=0xef => (3, first & 0x0f),
                0xf0..=0xf7 => (4, first & 0x07),
                _ => return wrong,
            };
            let come = &rest[1..rest.len().min(length)];
            if come.iter().any(|octet| octet & 0xc0 != 0x80) {
                return wrong;
            }
            if rest.len() < length {
                break;
            }
            let number = come
                .iter()
                .fold(u32::from(bits), |number, octet| number << 6 | u32::from(octet & 0x3f));
            let Some(char) = char::from_u32(number) else {
                return wrong;
            };
            if char.len_utf8() != length {
                return wrong;
            }
            text.push(char);
            self.decoded += length;
            rest = &rest[length..];
        }
        self.begun = rest.to_vec();
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
