//! Retries that don't repeat an effect.

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

// ANCHOR: server
/// The account, at the server.
#[derive(Debug)]
pub struct Account<S> {
    store: S,
    state: State,
    keep: Duration,
}

impl<S: Store> Account<S> {
    /// The account as it was saved last. Answers are remembered for the time `keep`.
    pub fn open(store: S, keep: Duration) -> io::Result<Account<S>> {
        let state = store.load()?;
        Ok(Account { store, state, keep })
    }

    /// Does what is asked for, unless that was done before, and answers. An error means that
    /// nothing was done. `now` is the time since some moment that is always the same.
    pub fn handle(&mut self, request: Request, now: Duration) -> io::Result<Reply> {
        let keep = self.keep;
        let fresh = |answer: &Answer| now.saturating_sub(answer.at) < keep;
        let id = request.id;
        if let Some(answer) = self.state.answers.get(&id).filter(|answer| fresh(answer)) {
            let balance = answer.balance;
            return Ok(Reply { id, balance });
        }
        let mut next = self.state.clone();
        next.balance += u64::from(request.amount);
        next.answers.retain(|_, answer| fresh(answer));
        let balance = next.balance;
        next.answers.insert(id, Answer { balance, at: now });
        // The effect and the answer at once: a crash between two writes would tear them apart.
        self.store.save(&next)?;
        self.state = next;
        Ok(Reply { id, balance })
    }
}
// ANCHOR_END: server

// ANCHOR: client
/// Sends `request` until there is a reply to it, and gives the balance of that.
pub async fn call(network: &impl Network, request: Request, retry: Retry) -> Result<u64, GivenUp> {
    let mut sent = Instant::now();
    let end = sent + retry.give_up;
    while sent < end {
        network.send(request);
        sent += retry.every;
        let reply = async {
            loop {
                let reply = network.receive().await;
                if reply.id == request.id {
                    return reply.balance;
                }
            }
        };
        if let Ok(balance) = timeout_at(sent.min(end), reply).await {
            return Ok(balance);
        }
    }
    Err(GivenUp)
}
// ANCHOR_END: client
