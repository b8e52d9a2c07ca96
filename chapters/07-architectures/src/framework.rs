//! The pieces of a server framework: accept, verify, process, handle, errors,
//! shutdown. What a service has in common with others is done; what makes it
//! another is a hook.

use std::io::{self, PipeReader, PipeWriter};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, anyhow};
use program::Conversation;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::bounded_pool::Pool;
use crate::serving::{Accepted, Acceptor};

/// What is to be done for one client.
pub type Work = Box<dyn FnOnce() + Send>;

// ANCHOR: service
/// A service. Only [`handle`](Service::handle) has to be written; every other hook
/// does something sensible until it is replaced.
pub trait Service: Send + Sync {
    /// Talks to one client. The connection is closed when this returns.
    ///
    /// # Errors
    ///
    /// Whatever ends the conversation before its time.
    fn handle(&self, client: &mut Conversation) -> anyhow::Result<()>;

    /// Takes the next client from the listener, where one is waiting.
    ///
    /// # Errors
    ///
    /// As [`TcpListener::accept`].
    fn accept(&self, listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
        listener.accept()
    }

    /// Says whether to talk to the client at this address at all.
    ///
    /// # Errors
    ///
    /// Why not.
    fn verify(&self, _peer: SocketAddr) -> anyhow::Result<()> {
        Ok(())
    }

    /// Sees to it that the work for one client is done: here and now, and so one
    /// client after the other.
    fn process(&self, work: Work) {
        work();
    }

    /// Takes note of what went wrong with one client. The server goes on.
    fn error(&self, peer: SocketAddr, error: &anyhow::Error) {
        program::report(peer, error);
    }

    /// Puts things in order, after the last client was accepted.
    fn shutdown(&self) {}
}
// ANCHOR_END: service

// ANCHOR: serve
/// Runs `service` at `listener` until `stop` says so. A client has `patience` for
/// each message.
///
/// # Errors
///
/// When nobody will ever be accepted again.
pub fn serve(
    service: &Arc<dyn Service>,
    listener: TcpListener,
    patience: Duration,
    stop: &Stop,
) -> anyhow::Result<()> {
    listener.set_nonblocking(true)?; // who was there may have gone again
    let mut acceptor = Acceptor::default();
    while stop.wait_for(Some(&listener), None)? {
        match acceptor.judge(service.accept(&listener))? {
            Accepted::Client((stream, peer)) => match service.verify(peer) {
                Err(error) => service.error(peer, &error),
                Ok(()) => {
                    let at_work = Arc::clone(service);
                    service.process(Box::new(move || {
                        if let Err(error) = talk(&*at_work, stream, patience) {
                            at_work.error(peer, &error);
                        }
                    }));
                }
            },
            Accepted::Gone | Accepted::Nobody => {}
            Accepted::Pause(pause) => {
                stop.wait_for(None, Some(pause))?;
            }
        }
    }
    drop(listener); // from here on, who comes is refused rather than left waiting
    service.shutdown();
    Ok(())
}

fn talk(service: &dyn Service, stream: TcpStream, patience: Duration) -> anyhow::Result<()> {
    stream.set_nonblocking(false)?; // on some systems it has this from the listener
    let mut client = Conversation::new(stream, patience);
    // One client's panic is not the next one's end.
    catch_unwind(AssertUnwindSafe(|| service.handle(&mut client)))
        .unwrap_or_else(|_| Err(anyhow!("the service panicked")))
}
// ANCHOR_END: serve

// ANCHOR: pooled
/// A service as it was, with its clients handled by a pool of threads.
pub struct Pooled<S> {
    service: S,
    pool: Mutex<Option<Pool>>,
}

impl<S: Service> Pooled<S> {
    /// `service` with so many threads, for which as many clients may wait.
    ///
    /// # Errors
    ///
    /// When the system has no room for so many threads.
    pub fn new(service: S, threads: NonZero<usize>) -> anyhow::Result<Pooled<S>> {
        let pool = Pool::new(threads, threads.get()).context("start the pool")?;
        let pool = Mutex::new(Some(pool));
        Ok(Pooled { service, pool })
    }
}

impl<S: Service> Service for Pooled<S> {
    fn process(&self, work: Work) {
        if let Some(pool) = &*self.pool.lock().unwrap_or_else(PoisonError::into_inner) {
            pool.run(work);
        }
    }

    fn shutdown(&self) {
        let pool = self
            .pool
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(pool) = pool {
            pool.shut_down(); // whoever is there is handled to the end
        }
        self.service.shutdown();
    }

    // All other hooks are those of the service.
    fn handle(&self, client: &mut Conversation) -> anyhow::Result<()> {
        self.service.handle(client)
    }

    fn accept(&self, listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
        self.service.accept(listener)
    }

    fn verify(&self, peer: SocketAddr) -> anyhow::Result<()> {
        self.service.verify(peer)
    }

    fn error(&self, peer: SocketAddr, error: &anyhow::Error) {
        self.service.error(peer, error);
    }
}
// ANCHOR_END: pooled

/// Tells a server to stop, by being dropped.
#[derive(Debug)]
pub struct Stopper(#[allow(dead_code)] PipeWriter); // only its end matters

/// Is told to stop.
#[derive(Debug)]
pub struct Stop(PipeReader);

/// One end for who stops a server, and one for the server.
///
/// # Errors
///
/// When the system has no pipe left.
pub fn stop() -> io::Result<(Stopper, Stop)> {
    let (told, tell) = io::pipe()?;
    Ok((Stopper(tell), Stop(told)))
}

impl Stop {
    /// Waits until somebody is at `listener`, or `time` is up; `false` once it is
    /// time to stop.
    fn wait_for(&self, listener: Option<&TcpListener>, time: Option<Duration>) -> io::Result<bool> {
        let time = time.map(Timespec::try_from).transpose();
        let time = time.map_err(io::Error::other)?;
        let mut wanted = vec![PollFd::new(&self.0, PollFlags::IN)];
        wanted.extend(listener.map(|listener| PollFd::new(listener, PollFlags::IN)));
        match poll(&mut wanted, time.as_ref()) {
            // A signal: what it is about will show next time.
            Ok(_) | Err(Errno::INTR) => Ok(wanted[0].revents().is_empty()),
            Err(error) => Err(error.into()),
        }
    }
}
