//! Retries that don't repeat an effect
//!
//! Difficulty: core
//! Page: 13-rpc/twice.md
//! Check: just check 13.5
//!
//! A client that gets no reply sends its request again. Was the request lost, or the reply? It
//! can't know, and where the reply was lost, the call is done twice. So the client gives each
//! call an `id`, and the server remembers what it has answered. Write both ends, for an account
//! into which clients put money.
//!
//! `Account` is the server's end. `handle` does what a request asks for, and returns the
//! balance then.
//!
//! - A request with an `id` that was answered before isn't done again. It gets the same reply as
//!   then, whatever has happened since.
//! - An answer is remembered for the time `keep` from when its call was done, however often it is
//!   asked for. From then on it is forgotten: the same request is a new one, and what is saved
//!   with the next call doesn't hold the old answer any more.
//! - `handle` saves the effect and the answer together, with one call of `store.save`, before
//!   it returns. A crash comes when it likes; whoever opens the `store` again goes on with what
//!   was saved last, its answers and their times included.
//! - Where `save` fails, `handle` returns its error. Then nothing is done: the same request, sent
//!   again, is a new one.
//!
//! `call` is the client's end.
//!
//! - It sends `request`, always the same, and sends it again whenever the time `retry.every` has
//!   passed without the reply, counted from the last time it sent.
//! - It returns the balance as soon as there is the reply with the `id` of its request, to
//!   whichever of its attempts. Other replies mean nothing, and change no time.
//! - When the time `retry.give_up` has passed since the first attempt, it sends no more and
//!   returns `GivenUp` at once.
//!
//! Together they do a call once, as long as `give_up`, and what a request may be late, stay below
//! `keep`.
//!
//! ```text
//! client  0 s   id 7, put in 10    ->   balance 10, remembered under 7
//!                                  lost:   id 7, balance 10
//!         1 s   id 7, put in 10    ->   done already
//!                                  <-   id 7, balance 10
//! ```

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

/// Put so much into the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// Names the call, however often it is sent: no other call has it.
    pub id: u64,
    /// How much.
    pub amount: u32,
}

/// What is in the account now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The call's.
    pub id: u64,
    /// What was in the account when the call had been done.
    pub balance: u64,
}

/// All that the server knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// What is in the account.
    pub balance: u64,
    /// What was answered to which call.
    pub answers: BTreeMap<u64, Answer>,
}

/// An answer that may be asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What was in the account.
    pub balance: u64,
    /// When the call was done.
    pub at: Duration,
}

/// What survives a crash.
pub trait Store {
    /// What was saved last.
    fn load(&self) -> io::Result<State>;

    /// Saves all of `state`, or nothing of it: then there is an error, or no time for one.
    fn save(&mut self, state: &State) -> io::Result<()>;
}

/// The network, as a client sees it. Anything may be lost, late, and doubled.
pub trait Network {
    /// Sends a request.
    fn send(&self, request: Request);

    /// Waits for a reply, to whichever call. Nothing is lost when the future is dropped.
    fn receive(&self) -> impl Future<Output = Reply> + Send;
}

/// How long a client tries.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    /// The time after which it sends once more.
    pub every: Duration,
    /// The time after which it gives up.
    pub give_up: Duration,
}

/// There was no reply in time. The call may have been done, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no reply: nobody knows whether the call was done")]
pub struct GivenUp;

/// The account, at the server. What else it needs is up to you.
#[derive(Debug)]
pub struct Account<S> {
    store: S,
}

impl<S: Store> Account<S> {
    /// The account as it was saved last. Answers are remembered for the time `keep`.
    pub fn open(store: S, keep: Duration) -> io::Result<Account<S>> {
        todo!()
    }

    /// Does what is asked for, unless that was done before, and answers. An error means that
    /// nothing was done. `now` is the time since some moment that is always the same.
    pub fn handle(&mut self, request: Request, now: Duration) -> io::Result<Reply> {
        todo!()
    }
}

/// Sends `request` until there is a reply to it, and gives the balance of that.
pub async fn call(network: &impl Network, request: Request, retry: Retry) -> Result<u64, GivenUp> {
    todo!()
}
