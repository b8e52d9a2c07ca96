//! Clients and servers: the service that chapter 1 asks, and what the four
//! programs that ask it share.
//!
//! Of the service, [`places`] is what it knows, [`request`] reads a request from
//! octets, and [`answer`] makes the octets of the answer. None of them has ever
//! heard of a socket. The client's side is [`question`].
//!
//! The module [`hexdump`] is the solution of one of the chapter's exercises.

#[path = "../exercises/hexdump/solution.rs"]
pub mod hexdump;

pub mod answer;
pub mod encodings;
pub mod percent;
pub mod places;
pub mod question;
pub mod request;
