//! Sockets for ICMP: the unprivileged kind, and the raw kind.
//!
//! An unprivileged one sends echo requests alone. Its system sorts the replies, by
//! an id that it chooses itself. A raw one receives a copy of every ICMP message
//! that comes to this machine, whole packets, and may send what it likes: that is
//! why it is for the privileged.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, ToSocketAddrs, UdpSocket};
use std::time::Instant;

use anyhow::{Context, bail};
use socket2::{Domain, Protocol, Socket, Type};

use crate::icmp::{Echo, from_packet};
use crate::talk::{ROOM, receive_until};

/// A kind of socket that ICMP goes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// SOCK_DGRAM: for everybody, where the system allows it
    Datagram,
    /// SOCK_RAW: for root, or CAP_NET_RAW
    Raw,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Datagram => "unprivileged ICMP",
            Kind::Raw => "raw ICMP",
        })
    }
}

/// A socket for echo requests and their replies.
#[derive(Debug)]
pub struct IcmpSocket {
    socket: UdpSocket,
    kind: Kind,
}

impl IcmpSocket {
    /// Opens a socket of that kind.
    ///
    /// # Errors
    ///
    /// When the system does not permit it: "permission denied" or "operation not
    /// permitted".
    // ANCHOR: open
    pub fn open(kind: Kind) -> io::Result<IcmpSocket> {
        let of_type = match kind {
            Kind::Datagram => Type::DGRAM,
            Kind::Raw => Type::RAW,
        };
        let socket = Socket::new(Domain::IPV4, of_type, Some(Protocol::ICMPV4))?;
        // To std, any socket of datagrams is a `UdpSocket`.
        let socket = UdpSocket::from(socket);
        Ok(IcmpSocket { socket, kind })
    }
    // ANCHOR_END: open

    /// Sends a message of ICMP.
    ///
    /// # Errors
    ///
    /// Those of the socket.
    pub fn send(&self, message: &[u8], to: Ipv4Addr) -> io::Result<()> {
        // ICMP has no ports.
        self.socket.send_to(message, (to, 0))?;
        Ok(())
    }

    /// The id that the system gives the requests of this socket in place of their
    /// own, once it has sent one.
    pub fn id(&self) -> Option<u16> {
        // On Linux it is where the port of another socket is; nobody else does this.
        let ours = cfg!(target_os = "linux") && self.kind == Kind::Datagram;
        let address = self.socket.local_addr().ok()?;
        ours.then_some(address.port())
    }

    /// Waits for the next echo, request or reply, whoever sent it to whom. What is
    /// no echo, or damaged, is passed over.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::TimedOut`] after the deadline; else those of the socket.
    pub fn receive(&self, deadline: Instant) -> io::Result<(Ipv4Addr, Echo)> {
        let mut buffer = vec![0; ROOM];
        loop {
            let (length, from) = receive_until(&self.socket, &mut buffer, deadline)?;
            let octets = &buffer[..length];
            // A raw socket gets the whole packet; so does the other kind on macOS.
            let whole = self.kind == Kind::Raw || cfg!(target_os = "macos");
            let message = match whole {
                true => from_packet(octets).map(|(_, message)| message),
                false => Ok(octets),
            };
            if let (IpAddr::V4(from), Ok(echo)) = (from.ip(), message.and_then(Echo::decode)) {
                return Ok((from, echo));
            }
        }
    }
}

/// A socket of the kind that is permitted, the unprivileged one first.
///
/// # Errors
///
/// When none is, with what would change that.
// ANCHOR: open_any
pub fn open_any() -> anyhow::Result<IcmpSocket> {
    for kind in [Kind::Datagram, Kind::Raw] {
        match IcmpSocket::open(kind) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
            opened => return Ok(opened?),
        }
    }
    bail!(ADVICE)
}
// ANCHOR_END: open_any

/// What to change where neither kind is permitted.
const ADVICE: &str = "no ICMP socket is permitted here. Permit all groups the unprivileged kind:
    sudo sysctl net.ipv4.ping_group_range=\"0 2147483647\"
or let this one program open the raw kind:
    sudo setcap cap_net_raw=ep PATH/TO/ping";

/// The first address of IPv4 that `host` stands for.
///
/// # Errors
///
/// When it stands for none.
pub fn resolve(host: &str) -> anyhow::Result<Ipv4Addr> {
    let mut found = (host, 0)
        .to_socket_addrs()
        .with_context(|| format!("resolve {host}"))?;
    found
        .find_map(|address| match address.ip() {
            IpAddr::V4(address) => Some(address),
            IpAddr::V6(_) => None,
        })
        .with_context(|| format!("resolve {host}: no address of IPv4"))
}
