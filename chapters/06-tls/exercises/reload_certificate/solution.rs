//! A certificate that can be replaced while the server runs.

use std::sync::{Arc, PoisonError, RwLock};

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

// ANCHOR: error
/// Why a certificate and a key can't be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was read is no PEM file, or has no key in it.
    #[error("not a PEM file with what it should hold")]
    Pem(#[from] pem::Error),
    /// There is no certificate in the file.
    #[error("no certificate")]
    NoCertificate,
    /// The key is not one that can sign, or belongs to another certificate.
    #[error(transparent)]
    Key(#[from] rustls::Error),
}
// ANCHOR_END: error

// ANCHOR: reloadable
/// What a server shows its clients: from one handshake to the next, it may be
/// another certificate. Connections that stand keep the one they began with.
#[derive(Debug)]
pub struct Reloadable {
    provider: Arc<CryptoProvider>,
    current: RwLock<Arc<CertifiedKey>>,
}

impl Reloadable {
    /// Shows the certificate chain in `chain`, which belongs to the key in `key`;
    /// both are PEM.
    ///
    /// # Errors
    ///
    /// As [`reload`](Self::reload).
    pub fn new(provider: Arc<CryptoProvider>, chain: &[u8], key: &[u8]) -> Result<Self, Error> {
        let current = RwLock::new(load(&provider, chain, key)?);
        Ok(Self { provider, current })
    }

    /// From the next handshake on, shows this chain instead.
    ///
    /// # Errors
    ///
    /// When it can't be used; all then stays as it was.
    pub fn reload(&self, chain: &[u8], key: &[u8]) -> Result<(), Error> {
        // Whatever can fail comes before anything changes.
        let next = load(&self.provider, chain, key)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(())
    }
}

impl ResolvesServerCert for Reloadable {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.current.read();
        Some(Arc::clone(&current.unwrap_or_else(PoisonError::into_inner)))
    }
}

fn load(provider: &CryptoProvider, chain: &[u8], key: &[u8]) -> Result<Arc<CertifiedKey>, Error> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(chain).collect::<Result<_, _>>()?;
    if chain.is_empty() {
        return Err(Error::NoCertificate);
    }
    let key = PrivateKeyDer::from_pem_slice(key)?;
    // Fails if the key is not that of the chain's first certificate.
    Ok(Arc::new(CertifiedKey::from_der(chain, key, provider)?))
}
// ANCHOR_END: reloadable
