//! Keys for trying things out: the same in every run, so that everybody has them.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use russh::keys::ssh_key::certificate::{Builder, CertType};
use russh::keys::ssh_key::private::{Ed25519Keypair, KeypairData};
use russh::keys::ssh_key::{Cipher, HashAlg, Kdf, LineEnding, PrivateKey};

/// The passphrase of the key in `locked`.
pub const PASSPHRASE: &str = "open sesame";

/// Whose key it is, and the octet that it is made of.
const SEEDS: [(&str, u8); 5] = [
    ("host", 1),    // the server's
    ("changed", 2), // what the server has after it was set up anew, or who stands in between
    ("alice", 3),
    ("stranger", 4),
    ("authority", 5), // signs the server's certificate
];

/// The test key of `name`. *Dangerous*: its secret half is 32 times the same octet.
///
/// # Errors
///
/// When there is none of that name.
pub fn key(name: &str) -> anyhow::Result<PrivateKey> {
    let seed = SEEDS.iter().find(|(other, _)| *other == name);
    let (_, octet) = seed.with_context(|| format!("no test key of {name}"))?;
    let pair = KeypairData::Ed25519(Ed25519Keypair::from_seed(&[*octet; 32]));
    Ok(PrivateKey::new(pair, name)?)
}

/// The SHA-256 fingerprint of the test key of `name`, as people compare it.
///
/// # Errors
///
/// As [`key`].
pub fn fingerprint(name: &str) -> anyhow::Result<String> {
    Ok(key(name)?.fingerprint(HashAlg::Sha256).to_string())
}

/// What a client knows of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Its key
    Key,
    /// The key of the authority that signs its certificate
    Authority,
    /// That its key must not be trusted any more
    Revoked,
}

/// How a server at `host` and `port` is called in `known_hosts`.
pub fn host_pattern(host: &str, port: u16) -> String {
    match port {
        22 => host.to_owned(),
        port => format!("[{host}]:{port}"),
    }
}

/// Fills `folder` as a client's `~/.ssh`: Alice's key as `id_ed25519`, the same in
/// `locked` under [`PASSPHRASE`], a stranger's in `stranger`, and `known_hosts` with the
/// servers at `addresses`, each as `127.0.0.1:1060`; Alice's password in `password`, and the
/// passphrase in `passphrase`.
///
/// # Errors
///
/// When a file can't be written, or an address has no port.
pub fn write(folder: &Path, addresses: &[String], known: Known) -> anyhow::Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("create {}", folder.display()))?;
    let (marker, of) = match known {
        Known::Key => ("", "host"),
        Known::Authority => ("@cert-authority ", "authority"),
        Known::Revoked => ("@revoked ", "host"),
    };
    let host = key(of)?.public_key().to_openssh()?;
    let mut known = String::new();
    for address in addresses {
        let (name, port) = address
            .rsplit_once(':')
            .with_context(|| format!("no port in {address}"))?;
        let port = port.parse().with_context(|| format!("port in {address}"))?;
        known += &format!("{marker}{} {host}\n", host_pattern(name, port));
    }
    let alice = key("alice")?;
    let rounds = 1; // who guesses should have much to do, but this is no secret
    let salt = random::<16>()?.to_vec();
    let kdf = Kdf::Bcrypt { salt, rounds };
    let locked = alice.encrypt_with(Cipher::Aes256Ctr, kdf, 0, PASSPHRASE)?;
    let public = alice.public_key().to_openssh()?;
    for (file, text) in [
        ("known_hosts", known.as_str()),
        ("password", crate::server::PASSWORD),
        ("passphrase", PASSPHRASE),
        ("id_ed25519.pub", &public),
        ("id_ed25519", &alice.to_openssh(LineEnding::LF)?),
        ("locked", &locked.to_openssh(LineEnding::LF)?),
        ("stranger", &key("stranger")?.to_openssh(LineEnding::LF)?),
    ] {
        let path = folder.join(file);
        secret(&path, text).with_context(|| format!("write {}", path.display()))?;
    }
    Ok(())
}

/// OpenSSH takes no key that others may read.
fn secret(path: &Path, text: &str) -> io::Result<()> {
    fs::write(path, text)?;
    fs::set_permissions(path, Permissions::from_mode(0o600))
}

/// A certificate for the host key, good for `name` until tomorrow.
///
/// # Errors
///
/// When it can't be signed.
pub fn host_certificate(name: &str) -> anyhow::Result<russh::keys::Certificate> {
    const DAY: u64 = 24 * 60 * 60;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let host = key("host")?;
    let mut certificate = Builder::new(random::<16>()?, host.public_key(), now - DAY, now + DAY)?;
    certificate
        .cert_type(CertType::Host)?
        .key_id("a test server")?
        .valid_principal(name)?;
    Ok(certificate.sign(&key("authority")?)?)
}

fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut octets = [0; N];
    getrandom::fill(&mut octets).map_err(|error| anyhow::anyhow!("random octets: {error}"))?;
    Ok(octets)
}
