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
