//! When one family ends, the plan ends
//!
//! You take the addresses in pairs, one of each family, and stop when one family has
//! no more. With one IPv6 and four IPv4 addresses, three of those are never tried.
//! What zip leaves over has to follow.
//!
//! fails: the_other_family_has_to_wait, the_families_take_turns,
//!    the_first_address_stays_the_first,
//!    when_one_family_has_run_out_the_rest_follows,
//!    the_order_within_a_family_stays, the_first_family_may_have_more_attempts,
//!    the_first_family_may_have_fewer_addresses,
//!    no_attempts_for_the_first_family_are_one, another_port_is_another_address

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
    let (mut first, second) = (first[head..].iter(), second.iter());
    if second.len() == 0 {
        order.extend(first.by_ref());
    }
    for (other, own) in second.zip(first) {
        order.extend([other, own]);
    }

    let starts = (0..).map(|before| delay * before);
    order
        .into_iter()
        .zip(starts)
        .map(|(address, start)| Attempt { address, start })
        .collect()
}
