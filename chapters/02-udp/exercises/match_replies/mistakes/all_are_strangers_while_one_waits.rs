//! Whoever comes while somebody waits is a stranger
//!
//! You call a datagram a stranger's whenever any request waits at all. A stranger is one who
//! answers a request that went to somebody else: the id has to be that of a request that waits.
//!
//! fails: an_id_that_nobody_waits_for, a_reply_that_comes_too_late_is_not_waited_for

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::SocketAddr;

/// The octets of an id.
pub const ID: usize = 4;

/// A request with the same id already waits for the same server.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("request {id} already waits for {server}")]
pub struct Taken {
    /// The id.
    pub id: u32,
    /// Whom it waits for.
    pub server: SocketAddr,
}

/// Why a datagram is nobody's reply.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Ignored {
    /// It is too short for an id.
    #[error("{0} octets are too few for an id")]
    TooShort(usize),
    /// Its id is that of a request to somebody else.
    #[error("request {id} did not go to {from}")]
    Stranger {
        /// The id.
        id: u32,
        /// Who sent it.
        from: SocketAddr,
    },
    /// Nothing with its id waits, or waits any more.
    #[error("no request {id} waits for a reply")]
    NotWaited {
        /// The id.
        id: u32,
    },
}

/// The requests that wait for their replies. Each is known by its id *and* by
/// whom it went to: an id alone can be guessed, and a server alone has more than
/// one request.
#[derive(Debug)]
pub struct Requests<T> {
    waiting: HashMap<(u32, SocketAddr), T>,
}

impl<T> Default for Requests<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Requests<T> {
    /// No request waits.
    pub fn new() -> Self {
        Self {
            waiting: HashMap::new(),
        }
    }

    /// The request `id` has gone to `server`. `what` is whatever the caller wants to
    /// know it by. Sending it once more, with the same id, is not another request.
    ///
    /// # Errors
    ///
    /// When a request with this id already waits for this server: a reply could be
    /// to either.
    pub fn sent(&mut self, id: u32, server: SocketAddr, what: T) -> Result<(), Taken> {
        match self.waiting.entry((id, server)) {
            Entry::Occupied(_) => Err(Taken { id, server }),
            Entry::Vacant(place) => {
                place.insert(what);
                Ok(())
            }
        }
    }

    /// Finds the request that `datagram`, which came from `source`, is the reply
    /// to: what it was, and the reply's text. It waits no more, so that a second
    /// copy of its reply is nobody's.
    ///
    /// # Errors
    ///
    /// When it is no reply to a request that waits. Then nothing changes: a stranger
    /// can't end the wait for the true reply.
    pub fn received<'a>(
        &mut self,
        source: SocketAddr,
        datagram: &'a [u8],
    ) -> Result<(T, &'a [u8]), Ignored> {
        let Some((id, text)) = datagram.split_first_chunk::<ID>() else {
            return Err(Ignored::TooShort(datagram.len()));
        };
        let id = u32::from_be_bytes(*id);
        match self.waiting.remove(&(id, source)) {
            Some(what) => Ok((what, text)),
            None if !self.waiting.is_empty() => Err(Ignored::Stranger { id, from: source }),
            None => Err(Ignored::NotWaited { id }),
        }
    }

    /// Nobody waits for the reply of `server` to the request `id` any more. Returns
    /// what it was, if it did wait.
    pub fn give_up(&mut self, id: u32, server: SocketAddr) -> Option<T> {
        self.waiting.remove(&(id, server))
    }

    /// How many requests wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }
}
