//! A frame, decoded.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use etherparse::{LaxSlicedPacket, NetSlice, SlicedPacket, TransportSlice};

/// A packet of IP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// Who sent it.
    pub source: IpAddr,
    /// Whom it is for.
    pub destination: IpAddr,
    /// What is in it.
    pub body: Body,
}

/// What is in a packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// A segment of TCP.
    Tcp(Segment),
    /// A datagram of UDP.
    Udp(Datagram),
    /// A message of ICMP.
    Icmp(Message),
    /// A piece of a packet, from this octet of it on.
    Fragment(usize),
    /// Another protocol, by its number.
    Other(u8),
}

/// A segment of TCP (RFC 9293, section 3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the field's")]
pub struct Segment {
    pub source: u16,
    pub destination: u16,
    pub flags: Flags,
    pub sequence: u32,
    pub acknowledgment: u32,
    /// As it stands in the header, not scaled.
    pub window: u16,
    pub data: Vec<u8>,
}

/// The flags of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the names are the field's")]
pub struct Flags {
    pub syn: bool,
    pub ack: bool,
    pub psh: bool,
    pub fin: bool,
    pub rst: bool,
    pub urg: bool,
}

impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = [
            (self.syn, "SYN"),
            (self.fin, "FIN"),
            (self.rst, "RST"),
            (self.psh, "PSH"),
            (self.ack, "ACK"),
            (self.urg, "URG"),
        ];
        let set = named.iter().filter(|(set, _)| *set).map(|(_, name)| *name);
        f.write_str(&set.collect::<Vec<_>>().join(", "))
    }
}

/// A datagram of UDP (RFC 768).
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the field's")]
pub struct Datagram {
    pub source: u16,
    pub destination: u16,
    pub data: Vec<u8>,
}

/// A message of ICMP (RFC 792) or ICMPv6 (RFC 4443).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its type and code.
    pub number: (u8, u8),
    /// What that means.
    pub name: String,
    /// The packet that it complains of: who sent that, and to whom.
    pub about: Option<(SocketAddr, SocketAddr)>,
    /// What follows its header.
    pub data: Vec<u8>,
}

impl Message {
    /// Whether it answers an echo request.
    pub(crate) fn is_reply(&self) -> bool {
        self.name == ECHO_REPLY
    }
}

impl Packet {
    /// Decodes a frame that begins with its Ethernet header.
    ///
    /// # Errors
    ///
    /// What is wrong with it, if it is cut or malformed, or no packet of IP.
    pub fn decode(frame: &[u8]) -> Result<Packet, String> {
        let sliced = SlicedPacket::from_ethernet(frame).map_err(|error| error.to_string())?;
        let net = sliced.net.ok_or("no packet of IP")?;
        let (source, destination) = addresses(&net).ok_or("no packet of IP")?;
        let payload = net.ip_payload_ref().ok_or("no packet of IP")?;
        let body = match &sliced.transport {
            _ if payload.fragmented => Body::Fragment(offset(&net)),
            Some(TransportSlice::Tcp(tcp)) => Body::Tcp(Segment {
                source: tcp.source_port(),
                destination: tcp.destination_port(),
                flags: Flags {
                    syn: tcp.syn(),
                    ack: tcp.ack(),
                    psh: tcp.psh(),
                    fin: tcp.fin(),
                    rst: tcp.rst(),
                    urg: tcp.urg(),
                },
                sequence: tcp.sequence_number(),
                acknowledgment: tcp.acknowledgment_number(),
                window: tcp.window_size(),
                data: tcp.payload().to_vec(),
            }),
            Some(TransportSlice::Udp(udp)) => Body::Udp(Datagram {
                source: udp.source_port(),
                destination: udp.destination_port(),
                data: udp.payload().to_vec(),
            }),
            Some(TransportSlice::Icmpv4(icmp)) => {
                let number = (icmp.type_u8(), icmp.code_u8());
                let is_error = matches!(number.0, 3 | 11 | 12);
                Body::Icmp(message(number, v4_name(number), is_error, icmp.payload()))
            }
            Some(TransportSlice::Icmpv6(icmp)) => {
                let number = (icmp.type_u8(), icmp.code_u8());
                Body::Icmp(message(
                    number,
                    v6_name(number),
                    number.0 < 128,
                    icmp.payload(),
                ))
            }
            Some(TransportSlice::Igmp(_)) | None => Body::Other(payload.ip_number.0),
        };
        Ok(Packet {
            source,
            destination,
            body,
        })
    }

