//! What the system knows of names: this host's, others', of services and protocols.

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use clap::Parser;
use dns_lookup::{AddrInfoHints, LookupErrorKind, get_hostname, getaddrinfo, getnameinfo};
use names::services::{PROTOCOLS, SERVICES, parse};

#[derive(Parser)]
#[command(about = "What the system knows of names")]
enum Role {
    /// This host's name, and its full name
    Host,
    /// From a name to addresses: getaddrinfo
    Forward {
        /// The name, or an address as text; none is this host
        name: Option<String>,
        /// The port, by number or by name
        #[arg(long)]
        service: Option<String>,
        /// 4 or 6: addresses of this family alone
        #[arg(long, value_parser = ["4", "6"])]
        family: Option<String>,
        /// AI_NUMERICHOST: ask nobody; the name is an address
        #[arg(long)]
        numeric: bool,
        /// AI_PASSIVE: to listen at, and not to connect to
        #[arg(long)]
        passive: bool,
        /// AI_CANONNAME: the full name too
        #[arg(long)]
        canonical: bool,
    },
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
        Role::Forward {
            name,
            service,
            family,
            numeric,
            passive,
            canonical,
        } => {
            let flag = |wanted, flag| if wanted { flag } else { 0 };
            let flags = flag(numeric, libc::AI_NUMERICHOST)
                | flag(passive, libc::AI_PASSIVE)
                | flag(canonical, libc::AI_CANONNAME);
            forward(
                name.as_deref(),
                service.as_deref(),
                family.as_deref(),
                flags,
            )
        }
        Role::Reverse { address } => reverse(address),
        Role::Service { service } => number(SERVICES, &service),
        Role::Protocol { protocol } => number(PROTOCOLS, &protocol),
    })
}

// ANCHOR: host
fn host() -> anyhow::Result<()> {
    let name = get_hostname().context("this host's name")?;
    println!("this host calls itself {name}");
    let flags = libc::AI_CANONNAME;
    match look_up(Some(&name), None, None, flags).map(|found| found.into_iter().next()) {
        Ok(Some((_, Some(full)))) => println!("its full name is {full}"),
        _ => println!("no full name: nobody knows an address of {name}"),
    }
    Ok(())
}
// ANCHOR_END: host

// ANCHOR: forward
/// An address with how to use it, and the full name if it was asked for.
type Found = (String, Option<String>);

fn look_up(
    name: Option<&str>,
    service: Option<&str>,
    family: Option<&str>,
    flags: i32,
) -> anyhow::Result<Vec<Found>> {
    let hints = AddrInfoHints {
        flags,
        address: match family {
            Some("4") => libc::AF_INET,
            Some("6") => libc::AF_INET6,
            _ => libc::AF_UNSPEC,
        },
        ..AddrInfoHints::default()
    };
    let found = getaddrinfo(name, service, Some(hints)).map_err(|error| match error.kind() {
        LookupErrorKind::NoName => anyhow::anyhow!("no such name or service"),
        _ => std::io::Error::from(error).into(),
    })?;
    found
        .map(|found| {
            let found = found?;
            let kind = match found.socktype {
                libc::SOCK_STREAM => "stream",
                libc::SOCK_DGRAM => "datagram",
                libc::SOCK_RAW => "raw",
                _ => "other",
            };
            Ok((format!("{kind:<9} {}", found.sockaddr), found.canonname))
        })
        .collect()
}

fn forward(
    name: Option<&str>,
    service: Option<&str>,
    family: Option<&str>,
    flags: i32,
) -> anyhow::Result<()> {
    ensure!(
        name.is_some() || service.is_some(),
        "give a name, or --service"
    );
    let shown = name.unwrap_or("any name");
    let found = look_up(name, service, family, flags);
    for (address, full_name) in found.with_context(|| format!("resolve {shown}"))? {
        if let Some(full_name) = full_name {
            println!("its full name is {full_name}");
        }
        println!("{address}");
    }
    Ok(())
}
// ANCHOR_END: forward

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

// ANCHOR: number
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
// ANCHOR_END: number
