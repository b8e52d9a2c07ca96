//! A certification authority of one's own: makes a root, a server, a client, and one
//! certificate for each way to be wrong.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use rcgen::Error;
use rustls::pki_types::{CertificateDer, ServerName};
use tls::explain_rejection::explain;
use tls::identity::{files, to_pem};
use tls::meeting::meet;
use tls::{Authority, Clock, Flaw, Identity, config, secret};

/// Whom the server's certificates are for.
const NAMES: [&str; 3] = ["echo.example", "localhost", "127.0.0.1"];

#[derive(Parser)]
#[command(about = "A certification authority of one's own")]
enum Role {
    /// Make all certificates anew, in a new folder
    Create {
        folder: PathBuf,
        /// The authority's name
        #[arg(long, value_name = "NAME", default_value = "Workbook")]
        called: String,
        /// Don't list what was made
        #[arg(long)]
        quiet: bool,
        #[command(flatten)]
        clock: Clock,
    },
    /// Let a server show each of them to a client, and tell what both say
    Try {
        folder: PathBuf,
        #[command(flatten)]
        clock: Clock,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Create {
            folder,
            called,
            quiet,
            clock,
        } => create(&folder, &called, quiet, clock),
        Role::Try { folder, clock } => try_all(&folder, clock),
    })
}

fn create(folder: &Path, called: &str, quiet: bool, clock: Clock) -> anyhow::Result<()> {
    fs::create_dir(folder).with_context(|| format!("create {}", folder.display()))?;
    let authority = Authority::new(called, clock.time())?;
    // Its keys are never written: nobody can steal what isn't there.
    write(&folder.join("ca.pem"), &[authority.root()])?;
    let make = |name: &str, made: Result<Identity, Error>, what: &str| {
        let (chain, key) = files(&folder.join(name));
        let made = made?;
        secret::write(&key, &made.key_pem())?;
        write(&chain, &made.chain)?;
        if !quiet {
            println!("{name:20} {what}");
        }
        anyhow::Ok(())
    };
    make(
        "server",
        authority.server(&NAMES),
        "for echo.example, localhost and 127.0.0.1",
    )?;
    make(
        "renewed",
        authority.renewed(&NAMES),
        "the same, another key, 90 days more",
    )?;
    make(
        "mallory",
        authority.server(&["mallory.example"]),
        "for mallory.example, and rightly so",
    )?;
    make("alice", authority.client("Alice"), "for a client, Alice")?;
    let stranger = Authority::new("Elsewhere", clock.time())?;
    make(
        "stranger",
        stranger.client("Alice"),
        "for a client, Alice, from an unknown CA",
    )?;
    for flaw in Flaw::ALL {
        make(
            &flaw.to_string(),
            authority.wrong(flaw, &NAMES),
            flaw.what(),
        )?;
    }
    Ok(())
}

fn write(file: &Path, certificates: &[CertificateDer<'_>]) -> anyhow::Result<()> {
    fs::write(file, to_pem(certificates)).with_context(|| format!("write {}", file.display()))
}

fn try_all(folder: &Path, clock: Clock) -> anyhow::Result<()> {
    let client = config::client(config::trusted(Some(&folder.join("ca.pem")))?, clock)?;
    let flaws = Flaw::ALL.map(|flaw| flaw.to_string());
    for name in ["server".to_owned()].iter().chain(&flaws) {
        let identity = Identity::read(&folder.join(name))?;
        let chain = identity.chain.clone();
        let server = config::server(identity, clock)?;
        let met = meet(&client, &server, ServerName::try_from("echo.example")?)?;
        println!("{name}");
        match met.client {
            Ok(()) => println!("    client: believes it"),
            Err(error) => {
                println!("    client: {error}");
                if let Some(explanation) = explain(&error, &chain) {
                    println!("    that is: {explanation}");
                }
            }
        }
        match met.server {
            Ok(()) => println!("    server: was believed"),
            Err(error) => println!("    server: {error}"),
        }
    }
    Ok(())
}
