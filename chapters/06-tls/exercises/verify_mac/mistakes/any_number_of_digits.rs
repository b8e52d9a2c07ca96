//! Any number of digits is a key
//!
//! You read the digits and don't count them. A variable that nobody has set gives a key of
//! no octets, which everybody has; HMAC takes it without a word. RFC 2104, section 3
//! advises against keys shorter than a tag.
//!
//! fails: no_digits_are_no_key, other_numbers_of_digits_are_no_key

use std::hint::black_box;
use std::ops::{BitOr, BitXor};

use ring::hmac;

/// The octets of a key, and of a tag: those that SHA-256 gives.
pub const TAG: usize = 32;

/// Why a key can't be used, or a message not be believed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A key is written as 64 hexadecimal digits, two for each octet.
    #[error("a key has 64 hexadecimal digits")]
    NotAKey,
    /// The tag was not made from this message with this key.
    #[error("the tag is wrong")]
    WrongTag,
}

/// An octet of a tag, and all that [`same`] can do with it: `^` has a 1 where two
/// octets differ, `|` where either has one, and [`Default`] is 0.
pub trait Octet:
    Copy + Default + PartialEq + From<u8> + BitXor<Output = Self> + BitOr<Output = Self>
{
}

impl Octet for u8 {}

/// A key that both ends of a connection know.
#[derive(Clone, Debug)]
pub struct Key(hmac::Key);

impl Key {
    /// The key of these octets.
    pub fn new(octets: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, octets))
    }

    /// The key that 64 hexadecimal digits stand for: 32 octets. White space
    /// around them, such as the end of a file's line, doesn't count.
    pub fn from_hex(text: &str) -> Result<Self, Error> {
        let digits = text.trim().as_bytes();
        let (pairs, []) = digits.as_chunks::<2>() else {
            return Err(Error::NotAKey);
        };
        let octets = pairs
            .iter()
            .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
            .collect::<Option<Vec<u8>>>()
            .ok_or(Error::NotAKey)?;
        Ok(Self::new(&octets))
    }

    /// The tag of `message` under this key: HMAC-SHA-256 (RFC 2104, section 2).
    pub fn tag(&self, message: &[u8]) -> [u8; TAG] {
        let mut tag = [0; TAG];
        tag.copy_from_slice(hmac::sign(&self.0, message).as_ref());
        tag
    }

    /// Believes `message` if `tag` is its tag, the whole of it.
    pub fn verify<O: Octet>(&self, message: &[u8], tag: &[O]) -> Result<(), Error> {
        match same(&self.tag(message).map(O::from), tag) {
            true => Ok(()),
            false => Err(Error::WrongTag),
        }
    }
}

fn digit(letter: u8) -> Option<u8> {
    let value = char::from(letter).to_digit(16)?;
    u8::try_from(value).ok()
}

/// Whether the two are the same. Takes the same time wherever they differ, so that
/// nobody learns from it how much of a guess was right.
pub fn same<O: Octet>(left: &[O], right: &[O]) -> bool {
    // How long a tag is, everybody knows.
    if left.len() != right.len() {
        return false;
    }
    let differences = left
        .iter()
        .zip(right)
        .fold(O::default(), |all, (left, right)| all | (*left ^ *right));
    // Or the compiler might see that one difference is enough.
    black_box(differences) == O::default()
}
