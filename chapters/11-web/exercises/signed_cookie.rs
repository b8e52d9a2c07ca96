//! A cookie that nobody can forge
//!
//! Difficulty: core
//! Page: 11-web/sessions.md
//! Check: just check 11.3
//!
//! A cookie comes back from the browser, and whoever sits there can write what they like
//! into it. Write the two functions of a server that lets a browser keep a value for it,
//! and believes only what it has signed itself. The key makes and verifies MACs with
//! HMAC-SHA-256; you find it, and `hex` and `unhex`, in `web::mac`:
//!
//! ```text
//! key.sign(message)          the MAC, 32 octets
//! key.verify(message, mac)   whether this is the MAC, in constant time
//! hex(octets)                their digits, in small letters
//! unhex(text)                the octets, or None for what hex would not write
//! ```
//!
//! `sign` returns what the cookie `name` has to be. It is `VALUE.EXPIRES.MAC`:
//!
//! - EXPIRES is a number in decimal digits: seconds since 1970.
//! - MAC is that of `NAME=VALUE.EXPIRES`, written by `hex`.
//!   The name is yours, a token: no `=` is in it, so that all can see where it ends.
//! - VALUE is the value as it is. A cookie can carry what is visible in ASCII, but for `"`,
//!   `,`, `;` and `\` (RFC 6265 (obsolete), section 4.1.1). A value with anything else is
//!   `Error::Value`.
//!   It may be empty, and it may hold dots.
//!
//! `open` returns the value in a cookie that came under this name:
//!
//! - What `sign` has not written, with this key and for this name, is `Error::Forged`, whatever
//!   is wrong with it. A cookie is text from a stranger: it may be anything.
//! - What `sign` has written is `Error::Expired` from the second `expires` on.
//! - Nothing of a cookie is believed before its MAC is verified, its expiry neither.
//! - It asks the key whether the MAC is right, and never for the right one: comparing them
//!   with `==` takes longer the more of a guess is right.
//!
//! With the key `0123456789abcdef0123456789abcdef`:
//!
//! ```text
//! sign session, alice, 1700000600
//! MAC of session=alice.1700000600
//! alice.1700000600.df9fb2a048a216c371beae5f1ca625b9086749b93d36812325d738649d196007
//! ```

use web::mac::{Key, hex, unhex};

/// Why there is no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A value that no cookie can carry (RFC 6265 (obsolete), section 4.1.1).
    #[error("a value with a character that no cookie can carry")]
    Value,
    /// Nothing that was signed with this key, for a cookie of this name.
    #[error("the cookie is not one of ours")]
    Forged,
    /// It was one of ours, and is over.
    #[error("the cookie has expired")]
    Expired,
}

/// What the cookie `name` has to be for `open` to return `value`, until `expires`, in
/// seconds since 1970.
pub fn sign(key: &impl Key, name: &str, value: &str, expires: u64) -> Result<String, Error> {
    todo!()
}

/// The value in `cookie`, which came under this `name`, at `now` in seconds since 1970.
pub fn open<'a>(key: &impl Key, name: &str, cookie: &'a str, now: u64) -> Result<&'a str, Error> {
    todo!()
}
