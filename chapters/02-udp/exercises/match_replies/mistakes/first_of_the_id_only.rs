//! Only the first request with the id is looked at
//!
//! You look for a request with the reply's id, take the first that you find, and only then
//! compare the server. If two servers were asked under one id, the reply of the second meets
//! the request to the first and passes for a stranger's. Look for both at once: the id and the
//! server.
//!
//! fails: the_same_id_for_two_servers

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
    waiting: Vec<(u32, SocketAddr, T)>,
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
        if (self.waiting.iter()).any(|(other, whom, _)| (*other, *whom) == (id, server)) {
            return Err(Taken { id, server });
        }
        self.waiting.push((id, server, what));
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
        source: SocketAddr,
        datagram: &'a [u8],
    ) -> Result<(T, &'a [u8]), Ignored> {
        let Some((id, text)) = datagram.split_first_chunk::<ID>() else {
            return Err(Ignored::TooShort(datagram.len()));
        };
        let id = u32::from_be_bytes(*id);
        match self.waiting.iter().position(|(other, ..)| *other == id) {
            Some(at) if self.waiting[at].1 == source => Ok((self.waiting.remove(at).2, text)),
            Some(_) => Err(Ignored::Stranger { id, from: source }),
            None => Err(Ignored::NotWaited { id }),
        }
    }

    /// Nobody waits for the reply of `server` to the request `id` any more. Returns
    /// what it was, if it did wait.
    pub fn give_up(&mut self, id: u32, server: SocketAddr) -> Option<T> {
        let at = (self.waiting.iter())
            .position(|(other, whom, _)| (*other, *whom) == (id, server))?;
        Some(self.waiting.remove(at).2)
    }

    /// How many requests wait.
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }
}
