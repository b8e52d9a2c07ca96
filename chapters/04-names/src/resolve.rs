//! Resolving with hickory-resolver: at a server of one's own, or where the system
//! is told to ask.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, anyhow};
use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;

/// The command line of whoever resolves: whom to ask.
#[derive(Debug, Clone, clap::Args)]
pub struct Whom {
    /// The DNS server to ask: tiny-dns
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:1053")]
    pub server: SocketAddr,
    /// Ask whom this system asks
    #[arg(long, conflicts_with = "server")]
    pub system: bool,
}

impl Whom {
    /// A resolver that asks them.
    ///
    /// # Errors
    ///
    /// When the system's configuration can't be read.
    // ANCHOR: resolver
    pub fn resolver(&self) -> anyhow::Result<TokioResolver> {
        if self.system {
            let builder = TokioResolver::builder_tokio();
            let builder = builder.context("read the system's configuration")?;
            return builder.build().context("make a resolver");
        }
        let connection = |mut connection: ConnectionConfig| {
            connection.port = self.server.port();
            connection
        };
        // Over TCP too, for answers that are truncated.
        let connections = vec![
            connection(ConnectionConfig::udp()),
            connection(ConnectionConfig::tcp()),
        ];
        let server = NameServerConfig::new(self.server.ip(), true, connections);
        let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
        let mut options = ResolverOpts::default();
        options.use_hosts_file = ResolveHosts::Never; // the server, and nothing else
        options.timeout = Duration::from_secs(2);
        options.attempts = 1;
        TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            .with_options(options)
            .build()
            .context("make a resolver")
    }
    // ANCHOR_END: resolver
}

/// Why there is no answer, in the field's words: no such name is not the same as
/// no such record.
pub fn told(error: NetError) -> anyhow::Error {
    if error.is_nx_domain() {
        anyhow!("no such name")
    } else if error.is_no_records_found() {
        anyhow!("the name exists, and has no such record")
    } else {
        error.into()
    }
}
