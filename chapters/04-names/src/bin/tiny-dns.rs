//! An authoritative DNS server for a few small zones, over UDP and TCP.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use names::server::{Server, bind, serve_tcp, serve_udp};
use names::zone::Zone;

/// What it serves if nobody says otherwise.
const ZONES: [(&str, &str); 2] = [
    (
        "example.com.zone",
        include_str!("../../zones/example.com.zone"),
    ),
    (
        "2.0.192.in-addr.arpa.zone",
        include_str!("../../zones/2.0.192.in-addr.arpa.zone"),
    ),
];

#[derive(Parser)]
#[command(about = "An authoritative DNS server for a few small zones, over UDP and TCP")]
enum Role {
    /// Answer questions about the zones
    Server {
        /// Where to listen, as in 127.0.0.1:1053
        addr: String,
        /// A zone file, instead of the zones it brings (may be given again)
        #[arg(long, value_name = "FILE")]
        zone: Vec<PathBuf>,
        /// How long a client may take for one query over TCP
        #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = program::seconds)]
        timeout: Duration,
    },
    /// Show the zone files that it brings
    Zones,
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server {
            addr,
            zone,
            timeout,
        } => {
            let server = Server::new(zones(&zone)?);
            serve(&addr, server, timeout)
        }
        Role::Zones => {
            for (_, text) in ZONES {
                print!("{text}");
            }
            Ok(())
        }
    })
}

fn zones(files: &[PathBuf]) -> anyhow::Result<Vec<Zone>> {
    let read = |name: &str, text: &str| Zone::parse(text).with_context(|| name.to_owned());
    if files.is_empty() {
        return ZONES.iter().map(|(name, text)| read(name, text)).collect();
    }
    let load = |file: &PathBuf| {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file).with_context(|| format!("read {name}"))?;
        read(&name, &text)
    };
    files.iter().map(load).collect()
}

#[tokio::main(flavor = "current_thread")]
async fn serve(addr: &str, server: Server, timeout: Duration) -> anyhow::Result<()> {
    program::stop_on_ctrl_c()?;
    let (udp, tcp) = bind(addr).await?;
    println!("Listening at {}", udp.local_addr()?);
    let server = Arc::new(server);
    tokio::join!(
        serve_udp(&udp, &server),
        serve_tcp(&tcp, Arc::clone(&server), timeout)
    );
    Ok(())
}
