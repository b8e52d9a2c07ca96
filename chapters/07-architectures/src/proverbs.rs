//! The service of this chapter: the beginning of a proverb is a question, and its
//! end the answer.

use bytes::{Bytes, BytesMut};
use framing::Decode;
use framing::delimiter::{Delimited, Error};

/// What a question ends with.
pub const QUESTION_MARK: u8 = b'?';
/// What an answer ends with. No answer holds another.
pub const FULL_STOP: u8 = b'.';

// ANCHOR: answer
const PROVERBS: [(&str, &str); 8] = [
    ("A watched pot never?", "Boils."),
    ("First come?", "First served."),
    ("Haste makes?", "Waste."),
    ("Many hands make?", "Light work."),
    ("Silence is?", "Golden."),
    ("Slow and steady wins?", "The race."),
    ("Still waters run?", "Deep."),
    ("Too many cooks spoil?", "The broth."),
];

/// What is said to a question that begins no proverb.
pub const UNKNOWN: &str = "Nobody knows.";

/// The answer to `question`, which has lost its question mark.
pub fn answer(question: &[u8]) -> &'static [u8] {
    known(question).unwrap_or(UNKNOWN).as_bytes()
}

/// The same, or `None` where the question begins no proverb.
pub fn known(question: &[u8]) -> Option<&'static str> {
    let asked =
        |(begins, _): &&(&str, &str)| begins.as_bytes().strip_suffix(b"?") == Some(question);
    PROVERBS.iter().find(asked).map(|(_, ends)| *ends)
}
// ANCHOR_END: answer

/// The octets that a question may have: far more than any needs, and few enough for
/// thousands of clients.
pub const MAX_QUESTION: usize = 1024;

// ANCHOR: questions
/// Takes questions out of the octets that have come so far, without their
/// question marks. White space around a question is not part of it, so that a
/// person can type one to a line.
#[derive(Clone, Debug)]
pub struct Questions(Delimited);

impl Questions {
    /// A decoder for questions of up to `limit` octets.
    pub fn new(limit: usize) -> Questions {
        Questions(Delimited::new(QUESTION_MARK, limit))
    }
}

impl Decode for Questions {
    type Message = Bytes;
    type Error = Error;

    fn decode(&mut self, input: &mut BytesMut) -> Result<Option<Bytes>, Error> {
        let question = self.0.decode(input)?;
        Ok(question.map(|question| question.slice_ref(question.trim_ascii())))
    }

    fn end(&self, rest: &[u8]) -> Result<(), Error> {
        self.0.end(rest.trim_ascii())
    }
}
// ANCHOR_END: questions

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use testkit::every_split;

    fn all(pieces: &[&[u8]]) -> Result<Vec<Bytes>, Error> {
        let (mut decoder, mut input, mut found) = (Questions::new(32), BytesMut::new(), Vec::new());
        for piece in pieces {
            input.extend_from_slice(piece);
            while let Some(question) = decoder.decode(&mut input)? {
                found.push(question);
            }
        }
        decoder.end(&input)?;
        Ok(found)
    }

    #[test]
    fn every_proverb_is_a_question_and_an_answer() {
        for (question, text) in PROVERBS {
            assert_eq!(question.find('?'), Some(question.len() - 1));
            assert_eq!(text.find('.'), Some(text.len() - 1));
            let question = question.trim_end_matches('?').as_bytes();
            assert_eq!(answer(question), text.as_bytes());
        }
        assert_eq!(answer(b""), UNKNOWN.as_bytes());
        assert_eq!(answer(b"Haste makes?"), UNKNOWN.as_bytes());
    }

    #[test]
    fn questions_are_found_wherever_they_are_cut() {
        for split in every_split(b"Haste makes?Silence is?\r\n First come? \n") {
            let found = all(&split).unwrap();
            assert_eq!(
                found,
                ["Haste makes", "Silence is", "First come"],
                "{split}"
            );
        }
    }

    #[test]
    fn half_a_question_is_no_end() {
        assert_eq!(all(&[b"? Has "]), Err(Error::Unfinished { octets: 3 }));
    }

    proptest! {
        #[test]
        fn no_octets_do_it_harm(octets: Vec<u8>) {
            if let Ok(found) = all(&[&octets]) {
                let marks = octets.iter().filter(|&&octet| octet == b'?').count();
                prop_assert_eq!(found.len(), marks);
            }
        }
    }
}
