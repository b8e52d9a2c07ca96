//! A key that two programs share, and what one has asked the other to prove it.

use std::collections::HashSet;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The key that both ends know, and our challenges to which there is no answer yet, on
/// whichever connection.
#[derive(Debug)]
pub struct Secret {
    key: Vec<u8>,
    open: Mutex<HashSet<Vec<u8>>>,
}

impl Secret {
    /// Any octets, as long as they are secret and the same at both ends.
    pub fn new(key: impl Into<Vec<u8>>) -> Secret {
        Secret {
            key: key.into(),
            open: Mutex::default(),
        }
    }

    /// The octets themselves.
    pub fn key(&self) -> &[u8] {
        &self.key
    }

    /// A fresh challenge, which is ours as long as it isn't dropped.
    pub fn challenge(&self) -> io::Result<Challenge<'_>> {
        let mut random = [0; 40];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let octets = [b"{sha256}", &random[..]].concat();
        self.open().insert(octets.clone());
        Ok(Challenge {
            secret: self,
            octets,
        })
    }

    /// Whether this is one of our own challenges.
    pub fn is_ours(&self, challenge: &[u8]) -> bool {
        self.open().contains(challenge)
    }

    fn open(&self) -> MutexGuard<'_, HashSet<Vec<u8>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A challenge to which there is no answer yet.
#[derive(Debug)]
pub struct Challenge<'a> {
    secret: &'a Secret,
    /// What is to be answered: `{sha256}` and forty random octets.
    pub octets: Vec<u8>,
}

impl Drop for Challenge<'_> {
    fn drop(&mut self) {
        self.secret.open().remove(&self.octets);
    }
}
