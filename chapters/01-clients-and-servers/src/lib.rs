//! Clients and servers: the service that chapter 1 asks, and what the four
//! programs that ask it share.
//!
//! Of the service, [`places`] is what it knows, [`request`] reads a request from
//! octets, and [`answer`] makes the octets of the answer. None of them has ever
//! heard of a socket. The client's side is [`question`].
//!
//! The modules [`hexdump`], [`get_by_hand`], [`split_utf8`] and [`read_reply`] are the
//! solutions of the chapter's exercises.

#[path = "../exercises/get_by_hand/solution.rs"]
pub mod get_by_hand;
#[path = "../exercises/hexdump/solution.rs"]
pub mod hexdump;
#[path = "../exercises/read_reply/solution.rs"]
pub mod read_reply;
#[path = "../exercises/split_utf8/solution.rs"]
pub mod split_utf8;

pub mod answer;
pub mod descriptors;
pub mod encodings;
pub mod percent;
pub mod places;
pub mod question;
pub mod request;
