//! What the engines made of tasks share: the door where clients come in, the talk
//! with one of them, and the word to stop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use program::{io_cause, report};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use crate::accept_errors::{AcceptErrors, Next};
use crate::graceful_drain::Accept;
use crate::proverbs::answer;
use crate::slow_client::Client;

/// What one question may have.
pub const MAX_QUESTION: usize = 1024;

/// Where clients come in: so many at a time, and whoever comes then waits in the
/// listener's queue.
// ANCHOR: door
#[derive(Debug)]
pub struct Door {
    listener: TcpListener,
    clients: usize,
    places: Arc<Semaphore>,
    errors: AcceptErrors,
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

impl Door {
    /// A door for `clients` clients at a time.
    ///
    /// # Errors
    ///
    /// When the listener can't be waited for.
    pub fn new(listener: std::net::TcpListener, clients: usize) -> io::Result<Door> {
        listener.set_nonblocking(true)?;
        Ok(Door {
            listener: TcpListener::from_std(listener)?,
            clients,
            places: Arc::new(Semaphore::new(clients)),
            errors: AcceptErrors::new(),
            idle: Duration::MAX,
        })
    }

    /// A door that closes when nobody was there for so long.
    pub fn closes_after(self, idle: Duration) -> Door {
        Door { idle, ..self }
    }
}

impl Accept for Door {
    type Client = Guest;

    async fn accept(&mut self) -> Option<Guest> {
        loop {
            let place = Arc::clone(&self.places).acquire_owned().await.ok()?;
            let failed = match timeout(self.idle, self.listener.accept()).await {
                Ok(Ok((stream, peer))) => {
                    self.errors.accepted();
                    let guest = Guest {
                        stream,
                        peer,
                        place,
                    };
                    return Some(guest);
                }
                Ok(Err(error)) => error,
                // All places but ours are free.
                Err(_) if self.places.available_permits() + 1 == self.clients => return None,
                Err(_) => continue,
            };
            match self.errors.failed(&failed) {
                Next::Again | Next::Wait => {}
                Next::Pause(pause) => {
                    eprintln!("accept: {}", io_cause(&failed));
                    sleep(pause).await;
                }
                Next::Stop => {
                    eprintln!("accept: {}: no more clients", io_cause(&failed));
                    return None;
                }
            }
        }
    }
}
// ANCHOR_END: door

// ANCHOR: talk
/// Answers `guest` until it ends or breaks the rules, which is reported, or until
/// `stop` is ready and it has no question begun.
pub async fn talk(guest: Guest, patience: Duration, stop: impl Future) {
    let peer = guest.peer;
    let mut client = Client::new(guest.stream, MAX_QUESTION, patience);
    if let Err(error) = answer_all(&mut client, stop).await {
        report(peer, &error.into());
    }
    drop(guest.place);
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

/// Runs `program` to its end, on this thread.
///
/// # Errors
///
/// Its own; and when the system has no room for a runtime.
pub fn block_on<T>(program: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build()?.block_on(program)
}
