//! Stop without breaking off
//!
//! Difficulty: stretch
//! Page: 07-architectures/limits.md
//! Check: just check 7.3
//!
//! A server that is told to stop, to be replaced by a newer one for instance, has
//! clients in the middle of something. Let nobody in any more, give those who are there
//! some time to finish, and then go, whether they have or not.
//!
//! - Each client of `listener` is served at once, in a task of its own: the future that
//!   `handle(client, told)` makes. `told` is a channel that holds `false` for now.
//! - When `stop` is ready, nobody is accepted any more, not even those who are waiting
//!   to be. `stop` goes before a client if both are ready.
//! - Then, in this order and at once: `listener` is dropped, so that whoever comes now
//!   is refused and can try elsewhere, and `told` becomes `true` for every task.
//! - All tasks together have up to `patience` from that moment. `serve` returns when the
//!   last one has come to its end, and not later. Those that have not when the time is
//!   up are given up: they do nothing more, and when `serve` returns they are gone, and
//!   all that they held has been dropped.
//! - `Drained` counts both kinds among the tasks that were still there when the server
//!   was told to stop. Who left before that is forgotten.
//! - A task that panics has come to its end too, and the server and the other tasks go
//!   on as before.
//! - When `accept` gives `None`, nobody else will come: the same as `stop`. Don't ask it
//!   again.
//!
//! With a patience of 10 s:
//!
//! ```text
//! at  0 s  the clients 1, 2 and 3 come
//! at  1 s  3 leaves
//! at  3 s  stop       the listener is dropped, 1 and 2 are told
//! at  8 s  1 leaves
//! at 13 s             2 is given up: 1 finished, 1 given up
//! ```

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Where clients come from. A listener is one; a test has others.
pub trait Accept {
    /// A client's connection.
    type Client;

    /// Waits for the next client; `None` if there will be no more. The future may
    /// be dropped while it waits, and no client is lost by that.
    fn accept(&mut self) -> impl Future<Output = Option<Self::Client>>;
}

/// How the clients left that were there when the server was told to stop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drained {
    /// Clients whose task came to its end.
    pub finished: usize,
    /// Clients whose task was still at work when the time was up.
    pub given_up: usize,
}

/// Serves each client of `listener` in a task, until `stop` is ready. From then on
/// nobody is accepted, and whoever is still there has up to `patience`.
pub async fn serve<A, H, T>(
    listener: A,
    handle: H,
    stop: impl Future<Output = ()>,
    patience: Duration,
) -> Drained
where
    A: Accept,
    H: FnMut(A::Client, watch::Receiver<bool>) -> T,
    T: Future<Output = ()> + Send + 'static,
{
    todo!()
}
