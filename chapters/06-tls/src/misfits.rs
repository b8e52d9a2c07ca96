//! Clients and servers whose settings don't fit.

use std::sync::Arc;
use std::time::Duration;

use rustls::crypto::CryptoProvider;
use rustls::crypto::ring::{cipher_suite, default_provider, kx_group};
use rustls::server::{ResolvesServerCertUsingSni, WebPkiClientVerifier};
use rustls::sign::CertifiedKey;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore, ServerConfig, SupportedProtocolVersion};

use crate::{Authority, Clock, Identity, config};

const NAME: &str = "echo.example";
const BOTH: Versions<'_> = &[&TLS13, &TLS12];
const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

type Versions<'a> = &'a [&'static SupportedProtocolVersion];

/// What doesn't fit, the two that are going to meet, and the name that the client
/// asks for.
pub type Misfit = (&'static str, ClientConfig, ServerConfig, &'static str);

// ANCHOR: misfits
/// Pairs of settings that don't fit, at the time of `clock`.
///
/// # Errors
///
/// When the system has no random numbers for keys.
pub fn misfits(clock: Clock) -> anyhow::Result<Vec<Misfit>> {
    let both = &Both::new(clock)?;
    let usual = default_provider;
    let client = || both.client(usual(), BOTH);
    let server = || both.server(usual(), BOTH);

    let new = both.client(usual(), &[&TLS13])?;
    let old = both.server(usual(), &[&TLS12])?;

    let (mut h2, mut http1) = (client()?, server()?);
    h2.alpn_protocols = vec![b"h2".into()];
    http1.alpn_protocols = vec![b"http/1.1".into()];

    let (mut aes, mut chacha) = (usual(), usual());
    aes.cipher_suites = vec![cipher_suite::TLS13_AES_128_GCM_SHA256];
    chacha.cipher_suites = vec![cipher_suite::TLS13_CHACHA20_POLY1305_SHA256];
    let (aes, chacha) = (
        both.client(aes, &[&TLS13])?,
        both.server(chacha, &[&TLS13])?,
    );

    let (mut x25519, mut p384) = (usual(), usual());
    x25519.kx_groups = vec![kx_group::X25519];
    p384.kx_groups = vec![kx_group::SECP384R1];
    let (x25519, p384) = (both.client(x25519, BOTH)?, both.server(p384, BOTH)?);

    let late = Clock {
        now: Some(both.clock.time() - YEAR),
    };
    let late = Both {
        clock: late,
        ..both.clone()
    };
    let late = late.client(usual(), BOTH)?;

    Ok(vec![
        (
            "the client speaks 1.3 only, the server 1.2 only",
            new,
            old,
            NAME,
        ),
        (
            "no protocol in common for what comes inside (ALPN)",
            h2,
            http1,
            NAME,
        ),
        ("no cipher suite in common", aes, chacha, NAME),
        (
            "no group for the key exchange in common",
            x25519,
            p384,
            NAME,
        ),
        (
            "the server wants a certificate, the client has none",
            client()?,
            both.asks()?,
            NAME,
        ),
        (
            "the server chooses by name, the client knows an address",
            client()?,
            both.by_name()?,
            "127.0.0.1",
        ),
        ("the client's clock is a year behind", late, server()?, NAME),
    ])
}
// ANCHOR_END: misfits

/// What both sides know before they meet.
#[derive(Clone)]
struct Both {
    clock: Clock,
    identity: Identity,
    roots: Arc<RootCertStore>,
}

impl Both {
    fn new(clock: Clock) -> anyhow::Result<Both> {
        let authority = Authority::new("Workbook", clock.time())?;
        Ok(Both {
            clock,
            identity: authority.server(&[NAME, "127.0.0.1"])?,
            roots: config::roots([authority.root()])?,
        })
    }

    fn client(
        &self,
        provider: CryptoProvider,
        versions: Versions<'_>,
    ) -> anyhow::Result<ClientConfig> {
        let builder = ClientConfig::builder_with_details(Arc::new(provider), Arc::new(self.clock));
        let builder = builder.with_protocol_versions(versions)?;
        let builder = builder.with_root_certificates(Arc::clone(&self.roots));
        Ok(builder.with_no_client_auth())
    }

    fn server(
        &self,
        provider: CryptoProvider,
        versions: Versions<'_>,
    ) -> anyhow::Result<ServerConfig> {
        let builder = ServerConfig::builder_with_details(Arc::new(provider), Arc::new(self.clock));
        let builder = builder
            .with_protocol_versions(versions)?
            .with_no_client_auth();
        let Identity { chain, key } = self.identity.clone();
        Ok(builder.with_single_cert(chain, key)?)
    }

    /// A server that wants to know who the client is.
    fn asks(&self) -> anyhow::Result<ServerConfig> {
        let roots = Arc::clone(&self.roots);
        let verifier = WebPkiClientVerifier::builder_with_provider(roots, config::provider());
        let builder = config::server_builder(self.clock)?;
        let Identity { chain, key } = self.identity.clone();
        Ok(builder
            .with_client_cert_verifier(verifier.build()?)
            .with_single_cert(chain, key)?)
    }

    /// A server with a certificate for each of its names, of which there is one.
    fn by_name(&self) -> anyhow::Result<ServerConfig> {
        let Identity { chain, key } = self.identity.clone();
        let mut names = ResolvesServerCertUsingSni::new();
        names.add(
            NAME,
            CertifiedKey::from_der(chain, key, &config::provider())?,
        )?;
        let builder = config::server_builder(self.clock)?.with_no_client_auth();
        Ok(builder.with_cert_resolver(Arc::new(names)))
    }
}
