//! Which reply belongs to which request
//!
//! Difficulty: core
//! Page: 02-udp/trust.md
//! Check: just check 2.3
//!
//! A client has sent several requests, and one socket receives all that comes: replies
//! in any order, some of them twice, some long after nobody waits for them, and
//! datagrams from strangers. Write the table that tells what is a reply to what.
//!
//! Requests and replies begin with the request's id: four octets, big-endian. What
//! follows is the text, which may be empty.
//!
//! `sent`: the request `id` has gone to `server`, and waits for its reply from now on.
//! `what` is whatever the caller wants to know it by. The same id may wait for two
//! servers at once. Where it already waits for this one it is `Taken`, and nothing
//! changes.
//!
//! `received`: `datagram` has come from `source`, address and port.
//!
//! - If a request with its id waits for `source`, that request waits no more. Returned are
//!   its `what` and the text of the reply.
//! - Anything else is `Ignored`, and changes nothing: whoever waits goes on waiting.
//!     - `TooShort`: there is no whole id.
//!     - `Stranger`: requests with this id do wait, but none for `source`.
//!     - `NotWaited`: no request with this id waits, or it waits no more.
//!
//! `give_up`: the caller has waited long enough for this reply of this server. The request
//! waits no more, and its `what` is returned, or `None` if it did not wait.
//!
//! `waiting`: how many requests wait.
//!
//! ```text
//! sent       00 00 00 07 "add 100"     to   192.0.2.1:1060
//! received   00 00 00 07 "total 9"     from 192.0.2.66:1060   Stranger
//! received   00 00 00 07 "total 100"   from 192.0.2.1:1060    it is the reply
//! received   00 00 00 07 "total 100"   from 192.0.2.1:1060    NotWaited
//! ```

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

/// The requests that wait for their replies.
#[derive(Debug)]
pub struct Requests<T> {
    // Replace this by what must be remembered of each request.
    waiting: Vec<T>,
}

impl<T> Requests<T> {
    /// No request waits.
    pub fn new() -> Self {
        todo!()
    }

    /// The request `id` has gone to `server`.
    pub fn sent(&mut self, id: u32, server: SocketAddr, what: T) -> Result<(), Taken> {
        todo!()
    }

    /// Finds the request that `datagram`, which came from `source`, is the reply
    /// to: what it was, and the reply's text.
    pub fn received<'a>(
        &mut self,
        source: SocketAddr,
        datagram: &'a [u8],
    ) -> Result<(T, &'a [u8]), Ignored> {
        todo!()
    }

    /// Nobody waits for the reply of `server` to the request `id` any more.
    pub fn give_up(&mut self, id: u32, server: SocketAddr) -> Option<T> {
        todo!()
    }

    /// How many requests wait.
    pub fn waiting(&self) -> usize {
        todo!()
    }
}
