//! It accepts while it drains
//!
//! You go on accepting until the last client has left. On a busy server there is no last client:
//! it drains until the time is up, and then cuts off those whom it has let in a moment ago.
//!
//! fails: a_crowd_does_not_keep_it_from_stopping, after_none_it_is_not_asked_again,
//!    no_more_clients_is_the_same_as_stop, nobody_is_told_before_the_listener_is_closed,
//!    the_listener_is_closed_at_the_stop, the_stop_goes_before_a_client,
//!    who_comes_after_the_stop_is_not_let_in

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
    stopping.send_replace(true);

    let mut drained = Drained::default();
    let all = async {
        loop {
            tokio::select! {
                ended = tasks.join_next() => match ended {
                    Some(_) => drained.finished += 1,
                    None => break,
                },
                Some(client) = listener.accept() => {
                    tasks.spawn(handle(client, told.clone()));
                }
            }
        }
    };
    if timeout(patience, all).await.is_err() {
        drained.given_up = tasks.len();
        tasks.shutdown().await;
    }
    drained
}
