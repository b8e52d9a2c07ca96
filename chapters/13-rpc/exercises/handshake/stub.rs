//! Who knows the key?
//!
//! Difficulty: stretch
//! Page: 13-rpc/access.md
//! Check: just check 13.4
//!
//! Python's `multiprocessing.connection` runs what it is sent. So both ends prove first that
//! they know the same key, without telling it: each sends random octets, a challenge, and the
//! other answers with a digest of them that only the key can make. Write both sides.
//!
//! | module | what you have |
//! |---|---|
//! | `message` | `send(stream, octets)` sends a whole message; `receive(stream, limit)` returns one, or `None` where the stream ends. It is an error if it is longer than `limit` |
//! | `secret` | `secret.key()`; `secret.challenge()` makes a challenge, whose `octets` are `{sha256}` and forty random ones; as long as it lives, `secret.is_ours(octets)` |
//! | `digest` | `Digest::ALL`, and of each `name()`, `sign(key, message)`, `verify(key, message, digest)` |
//!
//! `accept` is the listener's side. It challenges, and then answers. `connect` is the client's
//! side. It answers, and then challenges. No message may have more than `LIMIT` octets; where
//! the stream ends instead of one, it is `Closed`.
//!
//! Who challenges
//!
//! - sends `CHALLENGE` and the `octets` of a fresh challenge, in one message. The challenge lives
//!   until its answer has come.
//! - receives the answer: a digest of these `octets`, all of them, with its name in braces in
//!   front; an old Python sends the sixteen octets of `Md5` without a name.
//! - sends `WELCOME` if the answer is right, and `FAILURE` otherwise. Then it is `UnknownDigest`
//!   if there is no digest of this name, or no name, and `WrongAnswer` if the digest is wrong.
//!
//! Who answers
//!
//! - receives `CHALLENGE` and a challenge, in one message. Anything else is `NoChallenge`.
//! - answers none of our own: it is `Reflected`. Whoever sends it back doesn't know the key and
//!   hopes that we answer it, on another connection.
//! - sends a digest of the whole challenge. One of twenty octets is from an old Python, and is
//!   answered with `Md5` without a name. A longer one begins with the name of a digest in braces.
//!   It is answered with that name in braces and that digest. Everything else is `UnknownDigest`.
//! - receives `WELCOME`. Anything else is `Refused`.
//!
//! Where there is an error, nothing more is sent, but for `FAILURE`.
//!
//! ```text
//! listener   00 00 00 3B  #CHALLENGE#{sha256}, 40 octets
//! client     00 00 00 28  {sha256}, 32 octets
//! listener   00 00 00 09  #WELCOME#
//! client     00 00 00 3B  #CHALLENGE#{sha256}, 40 octets
//! listener   00 00 00 28  {sha256}, 32 octets
//! client     00 00 00 09  #WELCOME#
//! ```

use std::io;

use rpc::digest::Digest;
use rpc::message;
use rpc::secret::Secret;
use tokio::io::{AsyncRead, AsyncWrite};

/// What a challenge begins with.
pub const CHALLENGE: &[u8] = b"#CHALLENGE#";
/// What a right answer is answered with.
pub const WELCOME: &[u8] = b"#WELCOME#";
/// What a wrong answer is answered with.
pub const FAILURE: &[u8] = b"#FAILURE#";
/// The octets that a message may have until both know who they are.
pub const LIMIT: usize = 256;

/// Why the other end is not to be talked to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The stream failed, or a message was too long.
    #[error("the connection failed")]
    Io(#[from] io::Error),
    /// The stream ended before the handshake did.
    #[error("the connection was closed during the handshake")]
    Closed,
    /// What should have been a challenge is none.
    #[error("no challenge")]
    NoChallenge,
    /// The challenge is one of our own.
    #[error("our own challenge came back")]
    Reflected,
    /// A digest that we don't know, or none.
    #[error("an unknown digest")]
    UnknownDigest,
    /// The other end has answered our challenge wrongly.
    #[error("the other end doesn't know the key")]
    WrongAnswer,
    /// The other end doesn't like our answer.
    #[error("the other end has refused our answer")]
    Refused,
}

/// The listener's side: it challenges first.
pub async fn accept(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    secret: &Secret,
) -> Result<(), Error> {
    todo!()
}

/// The client's side: it answers first.
pub async fn connect(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    secret: &Secret,
) -> Result<(), Error> {
    todo!()
}
