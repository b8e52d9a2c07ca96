//! Challenge and response, both ways
//!
//! Difficulty: core
//! Page: 06-tls/who-is-there.md
//! Check: just check 6.2
//!
//! A client and a server share a key, and each wants to know that the other has it. The
//! key never travels. Each side sends a nonce, a number that is used once and that nobody
//! can guess, and gets back a proof: a tag that was made of both nonces with the key. The
//! tag is HMAC-SHA-256 (RFC 2104, exercise 6.1). `Key` is given: `key.tag(&message)` makes
//! the tag, `[u8; TAG]`, and `key.verify(&message, &tag)` is an error where it is wrong.
//!
//! ```text
//! server ──▶ client   server's nonce                   32 octets
//! client ──▶ server   client's nonce, client's proof   32 + 32 octets
//! server ──▶ client   server's proof                   32 octets
//!
//! a proof is the tag of   "client" or "server", whose proof it is   6 octets, ASCII
//!                         the server's nonce                        32 octets
//!                         the client's nonce                        32 octets
//!                         the binding                               what is left
//! ```
//!
//! Write both sides. `stream` is any connection, and `binding` names what the
//! conversation runs on, if both sides can name it. It may be empty.
//!
//! - Each conversation asks `random` for one nonce. A nonce that is used twice proves
//!   nothing the second time: somebody may have recorded the first. When `random` fails,
//!   that is the error, and nothing is sent.
//! - The role stands in the proof so that nobody can send your own proof back to you.
//! - The server sends its proof after it has seen the client's, and to nobody else: who
//!   doesn't have the key gets nothing that was made with it.
//! - A proof that is wrong is `NotProven`, with the role of the *other* side.
//! - A connection that ends or fails is `Io`, with its own error; an end in the middle of
//!   a message is `ErrorKind::UnexpectedEof`. It says nothing about anybody's key.
//! - The stream may take or give a single octet at a time, and a read or a write may be
//!   interrupted by a signal. It may also hold back what you write until you say `flush`,
//!   and then the other side waits for it, and you for the other side.
//! - Not one octet is read beyond the last message: what follows belongs to somebody
//!   else.

use std::fmt;
use std::io::{self, Read, Write};

use tls::verify_mac::{Key, TAG};

/// The octets of a nonce: so many that no two are ever the same.
pub const NONCE: usize = 32;

/// A number used once.
pub type Nonce = [u8; NONCE];

/// Why one side does not believe the other.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The peer answered, and the answer was not made with our key for our nonce.
    #[error("the {0} does not know the key")]
    NotProven(Role),
    /// The connection failed or ended first.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Which side of the conversation somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Who connects.
    Client,
    /// Who listens.
    Server,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::Client => "client",
            Role::Server => "server",
        })
    }
}

/// What one side needs to prove itself and to be shown a proof, again and again.
pub struct Prover<R> {
    key: Key,
    /// Gives a nonce that nobody could guess, a new one each time.
    random: R,
}

impl<R: FnMut() -> io::Result<Nonce>> Prover<R> {
    /// Proves with `key`, and takes its nonces from `random`.
    pub fn new(key: Key, random: R) -> Self {
        Self { key, random }
    }

    /// The client's side. `binding` names what the conversation runs on, where both
    /// sides can name it alike; else it is empty.
    pub fn client(
        &mut self,
        stream: &mut (impl Read + Write),
        binding: &[u8],
    ) -> Result<(), Error> {
        todo!()
    }

    /// The server's side.
    pub fn server(
        &mut self,
        stream: &mut (impl Read + Write),
        binding: &[u8],
    ) -> Result<(), Error> {
        todo!()
    }
}
