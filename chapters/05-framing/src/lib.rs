//! Where does a message end? The decoders of chapter 5, one a pattern, and what
//! its programs share.
//!
//! A decoder here knows nothing of sockets: octets go in by being appended to a
//! buffer, whole messages come out. [`Decode`] is what they have in common;
//! [`Messages`] drives one from anything that reads, [`Codec`] from a tokio
//! stream by way of tokio-util.
//!
//! The modules [`delimiter`], [`length_prefix`], [`chunks`], [`cancel_safe`] and
//! [`error_report`] are the solutions of the chapter's exercises.

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
