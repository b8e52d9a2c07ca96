//! Resolves a name, tries to connect to its web port, and says which step failed.

use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Parser;

#[path = "../resolve.rs"]
mod resolve;
use program::tasks::block_on;
use resolve::{Whom, told};

/// The port of the service "http".
const WEB: u16 = 80;

/// Resolve a name, connect to its web port, and say which step failed
#[derive(Parser)]
#[command(about)]
struct Options {
    /// A name, and a port if it is not 80: www.example.com, here.example.com:8080
    target: String,
    #[command(flatten)]
    whom: Whom,
    /// Give up when the first address does not answer: the bug
    #[arg(long)]
    first_only: bool,
    /// How long to wait for each address
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = program::seconds)]
    timeout: Duration,
}

fn main() -> ExitCode {
    program::run(|| {
        let options = Options::parse();
        let (name, port) = match options.target.rsplit_once(':') {
            Some((name, port)) => (name, port.parse().with_context(|| format!("port {port}"))?),
            None => (&options.target[..], WEB),
        };
        let addresses = block_on(resolve(name, &options.whom));
        let mut addresses = addresses.with_context(|| format!("resolve {name}"))?;
        let texts: Vec<String> = addresses.iter().map(IpAddr::to_string).collect();
        println!("{name} is {}", texts.join(", "));
        if options.first_only {
            addresses.truncate(1);
        }
        connect(name, port, &addresses, options.timeout)
    })
}

// ANCHOR: resolve
async fn resolve(name: &str, whom: &Whom) -> anyhow::Result<Vec<IpAddr>> {
    if whom.system {
        // getaddrinfo: the hosts file too, and the order of RFC 6724. It wants a
        // port, which does not matter here.
        let found = tokio::net::lookup_host((name, WEB)).await?;
        return Ok(found.map(|address| address.ip()).collect());
    }
    let found = whom.resolver()?.lookup_ip(name).await.map_err(told)?;
    Ok(found.iter().collect())
}
// ANCHOR_END: resolve

// ANCHOR: connect
fn connect(name: &str, port: u16, addresses: &[IpAddr], patience: Duration) -> anyhow::Result<()> {
    for address in addresses {
        let address = SocketAddr::new(*address, port);
        match TcpStream::connect_timeout(&address, patience) {
            Ok(stream) => {
                println!("connected to {address} from {}", stream.local_addr()?);
                return Ok(());
            }
            Err(error) => println!("connect {address}: {}", program::io_cause(&error)),
        }
    }
    bail!("connect {name}: none of its addresses answers")
}
// ANCHOR_END: connect
