//! What is the same under each server: accepting, TLS, and an end in good order.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use anyhow::Context as _;
use program::tasks::{accept, in_time};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;

use crate::application::Connection;
use crate::settings::Settings;

/// What the server is told when it should come to an end.
pub type Stop = CancellationToken;

/// A connection, with TLS or without.
#[derive(Debug)]
pub enum Stream {
    /// Without.
    Plain(TcpStream),
    /// With. Boxed, as it is much larger.
    Tls(Box<TlsStream<TcpStream>>),
}

/// Listens where `settings` say, and lets `talk` have each connection until Ctrl-C. Then
/// nobody comes in any more, `talk` is told to end, and has `stop_time` for that.
///
/// # Errors
///
/// When the address can't be listened at, or the certificate can't be read.
// ANCHOR: serve
pub async fn serve<F>(
    settings: &Settings,
    protocols: &[&[u8]],
    talk: impl Fn(Stream, Connection, Stop) -> F + Clone + Send + 'static,
) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>> + Send + 'static,
{
    let tls = acceptor(settings, protocols)?;
    let mut ended = Ended::listen()?;
    let listener = bind(&settings.addr).await?;
    let (stop, places) = (Stop::new(), Arc::new(Semaphore::new(settings.clients)));
    while let Some((stream, peer, place)) = ended.before(next(&listener, &places)).await {
        let (tls, stop, patience) = (tls.clone(), stop.clone(), settings.head_time);
        let talk = talk.clone();
        tokio::spawn(async move {
            let talk = async move {
                let local = stream.local_addr()?;
                let secure = tls.is_some();
                let stream = match tls {
                    None => Stream::Plain(stream),
                    Some(tls) => {
                        let stream = in_time(patience, tls.accept(stream)).await;
                        Stream::Tls(Box::new(stream.context("TLS handshake")?))
                    }
                };
                talk(
                    stream,
                    Connection {
                        peer,
                        local,
                        secure,
                    },
                    stop,
                )
                .await
            };
            if let Err(error) = talk.await
                && !has_gone(&error)
            {
                program::report(peer, &error);
            }
            drop(place);
        });
    }
    drop(listener); // who comes now is refused, and may go to another server
    stop.cancel();
    let everybody = u32::try_from(settings.clients)?;
    match timeout(settings.stop_time, places.acquire_many(everybody)).await {
        Ok(_) => println!("Stopped."),
        Err(_) => {
            let left = settings.clients - places.available_permits();
            println!("Stopped, with {left} connection(s) cut off.");
        }
    }
    Ok(())
}
// ANCHOR_END: serve

/// A client may leave at any time: that is nobody's fault.
fn has_gone(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let hyper = cause.downcast_ref::<hyper::Error>();
        matches!(
            io,
            Some(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe)
        ) || hyper.is_some_and(hyper::Error::is_incomplete_message)
    })
}

async fn bind(addr: &str) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(addr).await;
    let listener = listener.with_context(|| format!("bind {addr}"))?;
    println!("Listening at {}", listener.local_addr()?);
    Ok(listener)
}

async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let Ok(place) = Arc::clone(places).acquire_owned().await else {
        return std::future::pending().await; // the semaphore is closed, which it never is
    };
    let (stream, peer) = accept(listener).await;
    // A small answer should not wait for the acknowledgement of the one before it.
    if let Err(error) = stream.set_nodelay(true) {
        program::report(peer, &error.into());
    }
    (stream, peer, place)
}

fn acceptor(settings: &Settings, protocols: &[&[u8]]) -> anyhow::Result<Option<TlsAcceptor>> {
    let Some(name) = &settings.tls else {
        return Ok(None);
    };
    let identity = tls::Identity::read(name)?;
    let mut config = tls::config::server(identity, tls::Clock::default())?;
    let config_mut = Arc::make_mut(&mut config);
    config_mut.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Ok(Some(TlsAcceptor::from(config)))
}

/// Ctrl-C, or a polite kill.
pub struct Ended {
    interrupted: Signal,
    terminated: Signal,
}

impl Ended {
    /// From now on the signals are heard, and no longer end the program by themselves.
    ///
    /// # Errors
    ///
    /// When the system doesn't let us.
    pub fn listen() -> io::Result<Ended> {
        Ok(Ended {
            interrupted: signal(SignalKind::interrupt())?,
            terminated: signal(SignalKind::terminate())?,
        })
    }

    /// What `work` comes to, if no signal comes before.
    pub async fn before<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            _ = self.interrupted.recv() => None,
            _ = self.terminated.recv() => None,
            done = work => Some(done),
        }
    }
}

impl Stream {
    /// The protocol that TLS agreed on (ALPN, RFC 7301).
    pub fn protocol(&self) -> Option<&[u8]> {
        match self {
            Stream::Plain(_) => None,
            Stream::Tls(stream) => stream.get_ref().1.alpn_protocol(),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Stream::Tls(stream) => Pin::new(stream).poll_read(context, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_write(context, octets),
            Stream::Tls(stream) => Pin::new(stream).poll_write(context, octets),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_flush(context),
            Stream::Tls(stream) => Pin::new(stream).poll_flush(context),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Stream::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Stream::Tls(stream) => Pin::new(stream).poll_shutdown(context),
        }
    }
}
