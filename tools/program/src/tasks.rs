//! What the servers and clients in tokio share: a task for each client, a limit on how
//! many, and a limit on how long each may take.

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use crate::again::Pauses;
use crate::report;

/// Runs `program` to its end, on this thread.
///
/// # Errors
///
/// Its own; and when the system has no room for a runtime.
pub fn block_on<T>(program: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build()?.block_on(program)
}

/// Listens at `addr`, says where, and ends the program on Ctrl-C.
///
/// # Errors
///
/// When the address can't be listened at.
pub async fn listen(addr: &str) -> anyhow::Result<TcpListener> {
    crate::stop_on_ctrl_c()?;
    let listener = TcpListener::bind(addr).await;
    let listener = listener.with_context(|| format!("bind {addr}"))?;
    println!("Listening at {}", listener.local_addr()?);
    Ok(listener)
}

/// Connects to `addr`.
///
/// # Errors
///
/// As [`TcpStream::connect`], with the address.
pub async fn connect(addr: &str) -> anyhow::Result<TcpStream> {
    let stream = TcpStream::connect(addr).await;
    stream.with_context(|| format!("connect {addr}"))
}

/// Waits for the next client, also where the system has no room for one now.
pub async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    let mut pauses = Pauses::new("accept");
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => sleep(pauses.after(&error)).await,
        }
    }
}

/// Waits for the next datagram, whoever sends it, also where a call fails.
pub async fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> (usize, SocketAddr) {
    let mut pauses = Pauses::new("receive");
    loop {
        match socket.recv_from(buffer).await {
            Ok(received) => return received,
            Err(error) => sleep(pauses.after(&error)).await,
        }
    }
}

/// Serves every client of `listener` by a task of its own, in which `talk` runs, up to
/// `most` at a time; the next one waits. What goes wrong with one is reported under its
/// address.
// ANCHOR: serve
pub async fn serve<F>(
    listener: &TcpListener,
    most: usize,
    mut talk: impl FnMut(TcpStream) -> F,
) -> !
where
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let places = Arc::new(Semaphore::new(most));
    loop {
        // First a place, then a client: who can't be served stays with the system. It
        // fails only where the semaphore has been closed, and this one never is.
        let place = Arc::clone(&places).acquire_owned().await;
        let (stream, peer) = accept(listener).await;
        // All that takes time is part of `talk`: who is slow at it holds up nobody else.
        let talk = talk(stream);
        tokio::spawn(async move {
            if let Err(error) = talk.await {
                report(peer, &error);
            }
            drop(place);
        });
    }
}
// ANCHOR_END: serve

/// Waits for `work` as long as `patience` lasts.
///
/// # Errors
///
/// Its own, and when it isn't done by then.
// ANCHOR: in_time
pub async fn in_time<T, E>(
    patience: Duration,
    work: impl Future<Output = Result<T, E>>,
) -> anyhow::Result<T>
where
    E: Error + Send + Sync + 'static,
{
    match timeout(patience, work).await {
        Ok(done) => Ok(done?),
        Err(_) => bail!("gave up: not done within {patience:?}"),
    }
}
// ANCHOR_END: in_time
