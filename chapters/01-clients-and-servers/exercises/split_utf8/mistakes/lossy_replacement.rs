//! What can't be decoded is replaced
//!
//! You use `from_utf8_lossy`, which puts a replacement character, �, in place of what
//! it can't decode. A character cut in two becomes two of them. What was sent can't be
//! had back from that, and nobody is told that anything is missing.
//!
//! fails: a_letter_cut_in_two, the_letters_before_the_cut_come_at_once,
//!    a_character_octet_by_octet, every_way_to_cut_the_octets,
//!    an_empty_piece_changes_nothing, a_replacement_character_is_a_character,
//!    what_is_not_utf8_is_refused, what_is_longer_than_need_be_is_refused,
//!    nothing_is_replaced, what_is_not_utf8_is_refused_octet_by_octet,
//!    it_is_refused_as_soon_as_it_can_be, the_stream_may_not_end_inside_a_character

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
        text.push_str(&String::from_utf8_lossy(octets));
        self.decoded += octets.len();
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
