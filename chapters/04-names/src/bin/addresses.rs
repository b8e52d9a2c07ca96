//! Addresses in all their spellings: what is strict, what inet_aton makes of a text,
//! and the octets behind it.

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use names::loose::{inet_aton, piecemeal};
use names::purpose::purpose;
use names::socket_name::octets;
use names::strict_address;
use program::hex;
use socket2::SockAddr;

#[derive(Parser)]
#[command(about = "Addresses in all their spellings")]
enum Role {
    /// Read IPv4 addresses strictly, as inet_aton does, and part by part
    Read {
        #[arg(required = true)]
        texts: Vec<String>,
    },
    /// Show what addresses are: their octets, their spelling, their kind
    Show {
        #[arg(required = true)]
        addresses: Vec<String>,
    },
    /// Show a socket's name as the system takes it
    Name {
        /// As in 127.0.0.1, fe80::1%2, /tmp/socket, @abstract
        #[arg(required = true)]
        names: Vec<String>,
        /// The port that an IP address goes with
        #[arg(long, default_value_t = 80)]
        port: u16,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Read { texts } => read(&texts),
        Role::Show { addresses } => addresses.iter().try_for_each(|text| show(text)),
        Role::Name { names, port } => names.iter().try_for_each(|name| socket_name(name, port)),
    })
}

// ANCHOR: read
fn read(texts: &[String]) -> anyhow::Result<()> {
    println!(
        "{:<14} {:<34} {:<14} part by part",
        "text", "strict", "inet_aton"
    );
    for text in texts {
        let strict = match strict_address::parse(text) {
            Ok(address) => address.to_string(),
            Err(error) => error.to_string(),
        };
        let told = |address: Option<_>| match address {
            Some(address) => format!("{address}"),
            None => "-".to_owned(),
        };
        let (loose, piecemeal) = (told(inet_aton(text)), told(piecemeal(text)));
        println!("{text:<14} {strict:<34} {loose:<14} {piecemeal}");
    }
    Ok(())
}
// ANCHOR_END: read

// ANCHOR: show
fn show(text: &str) -> anyhow::Result<()> {
    let address: IpAddr = text.parse().with_context(|| format!("read {text}"))?;
    let octets = match address {
        IpAddr::V4(address) => hex(&address.octets()),
        IpAddr::V6(address) => hex(&address.octets()),
    };
    println!("{text}");
    println!("  octets   {octets}");
    println!("  written  {address}");
    if address != address.to_canonical() {
        println!("  means    {}", address.to_canonical());
    }
    println!("  is       {}", purpose(address));
    Ok(())
}
// ANCHOR_END: show

// ANCHOR: name
fn socket_name(text: &str, port: u16) -> anyhow::Result<()> {
    let name = if let Some(name) = text.strip_prefix('@') {
        // An abstract name begins with an octet 0, which stands for no file.
        SockAddr::unix(format!("\0{name}"))
    } else if text.contains('/') {
        SockAddr::unix(text)
    } else {
        let colon = text.contains(':');
        let whole = if colon {
            format!("[{text}]:{port}")
        } else {
            format!("{text}:{port}")
        };
        let address: SocketAddr = whole.parse().with_context(|| format!("read {text}"))?;
        Ok(address.into())
    };
    let name = name.with_context(|| format!("make a name of {text}"))?;
    let octets = octets(&name);
    println!("{text}: {} octets", octets.len());
    for row in octets.chunks(16) {
        println!("  {:<47}  {}", hex(row), program::ascii(row));
    }
    Ok(())
}
// ANCHOR_END: name
