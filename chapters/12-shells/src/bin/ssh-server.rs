//! A small SSH server with a fixed set of commands, and test keys that everybody has.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use program::tasks;
use shells::server::{House, config, talk};
use shells::test_keys::{self, Known, fingerprint};

/// How many clients are served at a time.
const MOST: usize = 100;

#[derive(Parser)]
#[command(about = "A small SSH server with a fixed set of commands")]
enum Role {
    /// Serve: greet, args, both, exit, flood, upper, wait, killed, a shell, and files
    Server {
        /// Where to listen, as in 127.0.0.1:1060
        addr: String,
        /// How long a client may take to log in
        #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = program::seconds)]
        timeout: Duration,
        /// Which test key to have: host or changed
        #[arg(long, value_name = "KEY", default_value = "host")]
        host_key: String,
        /// Have a certificate for this name
        #[arg(long, value_name = "NAME")]
        certificate: Option<String>,
        /// Have a disk that fails after so many octets of files
        #[arg(long, value_name = "OCTETS")]
        fails_at: Option<u64>,
    },
    /// Write a client's test keys, and known_hosts for the servers at ADDR
    Keys {
        addr: Vec<String>,
        /// Where to
        #[arg(long, value_name = "FOLDER", default_value = "keys")]
        folder: PathBuf,
        /// Know the authority that signs the servers' certificates, and not their keys
        #[arg(long, conflicts_with = "revoked")]
        authority: bool,
        /// Know the servers' key as one that must not be trusted any more
        #[arg(long)]
        revoked: bool,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server {
            addr,
            timeout,
            host_key,
            certificate,
            fails_at,
        } => tasks::block_on(serve(
            &addr,
            House {
                host_key,
                certificate,
                patience: timeout,
                fails_at,
            },
        )),
        Role::Keys {
            addr,
            folder,
            authority,
            revoked,
        } => {
            let known = match (authority, revoked) {
                (true, _) => Known::Authority,
                (_, true) => Known::Revoked,
                _ => Known::Key,
            };
            test_keys::write(&folder, &addr, known)?;
            println!(
                "test keys, which everybody has; the server's is {}",
                fingerprint("host")?
            );
            Ok(())
        }
    })
}
async fn serve(addr: &str, house: House) -> anyhow::Result<()> {
    let config = config(&house)?;
    let listener = tasks::listen(addr).await?;
    let talk = |stream| talk(stream, config.clone(), house.clone());
    tasks::serve(&listener, MOST, talk).await
}
