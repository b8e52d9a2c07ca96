//! Connections that tonic serves: a limit on how many, and on how long one takes to begin.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Sleep, sleep};
use tonic::transport::server::Connected;

use crate::kv::CONNECTIONS;

/// Octets with which a client of HTTP/2 begins (RFC 9113, section 3.4).
const PREFACE: usize = 24;

/// Who has connected.
#[derive(Debug)]
pub struct Caller {
    stream: TcpStream,
    /// Octets that have come, up to the preface's.
    begun: usize,
    too_late: Pin<Box<Sleep>>,
    _place: OwnedSemaphorePermit,
}

/// Those who come to `listener`, each of whom has to begin within `patience`.
pub fn callers(
    listener: TcpListener,
    patience: Duration,
) -> impl Stream<Item = io::Result<Caller>> {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    unfold((listener, places), move |(listener, places)| async move {
        // It fails only where the semaphore has been closed, and this one never is.
        let place = Arc::clone(&places).acquire_owned().await.ok()?;
        let (stream, _) = program::tasks::accept(&listener).await;
        let _ = stream.set_nodelay(true); // who has gone already will be noticed anyway
        let too_late = Box::pin(sleep(patience));
        let caller = Caller {
            stream,
            begun: 0,
            too_late,
            _place: place,
        };
        Some((Ok(caller), (listener, places)))
    })
}

impl AsyncRead for Caller {
    // From then on tonic sends PINGs to whoever is silent, and closes without an answer.
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.begun += buffer.filled().len() - before;
        if self.begun < PREFACE && self.too_late.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        read
    }
}

impl AsyncWrite for Caller {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, octets)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl Connected for Caller {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}
