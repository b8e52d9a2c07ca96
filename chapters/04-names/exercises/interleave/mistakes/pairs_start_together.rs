//! Each family has its own clock
//!
//! You count the delay in each family by itself, so that one attempt of each starts
//! together. Each attempt is to have a head start on the next, also on one of the
//! other family: otherwise IPv4 wins whenever it is a little faster, and IPv6 is
//! never used.
//!
//! fails: the_other_family_has_to_wait

use std::net::SocketAddr;
use std::time::Duration;

/// An attempt to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// Where to.
    pub address: SocketAddr,
    /// When to start it, counted from the first, if none before it has
    /// succeeded or failed by then.
    pub start: Duration,
}

/// The attempts to make with `addresses`, which are in the order of preference
/// (RFC 6724), as a resolver returns them.
///
/// The first `first_family` attempts go to the family of the first address, as
/// far as it has so many; from then on the families take turns, and the other
/// family has the first turn. Each keeps its own order. When one has run out, the
/// rest of the other follows. An address that comes twice is tried once.
///
/// Each attempt has a head start of `delay` on the next one.
pub fn attempts(addresses: &[SocketAddr], first_family: usize, delay: Duration) -> Vec<Attempt> {
    let Some(favourite) = addresses.first() else {
        return Vec::new();
    };
    let mut unique: Vec<SocketAddr> = Vec::new();
    for address in addresses {
        if !unique.contains(address) {
            unique.push(*address);
        }
    }
    let (first, second): (Vec<_>, Vec<_>) = unique
        .into_iter()
        .partition(|address| address.is_ipv6() == favourite.is_ipv6());

    // The first address is tried first, whatever the count says.
    let head = first_family.clamp(1, first.len());
    let mut order = first[..head].to_vec();
    let (mut first, mut second) = (first[head..].iter(), second.iter());
    while first.len() + second.len() > 0 {
        order.extend(second.next());
        order.extend(first.next());
    }

    let mut starts = [Duration::ZERO; 2];
    order
        .into_iter()
        .map(|address| {
            let next = &mut starts[usize::from(address.is_ipv6())];
            let start = *next;
            *next += delay;
            Attempt { address, start }
        })
        .collect()
}
