//! The source is not compared
//!
//! You keep the server beside each request, and don't look at it when a reply comes. Anyone who
//! sees the request, or guesses the id, can reply before the server does. Compare `source` with the
//! address that the request went to.
//!
//! fails: a_strangers_reply_is_not_taken, a_stranger_is_called_one,
//!    a_stranger_does_not_end_the_wait,
//!    a_server_that_was_asked_something_else_is_a_stranger,
//!    the_same_id_for_two_servers, a_server_that_has_replied_is_a_stranger_to_the_rest

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
    waiting: Vec<((u32, SocketAddr), T)>,
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
            waiting: Vec::new(),
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
        if self.waiting.iter().any(|(key, _)| *key == (id, server)) {
            return Err(Taken { id, server });
        }
        self.waiting.push(((id, server), what));
        Ok(())
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
        _source: SocketAddr,
        datagram: &'a [u8],
    ) -> Result<(T, &'a [u8]), Ignored> {
        let Some((id, text)) = datagram.split_first_chunk::<ID>() else {
            return Err(Ignored::TooShort(datagram.len()));
        };
        let id = u32::from_be_bytes(*id);
        let found = self
            .waiting
            .iter()
            .position(|((other, _), _)| *other == id);
        match found {
            Some(at) => Ok((self.waiting.remove(at).1, text)),
            None => Err(Ignored::NotWaited { id }),
        }
    }

    /// Nobody waits for the reply of `server` to the request `id` any more. Returns
    /// what it was, if it did wait.
    pub fn give_up(&mut self, id: u32, server: SocketAddr) -> Option<T> {
        let at = self
            .waiting
            .iter()
            .position(|(key, _)| *key == (id, server))?;
        Some(self.waiting.remove(at).1)
    }

    /// How many requests wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }
}
