//! Message authentication: what only the holder of a key can have written.

use ring::hmac;

/// A secret key that makes and verifies MACs: HMAC-SHA-256 (RFC 2104), which is ring's.
pub trait Key {
    /// The MAC of `message`.
    fn sign(&self, message: &[u8]) -> [u8; 32];

    /// Whether `mac` is that of `message`. It takes as long for a wrong one whose first
    /// 31 octets are right as for any other.
    fn verify(&self, message: &[u8], mac: &[u8]) -> bool;
}

/// A key of these octets. They are secret and random, 32 of them.
pub fn key(secret: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, secret)
}

impl Key for hmac::Key {
    fn sign(&self, message: &[u8]) -> [u8; 32] {
        let mut mac = [0; 32];
        mac.copy_from_slice(hmac::sign(self, message).as_ref());
        mac
    }

    fn verify(&self, message: &[u8], mac: &[u8]) -> bool {
        hmac::verify(self, message, mac).is_ok()
    }
}

/// Octets as hexadecimal digits, two an octet, in lower case.
pub fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// The octets that [`hex`] would write as `text`, if it can write it at all: capitals
/// are none of its digits, so that nothing has two spellings.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let octets = pairs
        .iter()
        .map(|&[high, low]| Some(value(high)? << 4 | value(low)?));
    rest.is_empty().then(|| octets.collect())?
}
