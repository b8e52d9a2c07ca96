//! One datagram for those who have joined a group.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use clap::Parser;
use socket2::SockRef;
use udp::talk::{ROOM, bind_shared, brief, receive, resolve, socket_for};

#[derive(Parser)]
#[command(about = "One datagram for those who have joined a group")]
enum Role {
    /// Join a group, and print what comes
    Listen {
        /// The group and the port, as in 239.255.0.1:1060
        group: String,
        /// The address of the interface on which to join
        #[arg(long, default_value = "127.0.0.1")]
        interface: Ipv4Addr,
        /// Bind the port and don't join
        #[arg(long)]
        without_joining: bool,
    },
    /// Send a text to a group
    Send {
        group: String,
        text: String,
        /// The address of the interface to send on
        #[arg(long, default_value = "127.0.0.1")]
        interface: Ipv4Addr,
        /// How many networks it may pass, this machine's own being none
        #[arg(long, default_value = "0")]
        ttl: u8,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Listen {
            group,
            interface,
            without_joining,
        } => listen(&group, interface, !without_joining),
        Role::Send {
            group,
            text,
            interface,
            ttl,
        } => send(&group, &text, interface, ttl),
    })
}

// ANCHOR: listen
fn listen(group: &str, interface: Ipv4Addr, join: bool) -> anyhow::Result<()> {
    let address = group_of(group)?;
    // Bound to the group's address, not to any: what was sent to this machine's
    // own addresses is none of a member's business.
    let socket = bind_shared(group)?;
    if join {
        socket
            .join_multicast_v4(address.ip(), &interface)
            .with_context(|| format!("join {} on {interface}", address.ip()))?;
        println!("Joined {} on {interface}", address.ip());
    }
    print_all(&socket)
}
// ANCHOR_END: listen

fn print_all(socket: &UdpSocket) -> anyhow::Result<()> {
    let mut buffer = [0; ROOM];
    loop {
        let (length, from) = receive(socket, &mut buffer);
        println!("{from} says {}", brief(&buffer[..length]));
    }
}

// ANCHOR: send
fn send(group: &str, text: &str, interface: Ipv4Addr, ttl: u8) -> anyhow::Result<()> {
    let address = group_of(group)?;
    let socket = socket_for(address.into())?;
    // Without this the system takes the interface of its default route.
    SockRef::from(&socket).set_multicast_if_v4(&interface)?;
    socket.set_multicast_ttl_v4(ttl.into())?;
    let sent = socket
        .send_to(text.as_bytes(), address)
        .with_context(|| format!("send to {address}"))?;
    println!("sent {sent} octets to {address}");
    Ok(())
}
// ANCHOR_END: send

fn group_of(group: &str) -> anyhow::Result<SocketAddrV4> {
    let SocketAddr::V4(address) = resolve(group)? else {
        bail!("{group}: this program knows groups of IPv4 alone");
    };
    ensure!(
        address.ip().is_multicast(),
        "{group}: groups are 224.0.0.0 to 239.255.255.255"
    );
    Ok(address)
}