    /// The sockets that it goes from and to; without ports their ports are 0.
    pub fn sockets(&self) -> (SocketAddr, SocketAddr) {
        let (from, to) = match &self.body {
            Body::Tcp(segment) => (segment.source, segment.destination),
            Body::Udp(datagram) => (datagram.source, datagram.destination),
            Body::Icmp(_) | Body::Fragment(_) | Body::Other(_) => (0, 0),
        };
        ((self.source, from).into(), (self.destination, to).into())
    }
}

fn addresses(net: &NetSlice<'_>) -> Option<(IpAddr, IpAddr)> {
    match net {
        NetSlice::Ipv4(ip) => {
            let header = ip.header();
            Some((
                header.source_addr().into(),
                header.destination_addr().into(),
            ))
        }
        NetSlice::Ipv6(ip) => {
            let header = ip.header();
            Some((
                header.source_addr().into(),
                header.destination_addr().into(),
            ))
        }
        NetSlice::Arp(_) => None,
    }
}

/// Where in its packet a fragment begins.
fn offset(net: &NetSlice<'_>) -> usize {
    match net {
        NetSlice::Ipv4(ip) => usize::from(ip.header().fragments_offset().value()) * 8,
        NetSlice::Ipv6(_) | NetSlice::Arp(_) => 0,
    }
}

fn message(number: (u8, u8), name: String, is_error: bool, data: &[u8]) -> Message {
    Message {
        number,
        name,
        about: is_error.then(|| about(data)).flatten(),
        data: data.to_vec(),
    }
}

/// The sockets of a packet that is quoted, and cut.
fn about(quoted: &[u8]) -> Option<(SocketAddr, SocketAddr)> {
    let sliced = LaxSlicedPacket::from_ip(quoted).ok()?;
    let net = sliced.net?;
    let (source, destination) = match &net {
        etherparse::LaxNetSlice::Ipv4(ip) => (
            IpAddr::from(ip.header().source_addr()),
            IpAddr::from(ip.header().destination_addr()),
        ),
        etherparse::LaxNetSlice::Ipv6(ip) => (
            IpAddr::from(ip.header().source_addr()),
            IpAddr::from(ip.header().destination_addr()),
        ),
        etherparse::LaxNetSlice::Arp(_) => return None,
    };
    // Both TCP and UDP begin with their ports, and more may not be there.
    let [a, b, c, d] = *net.ip_payload_ref()?.payload.first_chunk()?;
    let (from, to) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    Some(((source, from).into(), (destination, to).into()))
}

const ECHO_REPLY: &str = "echo reply";

/// The names of RFC 792.
fn v4_name(number: (u8, u8)) -> String {
    let name = match number {
        (0, _) => ECHO_REPLY,
        (3, 0) => "net unreachable",
        (3, 1) => "host unreachable",
        (3, 2) => "protocol unreachable",
        (3, 3) => "port unreachable",
        (3, 4) => "fragmentation needed",
        (8, _) => "echo request",
        (11, _) => "time exceeded",
        (kind, code) => return format!("type {kind}, code {code}"),
    };
    name.to_owned()
}

/// The names of RFC 4443.
fn v6_name(number: (u8, u8)) -> String {
    let name = match number {
        (1, 0) => "no route",
        (1, 3) => "address unreachable",
        (1, 4) => "port unreachable",
        (2, _) => "packet too big",
        (3, _) => "time exceeded",
        (128, _) => "echo request",
        (129, _) => ECHO_REPLY,
        (kind, code) => return format!("type {kind}, code {code}"),
    };
    name.to_owned()
}
