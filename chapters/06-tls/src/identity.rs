//! A certificate chain and the key that belongs to it.

use std::path::Path;

use anyhow::Context;
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
    /// Reads the files `NAME.pem` and `NAME-key.pem` in `folder`.
    ///
    /// # Errors
    ///
    /// When one can't be read or holds something else.
    // ANCHOR: read
    pub fn read(folder: &Path, name: &str) -> anyhow::Result<Identity> {
        let key = folder.join(format!("{name}-key.pem"));
        let key = PrivateKeyDer::from_pem_file(&key)
            .with_context(|| format!("read {}", key.display()))?;
        let chain = certificates(&folder.join(format!("{name}.pem")))?;
        Ok(Identity { chain, key })
    }
    // ANCHOR_END: read
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
