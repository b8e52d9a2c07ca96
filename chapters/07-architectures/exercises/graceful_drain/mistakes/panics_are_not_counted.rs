//! A panic is no end
//!
//! You count the tasks for which `join_next` gives `Ok`. One that panicked has ended, too: its client
//! was there when the server was told to stop, and is neither among the finished nor among those
//! given up.
//!
//! fails: a_panic_counts_as_an_end

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
    drop(listener);
    stopping.send_replace(true);

    let mut drained = Drained::default();
    let all = async {
        while let Some(ended) = tasks.join_next().await {
            if ended.is_ok() {
                drained.finished += 1;
            }
        }
    };
    if timeout(patience, all).await.is_err() {
        drained.given_up = tasks.len();
        tasks.shutdown().await;
    }
    drained
}
