//! getaddrinfo, with everything that it can be told and can tell: std's
//! `to_socket_addrs` asks for streams and keeps the addresses alone.

use std::io;
use std::net::SocketAddr;

use anyhow::anyhow;
use dns_lookup::{AddrInfoHints, LookupErrorKind, getaddrinfo};

/// One of the answers: how to make a socket, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The kind of socket: stream, datagram, raw.
    pub kind: &'static str,
    /// The address.
    pub address: SocketAddr,
    /// The full name, if it was asked for; with the first answer alone.
    pub full_name: Option<String>,
}

/// What to ask getaddrinfo for: the command line of `names forward`.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Request {
    /// The name, or an address as text; none is this host
    #[arg(required_unless_present = "service")]
    pub name: Option<String>,
    /// The port, by number or by name
    #[arg(long)]
    pub service: Option<String>,
    /// 4 or 6: addresses of this family alone
    #[arg(long, value_parser = ["4", "6"])]
    pub family: Option<String>,
    /// AI_NUMERICHOST: ask nobody; the name is an address
    #[arg(long)]
    pub numeric: bool,
    /// AI_PASSIVE: to listen at, and not to connect to
    #[arg(long)]
    pub passive: bool,
    /// AI_CANONNAME: the full name too
    #[arg(long)]
    pub canonical: bool,
}

// ANCHOR: look-up
/// Asks the system for addresses.
///
/// # Errors
///
/// When there is none, or nobody could be asked.
pub fn look_up(request: &Request) -> anyhow::Result<Vec<Found>> {
    let flag = |wanted, flag| if wanted { flag } else { 0 };
    let hints = AddrInfoHints {
        flags: flag(request.numeric, libc::AI_NUMERICHOST)
            | flag(request.passive, libc::AI_PASSIVE)
            | flag(request.canonical, libc::AI_CANONNAME),
        address: match request.family.as_deref() {
            Some("4") => libc::AF_INET,
            Some("6") => libc::AF_INET6,
            _ => libc::AF_UNSPEC, // either
        },
        ..AddrInfoHints::default()
    };
    let (name, service) = (request.name.as_deref(), request.service.as_deref());
    let found = getaddrinfo(name, service, Some(hints)).map_err(|error| match error.kind() {
        LookupErrorKind::NoName => anyhow!("no such name or service"),
        _ => io::Error::from(error).into(),
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
            Ok(Found {
                kind,
                address: found.sockaddr,
                full_name: found.canonname,
            })
        })
        .collect()
}
// ANCHOR_END: look-up
