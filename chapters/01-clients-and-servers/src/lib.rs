//! Clients and servers: the service that chapter 1 asks, and what the four
//! programs that ask it share.
//!
//! | module | what it is | page | exercise | scene |
//! |---|---|---|---|---|
//! | [`hexdump`] | Octets for people to read | by-hand | 1.1 | search-bytes-room |
//! | [`get_by_hand`] | A request of HTTP/1.1, as octets (RFC 9112) | by-hand | 1.2 | search-bytes-room |
//! | [`split_utf8`] | Text out of UTF-8 that arrives in pieces (RFC 3629) | text | 1.3 | text-cut |
//! | [`read_reply`] | A reply which ends when its stream does, and a limit on it | by-hand | 1.4 | search-text |
//! | [`answer`] | What the service answers, and the octets of that | asking | | atlas-curl |
//! | [`descriptors`] | Descriptors to try the system's calls on | descriptors | | fd-tour |
//! | [`encodings`] | Text as octets and back, in five encodings | text | | text-cut |
//! | [`percent`] | Any text in a request: percent-encoding | by-hand | | search-bytes-room |
//! | [`places`] | What the service knows | asking | | atlas |
//! | [`question`] | The question as text, and what a person is told of the answer | asking | | four-layers |
//! | [`request`] | A request's head, from octets that come in any pieces (RFC 9112) | by-hand | | atlas |
//!
//! A module with an exercise is its solution, in `exercises/NAME/solution.rs`. The pages are
//! those of `book/01-clients-and-servers`.
//!
//! Of the service, [`places`] is what it knows, [`request`] reads a request from
//! octets, and [`answer`] makes the octets of the answer. None of them has ever
//! heard of a socket. The client's side is [`question`].

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
