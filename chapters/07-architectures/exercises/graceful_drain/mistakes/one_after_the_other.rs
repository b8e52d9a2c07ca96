//! One client after the other
//!
//! You await the future of one client before you accept the next. It is an async server, and
//! serves one client at a time; and while it does, it doesn't hear that it should stop.
//!
//! fails: a_panic_counts_as_an_end, a_panic_does_not_end_the_draining,
//!    a_panic_is_the_end_of_one_task, both_kinds_are_counted,
//!    clients_are_served_at_the_same_time, no_more_clients_is_the_same_as_stop,
//!    nobody_is_told_before_the_listener_is_closed, patience_is_for_all_together,
//!    the_listener_is_closed_at_the_stop, what_was_begun_is_finished,
//!    who_is_given_up_is_gone_when_it_returns, who_is_there_is_told,
//!    who_left_before_is_forgotten, who_takes_too_long_is_given_up,
//!    without_patience_it_is_over_at_once

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
    let mut tasks: JoinSet<()> = JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            biased;
            () = &mut stop => break,
            // Who has ended is forgotten; a panic was the end of that task alone.
            Some(_) = tasks.join_next() => {}
            client = listener.accept() => match client {
                Some(client) => handle(client, told.clone()).await,
                None => break,
            }
        }
    }
    // Closes the socket: from here on, clients are refused rather than left waiting.
    drop(listener);
    stopping.send_replace(true);

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
