//! It looks whether to stop after each client
//!
//! You wait for a client, serve it, and look then whether you were told to stop. A server at which
//! nobody knocks waits for that client for ever; otherwise it lets one more in.
//!
//! fails: a_panic_counts_as_an_end, a_panic_does_not_end_the_draining,
//!    a_panic_is_the_end_of_one_task, both_kinds_are_counted,
//!    clients_are_served_at_the_same_time, it_stops_when_nobody_is_there,
//!    nobody_is_told_before_the_listener_is_closed, nobody_waits_when_the_last_has_left,
//!    patience_is_for_all_together, the_listener_is_closed_at_the_stop,
//!    the_stop_goes_before_a_client, what_was_begun_is_finished,
//!    who_comes_after_the_stop_is_not_let_in, who_is_given_up_does_nothing_more,
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
    let mut tasks = JoinSet::new();
    tokio::pin!(stop);
    loop {
        match listener.accept().await {
            Some(client) => drop(tasks.spawn(handle(client, told.clone()))),
            None => break,
        }
        // Who has ended is forgotten; a panic was the end of that task alone.
        while tasks.try_join_next().is_some() {}
        if timeout(Duration::ZERO, &mut stop).await.is_ok() {
            break;
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
