//! A character is taken to have two octets at most
//!
//! You keep the last octet of a piece when a character isn't finished, as if one octet
//! were all that could be missing its others. That is right for Western letters. The
//! euro sign has three octets, and 🌍 has four.
//!
//! fails: a_character_octet_by_octet, every_way_to_cut_the_octets,
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
        let mut all = std::mem::take(&mut self.begun);
        all.extend_from_slice(octets);
        if let Some(&last) = all.last()
            && last >= 0xc0
            && all.len() == 1 + str::from_utf8(&all).map_or_else(|e| e.valid_up_to(), str::len)
            && last < 0xf5
            && !matches!(last, 0xc0 | 0xc1)
        {
            self.begun.push(last);
            all.pop();
        }
        let whole = all.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        text.push_str(whole);
        self.decoded += whole.len();
        match str::from_utf8(&all[whole.len()..]) {
            Err(_) => Err(Error::Invalid { at: self.decoded }),
            Ok(_) => Ok(()),
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
