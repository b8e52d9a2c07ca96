//! The command line of TLS: what a server shows, whom a client believes, and whom it
//! wants to talk to.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use program::seconds;
use program::tasks::connect;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::{Clock, Identity, Rejection, config};

/// What a server in tokio needs to be told.
#[derive(Clone, Debug, clap::Args)]
pub struct Serve {
    /// Where to listen, as in 127.0.0.1:1060
    pub addr: String,
    /// The certificate chain NAME.pem and its key NAME-key.pem
    #[arg(long, value_name = "NAME")]
    pub identity: PathBuf,
    /// How long a client may take for the handshake, and for a line
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub timeout: Duration,
    /// What time it is.
    #[command(flatten)]
    pub clock: Clock,
}

/// What a client needs to know beforehand.
#[derive(Clone, Debug, clap::Args)]
pub struct Trust {
    /// A PEM file with the roots to trust, instead of the system's
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// The name that the server's certificate must have, instead of the address's
    #[arg(long)]
    pub name: Option<String>,
    /// What time it is.
    #[command(flatten)]
    pub clock: Clock,
}

impl Trust {
    /// A client that checks what it should, and shows no certificate of its own.
    ///
    /// # Errors
    ///
    /// When there are no roots to trust.
    pub fn config(&self) -> anyhow::Result<Arc<ClientConfig>> {
        config::client(config::trusted(self.ca.as_deref())?, self.clock)
    }

    /// The same, with the certificate of this name, if there is one, for the server
    /// that asks for it.
    ///
    /// # Errors
    ///
    /// As [`config`](Self::config), and when the certificate can't be read.
    pub fn config_as(&self, identity: Option<&Path>) -> anyhow::Result<Arc<ClientConfig>> {
        let Some(name) = identity else {
            return self.config();
        };
        let Identity { chain, key } = Identity::read(name)?;
        let config = config::client_builder(self.clock)?
            .with_root_certificates(config::trusted(self.ca.as_deref())?)
            .with_client_auth_cert(chain, key)?;
        Ok(Arc::new(config))
    }

    /// Whom to ask for at `addr`: the name that was given, or else the host that
    /// stands before the port.
    ///
    /// # Errors
    ///
    /// When that is neither a name nor an address.
    // ANCHOR: server_name
    pub fn server_name(&self, addr: &str) -> anyhow::Result<ServerName<'static>> {
        let host = addr.rsplit_once(':').map_or(addr, |(host, _)| host);
        let host = host.trim_matches(['[', ']']);
        let name = self.name.as_deref().unwrap_or(host);
        ServerName::try_from(name.to_owned()).with_context(|| format!("the name {name:?}"))
    }
    // ANCHOR_END: server_name

    /// Connects to `addr` and shakes hands.
    ///
    /// # Errors
    ///
    /// When one of the two fails; the second with an explanation.
    // ANCHOR: connect
    pub async fn connect(
        &self,
        addr: &str,
        config: Arc<ClientConfig>,
    ) -> anyhow::Result<TlsStream<TcpStream>> {
        let name = self.server_name(addr)?;
        let stream = connect(addr).await?;
        let stream = TlsConnector::from(config).connect(name, stream).await;
        Ok(stream.map_err(|error| Rejection::new(format!("TLS with {addr}"), error))?)
    }
    // ANCHOR_END: connect
}
