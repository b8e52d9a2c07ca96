//! What the servers in tokio have in common: a task for each client, a limit on how
//! many, and a limit on how long each may take.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use framing::async_rig::listen;
use program::report;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// How many clients are served at a time; the next one waits.
pub const CLIENTS: usize = 100;

/// Serves every client at `addr` by a task of its own, in which `talk` runs. What
/// goes wrong with one is reported under its address.
///
/// # Errors
///
/// When the address can't be listened at.
// ANCHOR: serve
pub async fn serve<F>(addr: &str, talk: impl Fn(TcpStream) -> F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let listener = listen(addr).await?;
    let room = Arc::new(Semaphore::new(CLIENTS));
    loop {
        let place = Arc::clone(&room).acquire_owned().await?;
        let (stream, peer) = listener.accept().await.context("accept")?;
        // The handshake is part of `talk`: who is slow at it holds up nobody else.
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
