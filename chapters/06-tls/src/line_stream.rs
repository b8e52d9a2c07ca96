//! Lines of text over TLS in tokio.

use std::io;

use framing::Codec;
use futures_util::TryStreamExt;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio_util::codec::FramedRead;

use crate::{Lines, Rejection};

/// A stream of lines, each way.
#[derive(Debug)]
pub struct LineStream<S>(FramedRead<S, Codec<Lines>>);

impl<S: AsyncRead + AsyncWrite + Unpin> LineStream<S> {
    /// Lines of up to `limit` octets over `stream`.
    pub fn new(stream: S, limit: usize) -> Self {
        Self(FramedRead::new(stream, Codec(Lines::new(limit))))
    }

    /// The next line; `None` once the peer has said that this was all.
    ///
    /// # Errors
    ///
    /// Those of the stream, also where it ended and the peer had not said so; that what
    /// came is no line.
    pub async fn receive(&mut self) -> Result<Option<String>, Rejection> {
        let line = self.0.try_next().await;
        line.map_err(|error| Rejection::new("read a line", error))
    }

    /// Sends `line`, all of it.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub async fn send(&mut self, line: &str) -> Result<(), Rejection> {
        let line = format!("{line}\n");
        let sent = send(self.0.get_mut(), line.as_bytes()).await;
        sent.map_err(|error| Rejection::new("write a line", error))
    }

    /// Says that this was all: close_notify. What the peer has still to say can be read
    /// afterwards.
    ///
    /// # Errors
    ///
    /// Those of the stream.
    pub async fn finish(&mut self) -> Result<(), Rejection> {
        let ended = self.0.get_mut().shutdown().await;
        ended.map_err(|error| Rejection::new("end the stream", error))
    }
}

/// Sends `octets`, all of them, before anything else is done.
///
/// # Errors
///
/// Those of the stream.
// ANCHOR: send
pub async fn send(stream: &mut (impl AsyncWrite + Unpin), octets: &[u8]) -> io::Result<()> {
    stream.write_all(octets).await?;
    // So far TLS has taken them. What the socket had no room for lies in a buffer, and
    // would stay there until somebody writes again.
    stream.flush().await
}
// ANCHOR_END: send

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, SystemTime};

    use program::tasks::in_time;
    use rustls::RootCertStore;
    use tokio::io::AsyncReadExt;
    use tokio_rustls::{TlsAcceptor, TlsConnector};

    use super::*;
    use crate::{Authority, Clock, config};

    #[tokio::test]
    async fn what_a_full_socket_did_not_take_leaves_all_the_same() {
        let ca = Authority::new("test", SystemTime::now()).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(ca.root()).unwrap();
        let clock = Clock::default();
        let client = TlsConnector::from(config::client(Arc::new(roots), clock).unwrap());
        let identity = ca.server(&["echo.example"]).unwrap();
        let server = TlsAcceptor::from(config::server(identity, clock).unwrap());

        // Room for less than a line in the whole network.
        let (near, far) = tokio::io::duplex(64);
        let line = "x".repeat(1000);
        let sent = line.clone();
        let server = tokio::spawn(async move {
            let mut lines = LineStream::new(server.accept(far).await?, 1024);
            lines.send(&sent).await?;
            lines.receive().await?; // and nothing is written any more
            anyhow::Ok(())
        });
        let name = "echo.example".try_into().unwrap();
        let mut client = client.connect(name, near).await.unwrap();
        let mut heard = vec![0; line.len() + 1];
        let heard_all = client.read_exact(&mut heard);
        in_time(Duration::from_secs(10), heard_all).await.unwrap();
        client.shutdown().await.unwrap();
        server.await.unwrap().unwrap();
    }
}
