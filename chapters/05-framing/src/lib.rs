//! Where does a message end? The decoders of chapter 5, one a pattern, and what
//! its programs share.
//!
//! | module | what it is | page | exercise | scene |
//! |---|---|---|---|---|
//! | [`delimiter`] | Messages that end with a delimiter | delimiters | 5.1 | delimited |
//! | [`length_prefix`] | Messages behind their length | lengths | 5.2 | length-prefixed |
//! | [`chunks`] | Messages in chunks | lengths | 5.3 | chunked |
//! | [`cancel_safe`] | Frames behind a length prefix, from a stream that may be raced in `select!` | in-tokio | 5.4 | select-loses |
//! | [`error_report`] | An error that says which operation failed, with which address, and why | errors | 5.5 | errors |
//! | [`async_rig`] | What `rig` does, for programs in tokio | in-tokio | | select-loses |
//! | `chunk_writer` | Sends a message whose length nobody knows yet | lengths | | chunked |
//! | `codec` | One of our decoders as one of tokio-util | in-tokio | | length-prefixed-tokio |
//! | `decode` | What all decoders have in common | in-tokio | | |
//! | [`escape`] | Keeping the delimiter out of a payload | delimiters | | delimited |
//! | `messages` | Messages from anything that reads: it drives a decoder | delimiters | | chunked |
//! | [`orders`] | The orders that `assumptions` sends | one-read | | assumptions |
//! | [`rig`] | Calls that are counted, and a wait that takes nothing away | one-read | | assumptions |
//! | [`talk`] | Reading to the end, and filling a buffer | endings | | streamer |
//! | [`transfer`] | Five ways to send a file as length-prefixed messages, for `zero-copy` to compare | copies | | zero-copy |
//!
//! A module with an exercise is its solution, in `exercises/NAME/solution.rs`. The pages are
//! those of `book/05-framing`.
//!
//! A decoder here knows nothing of sockets: octets go in by being appended to a
//! buffer, whole messages come out. [`Decode`] is what they have in common;
//! [`Messages`] drives one from anything that reads, [`Codec`] from a tokio
//! stream by way of tokio-util.

// The solutions also stand in the exercises' own crate and speak of this one by
// its name.
extern crate self as framing;

#[path = "../exercises/cancel_safe/solution.rs"]
pub mod cancel_safe;
#[path = "../exercises/chunks/solution.rs"]
pub mod chunks;
#[path = "../exercises/delimiter/solution.rs"]
pub mod delimiter;
#[path = "../exercises/error_report/solution.rs"]
pub mod error_report;
#[path = "../exercises/length_prefix/solution.rs"]
pub mod length_prefix;

pub mod async_rig;
mod chunk_writer;
mod codec;
mod decode;
pub mod escape;
mod messages;
pub mod orders;
pub mod rig;
pub mod talk;
pub mod transfer;

pub use chunk_writer::ChunkWriter;
pub use codec::Codec;
pub use decode::Decode;
pub use messages::Messages;

/// The octets that a message may have, unless a program has a reason to say
/// otherwise: one bad peer may not take more.
pub const MAX_MESSAGE: usize = 64 * 1024;
