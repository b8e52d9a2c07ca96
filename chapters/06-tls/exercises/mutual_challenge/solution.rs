//! Challenge and response, both ways: each side proves that it knows the key, and
//! the key never travels.

use std::fmt;
use std::io::{self, Read, Write};

use tls::verify_mac::{Key, TAG};

/// The octets of a nonce: so many that no two are ever the same.
pub const NONCE: usize = 32;

/// A number used once.
pub type Nonce = [u8; NONCE];

// ANCHOR: error
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
// ANCHOR_END: error

// ANCHOR: role
/// Which side of the conversation somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Who connects.
    Client,
    /// Who listens.
    Server,
}
// ANCHOR_END: role

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

    // ANCHOR: client
    /// The client's side. `binding` names what the conversation runs on, where
    /// both sides can name it alike; else it is empty.
    ///
    /// # Errors
    ///
    /// [`Error::NotProven`] if the server doesn't know the key.
    pub fn client(
        &mut self,
        stream: &mut (impl Read + Write),
        binding: &[u8],
    ) -> Result<(), Error> {
        let mut theirs = [0; NONCE];
        stream.read_exact(&mut theirs)?;
        let ours = (self.random)()?;
        let proof = self.key.tag(&claim(Role::Client, &theirs, &ours, binding));
        stream.write_all(&[ours, proof].concat())?;
        stream.flush()?;
        self.believe(
            stream,
            Role::Server,
            &claim(Role::Server, &theirs, &ours, binding),
        )
    }
    // ANCHOR_END: client

    // ANCHOR: server
    /// The server's side.
    ///
    /// # Errors
    ///
    /// [`Error::NotProven`] if the client doesn't know the key; it is then sent
    /// nothing that was made with it.
    pub fn server(
        &mut self,
        stream: &mut (impl Read + Write),
        binding: &[u8],
    ) -> Result<(), Error> {
        let ours = (self.random)()?;
        stream.write_all(&ours)?;
        stream.flush()?;
        let mut theirs = [0; NONCE];
        stream.read_exact(&mut theirs)?;
        self.believe(
            stream,
            Role::Client,
            &claim(Role::Client, &ours, &theirs, binding),
        )?;
        let proof = self.key.tag(&claim(Role::Server, &ours, &theirs, binding));
        stream.write_all(&proof)?;
        stream.flush()?;
        Ok(())
    }
    // ANCHOR_END: server

    fn believe(&self, stream: &mut impl Read, who: Role, claim: &[u8]) -> Result<(), Error> {
        let mut proof = [0; TAG];
        stream.read_exact(&mut proof)?;
        let proven = self.key.verify(claim, &proof);
        proven.map_err(|_| Error::NotProven(who))
    }
}

// ANCHOR: claim
/// What `role` proves: who it is, in a conversation that has these two nonces and
/// no others. Every part but the last has a fixed length, so that no two
/// conversations have the same claim.
fn claim(role: Role, server: &Nonce, client: &Nonce, binding: &[u8]) -> Vec<u8> {
    let role = match role {
        Role::Client => b"client",
        Role::Server => b"server",
    };
    [role, &server[..], client, binding].concat()
}
// ANCHOR_END: claim
