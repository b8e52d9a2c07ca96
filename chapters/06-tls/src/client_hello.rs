//! What a client offers to a server, where it is not what everybody offers.

use std::sync::Arc;

use clap::ValueEnum;
use rustls::client::WantsClientCert;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, ConfigBuilder, SupportedProtocolVersion, WantsVerifier};

use crate::options::Trust;
use crate::{Clock, config};

/// The command line of a client that is curious.
#[derive(Clone, Debug, clap::Args)]
pub struct Offer {
    /// Offer this version of TLS alone
    #[arg(long, value_name = "VERSION")]
    pub only: Option<Only>,
    /// The protocols to offer for what comes inside (ALPN), as in h2,http/1.1
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub alpn: Vec<String>,
}

/// A version of TLS that is still spoken.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Only {
    /// RFC 5246 (obsolete).
    #[value(name = "1.2")]
    Tls12,
    /// RFC 9846.
    #[value(name = "1.3")]
    Tls13,
}

impl Only {
    fn version(self) -> &'static SupportedProtocolVersion {
        match self {
            Only::Tls12 => &TLS12,
            Only::Tls13 => &TLS13,
        }
    }
}

impl Offer {
    /// A client that checks what it should and makes this offer.
    ///
    /// # Errors
    ///
    /// When there are no roots to trust.
    pub fn config(&self, trust: &Trust) -> anyhow::Result<ClientConfig> {
        let roots = config::trusted(trust.ca.as_deref())?;
        self.finish(trust.clock, |builder| builder.with_root_certificates(roots))
    }

    /// A client that makes this offer, and checks what `verifier` sees to.
    ///
    /// # Errors
    ///
    /// None with this provider.
    pub fn finish(
        &self,
        clock: Clock,
        verifier: impl FnOnce(
            ConfigBuilder<ClientConfig, WantsVerifier>,
        ) -> ConfigBuilder<ClientConfig, WantsClientCert>,
    ) -> anyhow::Result<ClientConfig> {
        let builder = ClientConfig::builder_with_details(config::provider(), Arc::new(clock));
        let builder = match self.only {
            Some(only) => builder.with_protocol_versions(&[only.version()])?,
            None => builder.with_safe_default_protocol_versions()?,
        };
        let mut config = verifier(builder).with_no_client_auth();
        config.alpn_protocols = self.alpn.iter().map(|name| name.clone().into()).collect();
        Ok(config)
    }
}
