//! The two fields of a line of `known_hosts` that are no plain text: a host's name that
//! is hashed, and a key.

use base64::prelude::{BASE64_STANDARD, Engine};
use ring::hmac;

/// Whether `field` is `|1|SALT|HASH`, and hides this name: HASH is the HMAC-SHA1 of the
/// name, with SALT as its key, both in base64.
pub fn is_hash_of(field: &str, name: &str) -> bool {
    let decoded = || {
        let (salt, hash) = field.strip_prefix("|1|")?.split_once('|')?;
        let salt = BASE64_STANDARD.decode(salt).ok()?;
        Some((salt, BASE64_STANDARD.decode(hash).ok()?))
    };
    decoded().is_some_and(|(salt, hash)| {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &salt);
        hmac::verify(&key, name.as_bytes(), &hash).is_ok()
    })
}

/// The public key that is written as `base64`, if it is one of this algorithm: the octets
/// say so themselves, in front (RFC 4253, section 6.6).
pub fn public_key(algorithm: &str, base64: &str) -> Option<Vec<u8>> {
    let key = BASE64_STANDARD.decode(base64).ok()?;
    let (length, rest) = key.split_first_chunk()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    (rest.get(..length)? == algorithm.as_bytes()).then_some(key)
}
