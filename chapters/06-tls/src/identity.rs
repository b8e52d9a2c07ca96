//! A certificate chain and the key that belongs to it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use pem::{EncodeConfig, LineEnding, Pem};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// What one end shows to prove who it is.
#[derive(Debug)]
pub struct Identity {
    /// Its own certificate, then that of who signed it, and so on; not the root.
    pub chain: Vec<CertificateDer<'static>>,
    /// The key that its own certificate speaks of.
    pub key: PrivateKeyDer<'static>,
}

impl Clone for Identity {
    fn clone(&self) -> Self {
        Self {
            chain: self.chain.clone(),
            key: self.key.clone_key(),
        }
    }
}

impl Identity {
    /// Reads the chain from the file `NAME.pem` and the key from `NAME-key.pem`.
    ///
    /// # Errors
    ///
    /// When one can't be read or holds something else.
    pub fn read(name: &Path) -> anyhow::Result<Identity> {
        let (chain, key) = files(name);
        let chain = certificates(&chain)?;
        let key = PrivateKeyDer::from_pem_file(&key)
            .with_context(|| format!("read {}", key.display()))?;
        Ok(Identity { chain, key })
    }

    /// The key as a PEM file has it. A secret.
    pub fn key_pem(&self) -> String {
        armoured("PRIVATE KEY", self.key.secret_der())
    }
}

/// Certificates as a PEM file has them.
pub fn to_pem(certificates: &[CertificateDer<'_>]) -> String {
    let blocks = certificates.iter().map(|der| armoured("CERTIFICATE", der));
    blocks.collect()
}

/// Octets as text between two lines that say what they are (RFC 7468, section 2).
fn armoured(label: &str, der: &[u8]) -> String {
    let config = EncodeConfig::new().set_line_ending(LineEnding::LF);
    pem::encode_config(&Pem::new(label, der), config)
}

/// The files of the chain and the key called `name`, as they are.
///
/// # Errors
///
/// When one can't be read.
pub fn read_files(name: &Path) -> anyhow::Result<(Vec<u8>, Vec<u8>)> {
    let (chain, key) = files(name);
    let read = |file: PathBuf| fs::read(&file).with_context(|| format!("read {}", file.display()));
    Ok((read(chain)?, read(key)?))
}

/// Where the chain and the key called `name` are.
pub fn files(name: &Path) -> (PathBuf, PathBuf) {
    let name = name.display();
    (
        format!("{name}.pem").into(),
        format!("{name}-key.pem").into(),
    )
}

/// All certificates in a PEM file.
///
/// # Errors
///
/// When it can't be read, or holds something else or nothing.
pub fn certificates(file: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let read = || {
        let chain: Vec<_> = CertificateDer::pem_file_iter(file)?.collect::<Result<_, _>>()?;
        anyhow::ensure!(!chain.is_empty(), "no certificate in it");
        Ok(chain)
    };
    read().with_context(|| format!("read {}", file.display()))
}
