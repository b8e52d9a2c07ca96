//! Characters may be longer than need be
//!
//! You put the bits together by hand, and take a character in more octets than it
//! needs. `c0 af` is then a slash, which a filter for slashes doesn't see: attacks have
//! come in that way. UTF-8 has one form for each character, the shortest (RFC 3629,
//! sections 3 and 10).
//!
//! fails: what_is_longer_than_need_be_is_refused,
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
