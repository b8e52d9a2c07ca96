//! What every program of this chapter tells rustls, said once: ring does the
//! arithmetic, the clock is ours, and nothing is left to a global default.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, ServerConfig, WantsVerifier};

use crate::identity::certificates;
use crate::{Clock, Identity};

/// Who does the arithmetic.
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Trusts these roots and no other.
///
/// # Errors
///
/// When one of them is no certificate.
pub fn roots(
    certificates: impl IntoIterator<Item = CertificateDer<'static>>,
) -> anyhow::Result<Arc<RootCertStore>> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates {
        roots.add(certificate)?;
    }
    Ok(Arc::new(roots))
}

/// Trusts the roots in a PEM file, or where there is none those of the system.
///
/// # Errors
///
/// When there are none at all.
// ANCHOR: trusted
pub fn trusted(file: Option<&Path>) -> anyhow::Result<Arc<RootCertStore>> {
    let Some(file) = file else {
        let mut roots = RootCertStore::empty();
        let systems = rustls_native_certs::load_native_certs();
        // A store may hold a few that nobody can read.
        roots.add_parsable_certificates(systems.certs);
        anyhow::ensure!(!roots.is_empty(), "this system has no roots to trust");
        return Ok(Arc::new(roots));
    };
    roots(certificates(file)?).with_context(|| format!("read {}", file.display()))
}
// ANCHOR_END: trusted

/// The beginning of a client's configuration, with TLS 1.3 and 1.2.
///
/// # Errors
///
/// None with this provider.
pub fn client_builder(clock: Clock) -> anyhow::Result<ConfigBuilder<ClientConfig, WantsVerifier>> {
    let builder = ClientConfig::builder_with_details(provider(), Arc::new(clock));
    Ok(builder.with_safe_default_protocol_versions()?)
}

/// The beginning of a server's configuration, with TLS 1.3 and 1.2.
///
/// # Errors
///
/// None with this provider.
pub fn server_builder(clock: Clock) -> anyhow::Result<ConfigBuilder<ServerConfig, WantsVerifier>> {
    let builder = ServerConfig::builder_with_details(provider(), Arc::new(clock));
    Ok(builder.with_safe_default_protocol_versions()?)
}

/// A client that checks the server's certificate against `roots` and shows none.
///
/// # Errors
///
/// As [`client_builder`].
// ANCHOR: client
pub fn client(roots: Arc<RootCertStore>, clock: Clock) -> anyhow::Result<Arc<ClientConfig>> {
    let config = client_builder(clock)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
// ANCHOR_END: client

/// A server that shows `identity` and asks clients for nothing.
///
/// # Errors
///
/// When the key can't be used, or isn't that of the certificate.
// ANCHOR: server
pub fn server(identity: Identity, clock: Clock) -> anyhow::Result<Arc<ServerConfig>> {
    let config = server_builder(clock)?
        .with_no_client_auth()
        .with_single_cert(identity.chain, identity.key)?;
    Ok(Arc::new(config))
}
// ANCHOR_END: server
