//! A client has a limited time for each request, however it spends it.

use std::io;
use std::time::Duration;

use architectures::proverbs::{Questions, answer};
use bytes::{Bytes, BytesMut};
use framing::Decode;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// The room to make for each read.
const READ: usize = 1024;

// ANCHOR: client
/// A client, and the time by which its present request has to be over: the question
/// read, and the answer written.
#[derive(Debug)]
pub struct Client<S> {
    stream: S,
    questions: Questions,
    input: BytesMut,
    patience: Duration,
    deadline: Instant,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    /// A client that may take `patience` for each request, and whose questions may
    /// have up to `limit` octets. The time for the first one begins now.
    pub fn new(stream: S, limit: usize, patience: Duration) -> Client<S> {
        Client {
            stream,
            questions: Questions::new(limit),
            input: BytesMut::new(),
            patience,
            deadline: Instant::now() + patience,
        }
    }

    /// Waits for the next question; `None` once the client has ended its side
    /// between two of them. The future may be dropped while it waits, and no octet
    /// is lost by that.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::TimedOut`] when the time for the request is up; those of the
    /// stream; those of [`Questions`].
    pub async fn question(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            if let Some(question) = self.questions.decode(&mut self.input)? {
                return Ok(Some(question));
            }
            self.input.reserve(READ);
            // The same deadline for every read of one request.
            let read = timeout_at(self.deadline, self.stream.read_buf(&mut self.input));
            if read.await.map_err(|_| too_slow(self.patience))?? == 0 {
                self.questions.end(&self.input)?;
                return Ok(None);
            }
        }
    }

    /// Writes `answer` and flushes the stream, which ends the request; the time for the
    /// next one begins.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::TimedOut`] when the time for the request is up; those of the
    /// stream.
    pub async fn answer(&mut self, answer: &[u8]) -> io::Result<()> {
        let write = async {
            self.stream.write_all(answer).await?;
            // Some streams hold back what they take until they are told: TLS does.
            self.stream.flush().await
        };
        let written = timeout_at(self.deadline, write).await;
        written.map_err(|_| too_slow(self.patience))??;
        self.deadline = Instant::now() + self.patience;
        Ok(())
    }

    /// Whether the client has sent nothing of its next question.
    pub fn is_idle(&self) -> bool {
        self.input.trim_ascii().is_empty()
    }
}

fn too_slow(patience: Duration) -> io::Error {
    let what = format!("gave up: not done within {patience:?}");
    io::Error::new(io::ErrorKind::TimedOut, what)
}
// ANCHOR_END: client

// ANCHOR: serve
/// Serves every client that comes out of `clients`, all at a time, until there are
/// no more and the last has left. What goes wrong with one is handed to `report`.
pub async fn serve<S>(mut clients: mpsc::Receiver<Client<S>>, mut report: impl FnMut(io::Error))
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut tasks = JoinSet::new();
    loop {
        tokio::select! {
            Some(client) = clients.recv() => drop(tasks.spawn(talk(client))),
            // One client's error is the end of its own task.
            Some(ended) = tasks.join_next() => match ended {
                Ok(Ok(())) => {}
                Ok(Err(error)) => report(error),
                Err(panic) => report(panic.into()),
            },
            else => break,
        }
    }
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(mut client: Client<S>) -> io::Result<()> {
    while let Some(question) = client.question().await? {
        client.answer(answer(&question)).await?;
    }
    Ok(())
}
// ANCHOR_END: serve
