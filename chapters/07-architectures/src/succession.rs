//! How one process replaces another: the old one waits at a path, the new one asks
//! there for the listening socket, and says when it serves.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use rustix::process::geteuid;
use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::{UnixListener, UnixStream};
use tokio::time::{sleep, timeout};

use crate::inherited::Given;
use crate::pass::{receive, send};

/// What a successor says when it serves.
const READY: u8 = b'R';
/// How long to wait when nobody can be let in.
const PAUSE: Duration = Duration::from_secs(1);

// ANCHOR: old
/// The old process: a path where its successor can ask. The path goes with this.
#[derive(Debug)]
pub struct Waiting {
    listener: UnixListener,
    path: PathBuf,
}

impl Waiting {
    /// Waits at `path`.
    ///
    /// # Errors
    ///
    /// When there is something already.
    pub fn at(path: &Path) -> anyhow::Result<Waiting> {
        let listener = UnixListener::bind(path);
        let listener = listener.with_context(|| format!("bind {}", path.display()))?;
        let path = path.to_owned();
        Ok(Waiting { listener, path })
    }

    /// Waits for a process that takes `socket` and serves, and returns when it does.
    /// One that fails is reported, and the next may try.
    pub async fn hand_over(self, socket: TcpListener, patience: Duration) {
        loop {
            let Ok((mut successor, _)) = self.listener.accept().await else {
                sleep(PAUSE).await;
                continue;
            };
            let offered = timeout(patience, offer(&mut successor, &socket));
            match offered.await.context("no word from the successor") {
                Ok(Ok(())) => {
                    drop(self); // first the path, then the connection: the successor
                    drop(successor); // takes its end to mean that the path is free
                    return;
                }
                Ok(Err(error)) | Err(error) => {
                    program::report("hand over", &error);
                }
            }
        }
    }
}

async fn offer(successor: &mut UnixStream, socket: &TcpListener) -> anyhow::Result<()> {
    // Whoever has the socket has our clients.
    let ours = successor.peer_cred()?.uid() == geteuid().as_raw();
    ensure!(ours, "refused: somebody else's process");
    let stream = &*successor;
    stream
        .async_io(Interest::WRITABLE, || send(stream, socket))
        .await?;
    let mut word = [0];
    successor.read_exact(&mut word).await?;
    ensure!(word == [READY], "not what a successor says");
    Ok(())
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // Whoever comes next finds out if that fails.
        let _ = std::fs::remove_file(&self.path);
    }
}
// ANCHOR_END: old

// ANCHOR: new
/// The new process: its connection to the one that it replaces.
#[derive(Debug)]
pub struct Predecessor {
    stream: UnixStream,
    path: PathBuf,
    patience: Duration,
}

impl Predecessor {
    /// Asks the process that waits at `path` for its socket.
    ///
    /// # Errors
    ///
    /// When nobody waits there, or what comes is no listening socket of TCP.
    pub async fn ask(
        path: &Path,
        patience: Duration,
    ) -> anyhow::Result<(TcpListener, Predecessor)> {
        let stream = UnixStream::connect(path).await;
        let stream = stream.with_context(|| format!("connect {}", path.display()))?;
        let received = stream.async_io(Interest::READABLE, || receive(&stream));
        let socket = timeout(patience, received).await;
        let socket = socket.context("no socket came")?.context("take over")?;
        let Given::Listener(listener) = Given::of(socket).context("take over")? else {
            bail!("take over: a socket that doesn't listen");
        };
        let predecessor = Predecessor {
            stream,
            path: path.to_owned(),
            patience,
        };
        Ok((listener, predecessor))
    }

    /// Says that this process serves now, and takes the other's place at the path.
    ///
    /// # Errors
    ///
    /// When the other one doesn't leave it.
    pub async fn replace(mut self) -> anyhow::Result<Waiting> {
        self.stream.write_all(&[READY]).await?;
        let left = timeout(self.patience, self.stream.read(&mut [0])).await;
        ensure!(left.context("it doesn't leave")?? == 0, "it says more");
        Waiting::at(&self.path)
    }
}
// ANCHOR_END: new
