//! What must be random, and what nobody else may read.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;

use crate::verify_mac::Key;

/// 32 octets that nobody could guess: enough for a key, and for a nonce.
///
/// # Errors
///
/// When the system has no random numbers.
pub fn random() -> io::Result<[u8; 32]> {
    let mut octets = [0; 32];
    getrandom::fill(&mut octets).map_err(io::Error::other)?;
    Ok(octets)
}

/// Writes a secret to a new file that only its owner may read.
///
/// # Errors
///
/// When the file can't be made; also when there is one already, which may be
/// somebody's only key.
// ANCHOR: write
pub fn write(file: &Path, secret: &str) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    // From its first moment on: a file made readable and then closed was open.
    options.write(true).create_new(true).mode(0o600);
    let written = options
        .open(file)
        .and_then(|mut file| file.write_all(secret.as_bytes()));
    written.with_context(|| format!("write {}", file.display()))
}
// ANCHOR_END: write

/// Reads a key, as 64 hexadecimal digits.
///
/// # Errors
///
/// When the file can't be read, or holds something else.
pub fn read_key(file: &Path) -> anyhow::Result<Key> {
    let read = || anyhow::Ok(Key::from_hex(&std::fs::read_to_string(file)?)?);
    read().with_context(|| format!("read {}", file.display()))
}
