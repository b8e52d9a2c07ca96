//! What the system knows of names: this host's, others', of services and protocols.

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use clap::Parser;
use dns_lookup::{LookupErrorKind, get_hostname, getnameinfo};
use names::look_up::{Found, Request, look_up};
use names::services::{PROTOCOLS, SERVICES, parse};

#[derive(Parser)]
#[command(about = "What the system knows of names")]
enum Role {
    /// This host's name, and its full name
    Host,
    /// From a name to addresses: getaddrinfo
    Forward(Request),
    /// From an address to a name: getnameinfo
    Reverse { address: IpAddr },
    /// A service by name or port
    Service { service: String },
    /// A protocol by name or number
    Protocol { protocol: String },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Host => host(),
        Role::Forward(request) => forward(&request),
        Role::Reverse { address } => reverse(address),
        Role::Service { service } => number(SERVICES, &service),
        Role::Protocol { protocol } => number(PROTOCOLS, &protocol),
    })
}

// ANCHOR: host
fn host() -> anyhow::Result<()> {
    let name = get_hostname().context("this host's name")?;
    println!("this host calls itself {name}");
    let request = Request {
        name: Some(name.clone()),
        canonical: true,
        ..Request::default()
    };
    match look_up(&request).map(|found| found.into_iter().next()) {
        Ok(Some(Found {
            full_name: Some(full),
            ..
        })) => println!("its full name is {full}"),
        _ => println!("no full name: nobody knows an address of {name}"),
    }
    Ok(())
}
// ANCHOR_END: host

fn forward(request: &Request) -> anyhow::Result<()> {
    let name = request.name.as_deref().unwrap_or("any name");
    let found = look_up(request).with_context(|| format!("resolve {name}"))?;
    for found in found {
        if let Some(full_name) = found.full_name {
            println!("its full name is {full_name}");
        }
        println!("{:<9} {}", found.kind, found.address);
    }
    Ok(())
}

// ANCHOR: reverse
fn reverse(address: IpAddr) -> anyhow::Result<()> {
    // It wants a socket's address; the port does not matter.
    let socket = SocketAddr::new(address, 0);
    match getnameinfo(&socket, libc::NI_NAMEREQD) {
        Ok((name, _)) => println!("{address} is {name}"),
        Err(error) if matches!(error.kind(), LookupErrorKind::NoName) => {
            bail!("{address} has no name")
        }
        Err(error) => return Err(std::io::Error::from(error)).context(address),
    }
    Ok(())
}
// ANCHOR_END: reverse

fn number(file: &str, wanted: &str) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("read {file}"))?;
    let entries = parse(&text).into_iter().filter(|entry| entry.is(wanted));
    let mut known = false;
    for entry in entries {
        known = true;
        let protocol = entry
            .protocol
            .map_or(String::new(), |name| format!("/{name}"));
        let number = format!("{}{protocol}", entry.number);
        let line = format!(
            "{:<12} {number:<10} {}",
            entry.name,
            entry.aliases.join(" ")
        );
        println!("{}", line.trim_end());
    }
    ensure!(known, "{wanted} is not in {file}");
    Ok(())
}
