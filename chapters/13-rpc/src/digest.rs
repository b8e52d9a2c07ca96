//! The digests with which Python's connections prove that they know a key.

use ring::hmac;

/// A digest, made with a key (HMAC, RFC 2104).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// What Python before 3.12 knows, and later ones understand.
    Md5,
    /// What Python 3.12 and later ask for.
    Sha256,
    /// Another one that they know.
    Sha384,
}

impl Digest {
    /// All of them. Python 3.12 knows `sha3_256` and `sha3_384` too, and asks for none of them
    /// unless it is told to.
    pub const ALL: [Digest; 3] = [Digest::Md5, Digest::Sha256, Digest::Sha384];

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Digest::Md5 => "md5",
            Digest::Sha256 => "sha256",
            Digest::Sha384 => "sha384",
        }
    }

    /// The digest of `message` under `key`.
    pub fn sign(self, key: &[u8], message: &[u8]) -> Vec<u8> {
        let algorithm = match self {
            Digest::Md5 => return hmac_md5(key, message).to_vec(),
            Digest::Sha256 => hmac::HMAC_SHA256,
            Digest::Sha384 => hmac::HMAC_SHA384,
        };
        let key = hmac::Key::new(algorithm, key);
        hmac::sign(&key, message).as_ref().to_vec()
    }

    /// Whether `digest` is that of `message`. A wrong one takes as long, wherever it is wrong.
    pub fn verify(self, key: &[u8], message: &[u8], digest: &[u8]) -> bool {
        let right = self.sign(key, message);
        // ring compares nothing but its own: so it compares digests of the digests.
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        hmac::verify(&key, &right, hmac::sign(&key, digest).as_ref()).is_ok()
    }
}

/// HMAC with MD5, which ring has no more: MD5 alone proves nothing today, but no way is known
/// to forge what it makes with a key (RFC 6151, section 2.3).
fn hmac_md5(key: &[u8], message: &[u8]) -> [u8; 16] {
    const BLOCK: usize = 64;
    let mut block = [0; BLOCK];
    match key.len() {
        0..=BLOCK => block[..key.len()].copy_from_slice(key),
        _ => block[..16].copy_from_slice(&md5::compute(key).0),
    }
    let inner = md5::compute([&block.map(|octet| octet ^ 0x36), message].concat());
    md5::compute([&block.map(|octet| octet ^ 0x5C)[..], &inner.0].concat()).0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(octets: &[u8]) -> String {
        octets.iter().map(|octet| format!("{octet:02x}")).collect()
    }

    /// RFC 2202, section 2: test cases 1, 2 and 6, whose key is longer than a block.
    #[test]
    fn md5_is_as_in_its_rfc() {
        let sign = |key: &[u8], message: &str| hex(&Digest::Md5.sign(key, message.as_bytes()));
        assert_eq!(
            sign(&[0x0B; 16], "Hi There"),
            "9294727a3638bb1c13f48ef8158bfc9d"
        );
        assert_eq!(
            sign(b"Jefe", "what do ya want for nothing?"),
            "750c783e6ab0b503eaa86e310a5db738"
        );
        let long = "Test Using Larger Than Block-Size Key - Hash Key First";
        assert_eq!(sign(&[0xAA; 80], long), "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd");
    }

    /// RFC 4231, section 4.3.
    #[test]
    fn the_others_are_as_in_theirs() {
        let sign = |digest: Digest| hex(&digest.sign(b"Jefe", b"what do ya want for nothing?"));
        assert_eq!(
            sign(Digest::Sha256),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            sign(Digest::Sha384),
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e\
             8e2240ca5e69e2c78b3239ecfab21649"
        );
    }

    #[test]
    fn only_the_whole_digest_is_right() {
        for digest in Digest::ALL {
            let right = digest.sign(b"key", b"message");
            assert!(digest.verify(b"key", b"message", &right));
            assert!(!digest.verify(b"other", b"message", &right));
            assert!(!digest.verify(b"key", b"massage", &right));
            assert!(!digest.verify(b"key", b"message", &right[1..]));
            assert!(!digest.verify(b"key", b"message", b""));
        }
    }
}
