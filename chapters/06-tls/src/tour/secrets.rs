//! What only the two ends know, and how it opens a record (RFC 9846, sections 5.2,
//! 5.3, 7.1 and 7.3).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use ring::aead::{self, AES_128_GCM, AES_256_GCM, Aad, CHACHA20_POLY1305, LessSafeKey, Nonce};
use ring::hkdf::{HKDF_SHA256, HKDF_SHA384, KeyType, Prk};
use rustls::KeyLog;

use super::records::{ContentType, Record};
use super::tap::Direction;

/// The secrets of one connection, as rustls tells them to whoever asks. They are
/// what `SSLKEYLOGFILE` is written from: who has them can read everything.
#[derive(Debug, Default)]
pub struct Secrets(Mutex<HashMap<String, Vec<u8>>>);

impl KeyLog for Secrets {
    fn log(&self, label: &str, _client_random: &[u8], secret: &[u8]) {
        let mut secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        secrets.insert(label.to_owned(), secret.to_vec());
    }
}

/// Which part of the conversation a secret is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The rest of the handshake.
    Handshake,
    /// All that follows.
    Traffic,
}

impl Secrets {
    /// What opens the records that go in this direction at this stage. `None` if
    /// the suite is not one of TLS 1.3's, or the secret is not known.
    pub fn opener(&self, direction: Direction, stage: Stage, suite: u16) -> Option<Opener> {
        let label = match (direction, stage) {
            (Direction::Out, Stage::Handshake) => "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
            (Direction::In, Stage::Handshake) => "SERVER_HANDSHAKE_TRAFFIC_SECRET",
            (Direction::Out, Stage::Traffic) => "CLIENT_TRAFFIC_SECRET_0",
            (Direction::In, Stage::Traffic) => "SERVER_TRAFFIC_SECRET_0",
        };
        let secrets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Opener::new(secrets.get(label)?, suite)
    }
}

/// Opens the records of one direction, in their order.
pub struct Opener {
    key: LessSafeKey,
    iv: [u8; aead::NONCE_LEN],
    /// How many records it has opened. It never goes over the wire.
    sequence: u64,
}

impl Opener {
    // ANCHOR: keys
    fn new(secret: &[u8], suite: u16) -> Option<Self> {
        let (cipher, hash) = match suite {
            0x1301 => (&AES_128_GCM, HKDF_SHA256),
            0x1302 => (&AES_256_GCM, HKDF_SHA384),
            0x1303 => (&CHACHA20_POLY1305, HKDF_SHA256),
            _ => return None,
        };
        let secret = Prk::new_less_safe(hash, secret);
        let mut key = vec![0; cipher.key_len()];
        let mut iv = [0; aead::NONCE_LEN];
        expand_label(&secret, "key", &mut key)?;
        expand_label(&secret, "iv", &mut iv)?;
        let key = LessSafeKey::new(aead::UnboundKey::new(cipher, &key).ok()?);
        Some(Self {
            key,
            iv,
            sequence: 0,
        })
    }
    // ANCHOR_END: keys

    // ANCHOR: open
    /// What is in the record: its real type, and what it carries. `None` if it was
    /// not made with this key, or not as this one in the row, or was changed.
    pub fn open(&mut self, record: &Record) -> Option<(ContentType, Vec<u8>)> {
        let mut nonce = self.iv;
        for (octet, sequence) in nonce[4..].iter_mut().zip(self.sequence.to_be_bytes()) {
            *octet ^= sequence;
        }
        let nonce = Nonce::assume_unique_for_key(nonce);
        let mut payload = record.payload.to_vec();
        let opened = self
            .key
            .open_in_place(nonce, Aad::from(record.header), &mut payload);
        let mut inner = opened.ok()?.to_vec();
        self.sequence += 1;
        // Zeros may follow, to hide how long it is; before them stands the type.
        while let Some(last) = inner.pop() {
            if last != 0 {
                return Some((ContentType::of(last)?, inner));
            }
        }
        None
    }
    // ANCHOR_END: open
}

/// HKDF-Expand-Label without a context (RFC 9846, section 7.1).
fn expand_label(secret: &Prk, label: &str, output: &mut [u8]) -> Option<()> {
    let label = format!("tls13 {label}");
    let length = u16::try_from(output.len()).ok()?.to_be_bytes();
    let label_length = [u8::try_from(label.len()).ok()?];
    let info = [&length[..], &label_length, label.as_bytes(), &[0]];
    secret
        .expand(&info, Octets(output.len()))
        .ok()?
        .fill(output)
        .ok()
}

/// So many octets.
struct Octets(usize);

impl KeyType for Octets {
    fn len(&self) -> usize {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn octets(hex: &str) -> Vec<u8> {
        let hex: String = hex.split_whitespace().collect();
        (0..hex.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
            .collect()
    }

    /// RFC 8448, section 3: the server's write key and iv for the handshake.
    #[test]
    fn keys_are_those_of_the_rfc_s_trace() {
        let secret = octets(
            "b6 7b 7d 69 0c c1 6c 4e 75 e5 42 13 cb 2d 37 b4 e9 c9 12 bc de d9 10 5d 42 be fd 59 d3 91 ad 38",
        );
        let secret = Prk::new_less_safe(HKDF_SHA256, &secret);
        let (mut key, mut iv) = ([0; 16], [0; 12]);
        expand_label(&secret, "key", &mut key).unwrap();
        expand_label(&secret, "iv", &mut iv).unwrap();
        assert_eq!(
            key[..],
            octets("3f ce 51 60 09 c2 17 27 d0 f2 e4 e8 6e e4 03 bc")
        );
        assert_eq!(iv[..], octets("5d 31 3e b2 67 12 76 ee 13 00 0b 30"));
    }
}
