//! Names, addresses, and how one becomes the other: a codec for DNS messages, and
//! what the programs of chapter 4 share.
//!
//! | module | what it is | page | exercise | scene |
//! |---|---|---|---|---|
//! | [`strict_address`] | An IPv4 address as text, read strictly | addresses | 4.1 | addresses-name |
//! | [`dns_name`] | Domain names to and from the wire, with compression | messages | 4.2 | dns-wire |
//! | [`ttl_cache`] | Answers, kept for as long as they may be | caching | 4.3 | dns-cache |
//! | [`interleave`] | Which address to try first, which next, and when | connecting | 4.4 | happy-eyeballs |
//! | [`iterative_resolver`] | From the servers of the root down to an answer | exercises | 4.5 | |
//! | [`ask`] | Asking a server | messages | | dig |
//! | [`purpose`] | What an address is for | addresses | | addresses-show |
//! | [`look_up`] | getaddrinfo, with everything that it can be told and can tell | names | | names-forward |
//! | [`loose`] | An IPv4 address as text, read as BSD's inet_aton reads it | addresses | | addresses-name |
//! | [`message`] | A DNS message as octets | messages | | dns-wire |
//! | `name` | Domain names: what they are made of, and how people write them | dns | | dig |
//! | [`presentation`] | Messages as text | messages | | dns-wire |
//! | [`race`] | A race of connections | connecting | | happy-eyeballs |
//! | [`record`] | Resource records | dns | | dig |
//! | [`server`] | An authoritative server: what it answers, and its loops | dns | | dig |
//! | [`services`] | The files that give numbers their names | names | | names-forward |
//! | [`socket_name`] | A socket's name as the system takes it | addresses | | addresses-name |
//! | [`stream`] | Messages on a stream, each behind its length | messages | | dig |
//! | [`unix`] | Sockets with a path for a name | unix | | unix-datagram |
//! | [`zone`] | A zone: what a server knows about a name and all below it | dns | | dig |
//!
//! A module with an exercise is its solution, in `exercises/NAME/solution.rs`. The pages are
//! those of `book/04-names`.
//!
//! `resolve.rs` isn't here: the programs that need hickory-resolver take it in by
//! themselves, so that nobody else waits for the linker to read that.

// The solutions also stand in the exercises' own crate and speak of this one by
// its name.
extern crate self as names;

#[path = "../exercises/dns_name/solution.rs"]
pub mod dns_name;
#[path = "../exercises/interleave/solution.rs"]
pub mod interleave;
#[path = "../exercises/iterative_resolver/solution.rs"]
pub mod iterative_resolver;
#[path = "../exercises/strict_address/solution.rs"]
pub mod strict_address;
#[path = "../exercises/ttl_cache/solution.rs"]
pub mod ttl_cache;

pub mod ask;
pub mod look_up;
pub mod loose;
pub mod message;
mod name;
pub mod presentation;
pub mod purpose;
pub mod race;
pub mod record;
pub mod server;
pub mod services;
pub mod socket_name;
pub mod stream;
pub mod unix;
pub mod zone;

pub use name::{Name, TextError};
