//! A tag that is checked in constant time
//!
//! Difficulty: warm-up
//! Page: 06-tls/who-is-there.md
//! Check: just check 6.1
//!
//! Two programs share a key. Behind each message goes its tag, HMAC-SHA-256 of the
//! message under that key (RFC 2104, section 2): 32 octets that nobody can make who
//! doesn't have the key. How the tag is computed is given. Write the rest: how a key is
//! read, and how a tag is checked.
//!
//! `Key::from_hex` reads the key from a file or an environment variable:
//!
//! - A key is 32 octets (RFC 2104, section 3 advises against fewer), written as 64
//!   hexadecimal digits, large or small. White space around them doesn't count: a file
//!   ends with a line end.
//! - Anything else is `Error::NotAKey`: fewer digits or more, a sign, a space or a colon
//!   in between, `0x`, any text at all.
//!
//! `Key::verify` returns `Ok(())` if `tag` is the tag of `message`. Everything else is
//! `Error::WrongTag`, also a tag that is too short or too long: RFC 2104, section 5
//! allows a protocol to cut its tags, and this one doesn't.
//!
//! `same` compares, and `verify` uses it. An attacker sends guesses and measures how long
//! you take. If you stop at the first octet that differs, one octet after the other can
//! be found in at most 256 guesses each, without the key. So:
//!
//! - Two that differ in length are not the same. How long a tag is, is no secret.
//! - Else it looks at all octets and does the same work, wherever they differ.
//! - It never asks of an octet of the two whether it is the same: `==` gives a `bool`, on
//!   which a branch can hang. Differences are computed, with `^`, and gathered. There is
//!   one `==`, at the end, for all of them.
//!
//! The checks don't measure time. They hand in octets that count what is done with them,
//! which is why `same` and `verify` take any `Octet`; a program has `u8`.
//!
//! ```text
//! key      4a 65 66 65  ("Jefe": RFC 4231, section 4.3; a key of your own is longer)
//! message  "what do ya want for nothing?"
//! tag      5b dc c1 46 bf 60 75 4e 6a 04 24 26 08 95 75 c7
//!          5a 00 3f 08 9d 27 39 83 9d ec 58 b9 64 ec 38 43
//! ```

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

    /// The key that 64 hexadecimal digits stand for.
    pub fn from_hex(text: &str) -> Result<Self, Error> {
        todo!()
    }

    /// The tag of `message` under this key: HMAC-SHA-256 (RFC 2104, section 2).
    pub fn tag(&self, message: &[u8]) -> [u8; TAG] {
        let mut tag = [0; TAG];
        tag.copy_from_slice(hmac::sign(&self.0, message).as_ref());
        tag
    }

    /// Believes `message` if `tag` is its tag, the whole of it.
    pub fn verify<O: Octet>(&self, message: &[u8], tag: &[O]) -> Result<(), Error> {
        todo!()
    }
}

/// Whether the two are the same. Takes the same time wherever they differ.
pub fn same<O: Octet>(left: &[O], right: &[O]) -> bool {
    todo!()
}
