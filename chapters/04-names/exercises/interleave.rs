//! Which address first, and when the next
//!
//! Difficulty: core
//! Page: 04-names/connecting.md
//! Check: just check 4.4
//!
//! A name has several addresses, and the first may be dead: then a connection attempt
//! tells nothing for minutes. Whoever waits for it before trying the second has lost
//! the user. Whoever tries all at once loads the servers with connections that nobody
//! needs. RFC 8305, sections 4 and 5, goes between: one attempt after the other, each
//! with a head start on the next, and IPv6 and IPv4 in turns, because often it is one
//! of them as a whole that doesn't work. Write the plan for that.
//!
//! `addresses` are in the order of preference, as a resolver returns them.
//!
//! - The first attempts, `first_family` of them, go to the family of the first
//!   address, or as many as there are of it. 0 means 1: the first address is always
//!   tried first.
//! - From there on the families take turns, and the other family begins. Within a
//!   family the order stays as it was.
//! - When one family has run out, the rest of the other follows.
//! - An address that comes twice, with the same port, is tried once, in the place
//!   where it came first.
//! - The first attempt starts at 0, each later one `delay` after the one before it.
//!   (That holds as long as none has succeeded, which ends them all, or failed,
//!   which starts the next sooner. Both are for the caller to see.)
//!
//! No addresses make no attempts. With IPv6 addresses a, b, c, IPv4 addresses x, y,
//! and 250 ms:
//!
//! ```text
//! addresses      first_family   attempts
//! a b c x y      1              a 0 ms   x 250 ms   b 500 ms   y 750 ms   c 1000 ms
//! a b c x y      2              a 0 ms   b 250 ms   x 500 ms   c 750 ms   y 1000 ms
//! x a y b c      1              x 0 ms   a 250 ms   y 500 ms   b 750 ms   c 1000 ms
//! ```

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
pub fn attempts(addresses: &[SocketAddr], first_family: usize, delay: Duration) -> Vec<Attempt> {
    todo!()
}
