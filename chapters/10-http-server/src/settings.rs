//! What a server allows its clients.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use program::seconds;

use crate::forwarded::Field;

/// Where to listen, and how much of what a client may have. Each phase of a conversation
/// has a time of its own.
// ANCHOR: settings
#[derive(Clone, Debug, clap::Args)]
pub struct Settings {
    /// Where to listen, as in 127.0.0.1:8080
    pub addr: String,
    /// How long a request's head may take, from its first octet on
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub head_time: Duration,
    /// How long a request's body may take
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = seconds)]
    pub body_time: Duration,
    /// How long a client may take nothing of its response
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub write_time: Duration,
    /// How long a connection may be without a request
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub idle_time: Duration,
    /// How long those who are still served after Ctrl-C may take
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub stop_time: Duration,
    /// How many octets a request's body may have
    #[arg(long, value_name = "OCTETS", default_value_t = 1 << 20)]
    pub body: u64,
    /// How many clients there may be at a time
    #[arg(long, value_name = "NUMBER", default_value_t = 1000)]
    pub clients: usize,
    /// Speak TLS, with the certificate chain NAME.pem and its key NAME-key.pem
    #[arg(long, value_name = "NAME")]
    pub tls: Option<PathBuf>,
    /// A proxy that may say for whom it asks
    #[arg(long = "proxy", value_name = "ADDRESS")]
    pub proxies: Vec<IpAddr>,
    /// In which field it says so
    #[arg(long, value_name = "FIELD", value_enum, default_value_t)]
    pub proxy_field: Field,
}
// ANCHOR_END: settings
