//! How large a datagram may be that leaves in one piece.

use std::io;
use std::net::UdpSocket;
use std::time::Instant;

use crate::talk::receive_until;

/// The octets that IPv4 without options and UDP put in front of a datagram's own.
pub const HEADERS: usize = 20 + 8;

/// The octets that a datagram can have over IPv4, whose packets, headers included,
/// count theirs in 16 bits.
pub const LARGEST: usize = 65_535 - HEADERS;

// ANCHOR: largest
/// The largest size up to `most` that `fits`, if all below one that fits fit, too.
/// A size of 0 is taken to fit.
///
/// # Errors
///
/// Those of `fits`.
pub fn largest<E>(most: usize, mut fits: impl FnMut(usize) -> Result<bool, E>) -> Result<usize, E> {
    if fits(most)? {
        return Ok(most);
    }
    // `fitting` fits and `too_large` does not; between them we don't know.
    let (mut fitting, mut too_large) = (0, most);
    while too_large - fitting > 1 {
        let middle = fitting + (too_large - fitting) / 2;
        match fits(middle)? {
            true => fitting = middle,
            false => too_large = middle,
        }
    }
    Ok(fitting)
}
// ANCHOR_END: largest

/// Forbids `socket` and every router on the way to cut its datagrams in pieces.
///
/// # Errors
///
/// Those of the system, and where we don't know how.
#[cfg(target_os = "linux")]
// ANCHOR: dont_fragment
pub fn dont_fragment(socket: &UdpSocket) -> io::Result<()> {
    use rustix::net::sockopt::{Ipv4PathMtuDiscovery, set_ip_mtu_discover};
    Ok(set_ip_mtu_discover(socket, Ipv4PathMtuDiscovery::DO)?)
}
// ANCHOR_END: dont_fragment

/// The octets of the largest packet that the system believes can go the way to the
/// peer of `socket`, which must be connected.
///
/// # Errors
///
/// Those of the system, and where we don't know how.
#[cfg(target_os = "linux")]
// ANCHOR: known
pub fn known(socket: &UdpSocket) -> io::Result<u32> {
    Ok(rustix::net::sockopt::ip_mtu(socket)?)
}
// ANCHOR_END: known

/// How many fragments this system has made of packets so far.
///
/// # Errors
///
/// Where the system doesn't count them as Linux does.
pub fn fragments() -> io::Result<u64> {
    let counters = std::fs::read_to_string("/proc/net/snmp")?;
    let unknown = || io::Error::new(io::ErrorKind::InvalidData, "no count of fragments");
    count("Ip:", "FragCreates", &counters).ok_or_else(unknown)
}

/// A counter in lines of names above lines of numbers.
fn count(group: &str, name: &str, counters: &str) -> Option<u64> {
    let mut lines = counters.lines().filter(|line| line.starts_with(group));
    let (names, numbers) = (lines.next()?, lines.next()?);
    let mut pairs = names.split(' ').zip(numbers.split(' '));
    pairs.find(|(known, _)| *known == name)?.1.parse().ok()
}

/// Whether the server says, before the deadline, that it has got so many octets.
///
/// # Errors
///
/// Those of the socket, but for one: that a datagram was too large.
pub fn is_answered(server: &UdpSocket, size: usize, deadline: Instant) -> io::Result<bool> {
    let expected = size.to_string();
    let mut buffer = [0; 64];
    loop {
        match receive_until(server, &mut buffer, deadline) {
            Ok((length, _)) if buffer[..length] == *expected.as_bytes() => return Ok(true),
            Ok(_) => {} // to an earlier probe
            Err(error) if is_too_long(&error) => return Ok(false),
            Err(error) if error.kind() == io::ErrorKind::TimedOut => return Ok(false),
            Err(error) => return Err(error),
        }
    }
}

/// Whether a call failed because a datagram is too large to go in one piece.
pub fn is_too_long(error: &io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::MSGSIZE.raw_os_error())
}

#[cfg(not(target_os = "linux"))]
const UNKNOWN: &str = "path MTU discovery: this program knows Linux's socket options alone";

/// Forbids `socket` and every router on the way to cut its datagrams in pieces.
///
/// # Errors
///
/// Always: this is for Linux.
#[cfg(not(target_os = "linux"))]
pub fn dont_fragment(_: &UdpSocket) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, UNKNOWN))
}

/// The octets of the largest packet that the system believes can go the way to the
/// peer of `socket`.
///
/// # Errors
///
/// Always: this is for Linux.
#[cfg(not(target_os = "linux"))]
pub fn known(_: &UdpSocket) -> io::Result<u32> {
    Err(io::Error::new(io::ErrorKind::Unsupported, UNKNOWN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    #[test]
    fn the_largest_is_found_wherever_it_is() {
        for most in [1, 2, 3, 100, 65_507] {
            for limit in [0, 1, 2, 49, 50, 99, 100, 1472, 65_506, 65_507] {
                let mut probes = 0;
                let found = largest(most, |size| {
                    probes += 1;
                    Ok::<_, Infallible>(size <= limit)
                });
                assert_eq!(found, Ok(most.min(limit)));
                assert!(probes <= 17, "{probes} probes");
            }
        }
    }

    #[test]
    fn a_counter_stands_below_its_name() {
        let counters = "Ip: A B\nIp: 1 22\nIcmp: B\nIcmp: 3\n";
        assert_eq!(count("Ip:", "B", counters), Some(22));
        assert_eq!(count("Icmp:", "B", counters), Some(3));
        assert_eq!(count("Ip:", "C", counters), None);
        assert_eq!(count("Udp:", "B", counters), None);
    }

    #[test]
    fn a_probe_that_fails_ends_the_search() {
        assert_eq!(largest(10, |_| Err::<bool, _>("down")), Err("down"));
    }
}
