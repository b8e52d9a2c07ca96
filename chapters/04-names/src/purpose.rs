//! What an address is for.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is for, in a word or two.
pub fn purpose(address: IpAddr) -> &'static str {
    match address.to_canonical() {
        address if address.is_unspecified() => "any address of this host",
        address if address.is_loopback() => "loopback: this host",
        address if address.is_multicast() => "a group of hosts",
        IpAddr::V4(address) => kind_v4(address),
        IpAddr::V6(address) => kind_v6(address),
    }
}

fn kind_v4(address: Ipv4Addr) -> &'static str {
    match address {
        Ipv4Addr::BROADCAST => "all hosts of this network",
        _ if address.is_private() => "private: a site's own (RFC 1918)",
        _ if address.is_link_local() => "link-local: this link's own (RFC 3927)",
        _ if address.is_documentation() => "for documents: nobody's (RFC 5737)",
        _ => "a host",
    }
}

fn kind_v6(address: Ipv6Addr) -> &'static str {
    match address.segments() {
        [0x2001, 0x0db8, ..] => "for documents: nobody's (RFC 3849)",
        _ if address.is_unicast_link_local() => "link-local: this link's own (RFC 4291)",
        _ if address.is_unique_local() => "unique local: a site's own (RFC 4193)",
        _ => "a host",
    }
}
