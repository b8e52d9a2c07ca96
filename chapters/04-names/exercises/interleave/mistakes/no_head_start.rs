//! All attempts start at once
//!
//! You start every attempt at 0 and take the first that succeeds. It is the fastest
//! way there is, and a server pays for it with connections that are dropped at once,
//! from every client. The head start is long enough for an address that works.
//!
//! fails: the_other_family_has_to_wait, each_has_a_head_start_on_the_next,
//!    the_delay_is_the_one_given

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
pub fn attempts(addresses: &[SocketAddr], first_family: usize, _delay: Duration) -> Vec<Attempt> {
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

    let starts = std::iter::repeat(Duration::ZERO);
    order
        .into_iter()
        .zip(starts)
        .map(|(address, start)| Attempt { address, start })
        .collect()
}
