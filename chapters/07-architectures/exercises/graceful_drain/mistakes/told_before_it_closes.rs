//! They are told while the door is open
//!
//! You tell the tasks first, and drop the listener then. A task that is told shows its client out,
//! and a client who is shown out comes back: the listener is still open, and takes it into a queue
//! that nobody will serve.
//!
//! fails: nobody_is_told_before_the_listener_is_closed

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

/// Serves each client of `listener` in a task of its own, until `stop` is ready.
/// From then on nobody is accepted, and whoever is still there has up to
/// `patience`.
///
/// A task is made by `handle`, which also gets a channel that becomes true when
/// the server is told to stop: time to finish what was begun, and to begin nothing.
pub async fn serve<A, H, T>(
    mut listener: A,
    mut handle: H,
    stop: impl Future<Output = ()>,
    patience: Duration,
) -> Drained
where
    A: Accept,
    H: FnMut(A::Client, watch::Receiver<bool>) -> T,
    T: Future<Output = ()> + Send + 'static,
{
    let (stopping, told) = watch::channel(false);
    let mut tasks = JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            biased;
            () = &mut stop => break,
            // Who has ended is forgotten; a panic was the end of that task alone.
            Some(_) = tasks.join_next() => {}
            client = listener.accept() => match client {
                Some(client) => drop(tasks.spawn(handle(client, told.clone()))),
                None => break,
            }
        }
    }
    // Closes the socket: from here on, clients are refused rather than left waiting.
    stopping.send_replace(true);
    drop(listener);

    let mut drained = Drained::default();
    let all = async {
        while tasks.join_next().await.is_some() {
            drained.finished += 1;
        }
    };
    if timeout(patience, all).await.is_err() {
        drained.given_up = tasks.len();
        tasks.shutdown().await;
    }
    drained
}
