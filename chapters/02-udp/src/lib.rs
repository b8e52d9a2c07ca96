//! Datagrams: what UDP adds to IP, what is left to you, and ICMP beside it. What
//! the programs of chapter 2 share.
//!
//! | module | what it is | page | exercise | scene |
//! |---|---|---|---|---|
//! | [`internet_checksum`] | The Internet checksum of RFC 1071, as IPv4, ICMP, UDP and TCP use it | ping | 2.1 | udp-copy |
//! | [`backoff`] | When to try again | loss | 2.2 | udp-retry |
//! | [`match_replies`] | Which reply belongs to which request | trust | 2.3 | udp-retry |
//! | [`stop_and_wait`] | A file over datagrams that are lost, doubled, late and out of order | loss | 2.4 | udp-copy |
//! | [`account`] | A service whose requests change something | loss | | udp-retry |
//! | [`icmp`] | ICMP echo (RFC 792): what `ping` sends, and what comes back | ping | | ping |
//! | [`icmp_socket`] | Sockets for ICMP | ping | | ping |
//! | [`incoming`] | Files that come in datagrams from one client after the other | loss | | udp-copy |
//! | [`mtu`] | How large a datagram may be that leaves in one piece | size | | mtu-probe |
//! | [`random`] | Numbers that nobody can guess | trust | | udp-retry |
//! | [`schedule`] | The command line of a client that tries again | loss | | udp-retry |
//! | [`talk`] | How the programs of this chapter get their sockets, and how they wait | index | | mtu-probe |
//!
//! A module with an exercise is its solution, in `exercises/NAME/solution.rs`. The pages are
//! those of `book/02-udp`.

#[path = "../exercises/backoff/solution.rs"]
pub mod backoff;
#[path = "../exercises/internet_checksum/solution.rs"]
pub mod internet_checksum;
#[path = "../exercises/match_replies/solution.rs"]
pub mod match_replies;
#[path = "../exercises/stop_and_wait/solution.rs"]
pub mod stop_and_wait;

pub mod account;
pub mod icmp;
pub mod icmp_socket;
pub mod incoming;
pub mod mtu;
pub mod random;
pub mod schedule;
pub mod talk;
