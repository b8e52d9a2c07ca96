//! What the engines made of tasks share: the entrance for clients, the talk
//! with one of them, and the word to stop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use program::report;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

use crate::graceful_drain::Accept;
use crate::proverbs::answer;
use crate::serving::{Accepted, Acceptor, Limits, send_at_once};
use crate::slow_client::Client;

/// Where clients come in: so many at a time. Whoever comes then waits in the
/// listener's queue.
#[derive(Debug)]
pub struct Entrance {
    listener: TcpListener,
    acceptor: Acceptor,
    clients: usize,
    places: Arc<Semaphore>,
    idle: Duration,
}

/// A client that came in, and the place that it takes up until it is dropped.
#[derive(Debug)]
pub struct Guest {
    /// Its connection.
    pub stream: TcpStream,
    /// Its address.
    pub peer: SocketAddr,
    /// Its place.
    pub place: OwnedSemaphorePermit,
}

impl Entrance {
    /// An entrance for `clients` clients at a time. It must be made inside a runtime.
    ///
    /// # Errors
    ///
    /// When the listener can't be waited for.
    pub fn new(listener: std::net::TcpListener, clients: usize) -> io::Result<Entrance> {
        listener.set_nonblocking(true)?;
        Ok(Entrance {
            listener: TcpListener::from_std(listener)?,
            acceptor: Acceptor::default(),
            clients,
            places: Arc::new(Semaphore::new(clients)),
            idle: Duration::MAX,
        })
    }

    /// The same, until nobody has been there for so long.
    pub fn closes_after(self, idle: Duration) -> Entrance {
        Entrance { idle, ..self }
    }
}

impl Accept for Entrance {
    type Client = Guest;

    async fn accept(&mut self) -> Option<Guest> {
        loop {
            let place = Arc::clone(&self.places).acquire_owned().await.ok()?;
            let Ok(accepted) = timeout(self.idle, self.listener.accept()).await else {
                // Is every place free but the one taken above?
                if self.places.available_permits() + 1 == self.clients {
                    return None;
                }
                continue;
            };
            match self.acceptor.judge(accepted) {
                Ok(Accepted::Client((stream, peer))) => {
                    return Some(Guest {
                        stream,
                        peer,
                        place,
                    });
                }
                Ok(Accepted::Gone | Accepted::Nobody) => {}
                Ok(Accepted::Pause(pause)) => sleep(pause).await,
                Err(error) => {
                    program::log(program::one_line(&error));
                    return None;
                }
            }
        }
    }
}

// ANCHOR: talk
/// Answers a client until it ends or breaks the rules, which is reported, or until
/// `stop` is ready and it has no question begun.
pub async fn talk(stream: TcpStream, peer: SocketAddr, limits: Limits, stop: impl Future) {
    send_at_once(&stream);
    let mut client = Client::new(stream, limits.question, limits.timeout);
    if let Err(error) = answer_all(&mut client, stop).await {
        report(peer, &error.into());
    }
}

async fn answer_all(client: &mut Client<TcpStream>, stop: impl Future) -> io::Result<()> {
    tokio::pin!(stop);
    let mut stopping = false;
    while !(stopping && client.is_idle()) {
        tokio::select! {
            biased;
            question = client.question() => match question? {
                Some(question) => client.answer(answer(&question)).await?,
                None => break,
            },
            _ = &mut stop, if !stopping => stopping = true,
        }
    }
    Ok(())
}
// ANCHOR_END: talk

/// Ready once the channel of [`serve`](crate::graceful_drain::serve) says so.
pub async fn stopping(mut told: watch::Receiver<bool>) {
    // Nobody left who could say it: that is the end as well.
    let _ = told.wait_for(|stop| *stop).await;
}

/// Ctrl-C, or a service manager's SIGTERM.
#[derive(Debug)]
pub struct Stop([Signal; 2]);

impl Stop {
    /// From now on these signals no longer end the program.
    ///
    /// # Errors
    ///
    /// When the system doesn't let us.
    pub fn new() -> io::Result<Stop> {
        let interrupt = signal(SignalKind::interrupt())?;
        let terminate = signal(SignalKind::terminate())?;
        Ok(Stop([interrupt, terminate]))
    }

    /// Waits for one of them.
    pub async fn told(&mut self) {
        let [interrupt, terminate] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}
