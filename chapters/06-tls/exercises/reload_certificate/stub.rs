//! A new certificate, and nobody is disconnected
//!
//! Difficulty: stretch
//! Page: 06-tls/mutual.md
//! Check: just check 6.5
//!
//! Certificates are good for some weeks, and then a program fetches new ones. A server
//! that has to be started again for that drops everybody, and where the new files are
//! broken it doesn't come back. Write a server that takes a new certificate while it
//! runs.
//!
//! `Reloadable` is what rustls asks, in each handshake, for the certificate to show:
//!
//! - `new` and `reload` get what was read from two PEM files: the chain, the server's own
//!   certificate first, and the private key. All certificates of the chain are shown.
//!   `CertificateDer::pem_slice_iter` and `PrivateKeyDer::from_pem_slice` read PEM;
//!   `CertifiedKey::from_der(chain, key, &provider)` puts both together, and is an error if
//!   they don't belong to each other.
//! - It is an error if there is no certificate, or no key, if the PEM of any of them is
//!   damaged, or if the key belongs to another certificate: the files are replaced one
//!   after the other, and somebody may read between.
//! - After an error, all is as it was: chain and key belong together at any time.
//! - `resolve` gives what was last loaded. Handshakes come from many threads.
//!
//! `serve` listens at `port`, and gives each connection to `echo`, which is there:
//!
//! - A connection whose handshake is slow, or that lives for ever, holds up nobody else,
//!   and no renewal.
//! - A renewal is loaded when it comes, whether or not anybody connects, and `done` gets
//!   the result. From the next handshake on, the new certificate is shown.
//! - A client that was here before may resume its session, also after a renewal, and is
//!   shown no certificate then (RFC 9846, section 2.2). The sessions are kept in what
//!   `acceptor` makes.
//! - Connections that stand go on. So do those that wait to be accepted: the port is
//!   listened at once, and never let go.
//! - A renewal that fails is no reason to end. Nor is it that who asked for it has gone
//!   away, or that nobody is left who could ask: `recv` gives `None` then, and the server
//!   goes on.
//! - What ends it is that `listen` or `accept` fails.
//!
//! ```text
//! client 1 connects     it is shown the first certificate
//! a renewal comes       done: Ok(())
//! client 2 connects     it is shown the second
//! client 1 says hello   and hears it, in the same connection
//! ```

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// How long a client may take for the handshake.
pub const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long a client may say nothing, or take nothing.
pub const IDLE: Duration = Duration::from_secs(60);

/// Why a certificate and a key can't be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What was read is no PEM file, or has no key in it.
    #[error("not a PEM file with what it should hold")]
    Pem(#[from] pem::Error),
    /// There is no certificate in the file.
    #[error("no certificate")]
    NoCertificate,
    /// The key is not one that can sign, or belongs to another certificate.
    #[error(transparent)]
    Key(#[from] rustls::Error),
    /// There is no port to listen at.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A port, at which nobody listens yet.
pub trait Port {
    /// What takes the connections there.
    type Listener: Listener;

    /// Takes the port. Whoever connects from then on waits to be accepted.
    fn listen(&self) -> io::Result<Self::Listener>;
}

/// A port that is listened at. When this is dropped, whoever waits there is turned
/// away.
pub trait Listener {
    /// One connection.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// Waits for the next connection. No connection is lost when the future is
    /// dropped.
    fn accept(&mut self) -> impl Future<Output = io::Result<Self::Stream>>;
}

impl Port for SocketAddr {
    type Listener = TcpListener;

    fn listen(&self) -> io::Result<TcpListener> {
        let listener = std::net::TcpListener::bind(self)?;
        listener.set_nonblocking(true)?;
        TcpListener::from_std(listener)
    }
}

impl Listener for TcpListener {
    type Stream = tokio::net::TcpStream;

    async fn accept(&mut self) -> io::Result<Self::Stream> {
        Ok(TcpListener::accept(self).await?.0)
    }
}

/// A new certificate, and somebody who waits to hear whether it is shown.
#[derive(Debug)]
pub struct Renewal {
    /// The certificate chain, PEM.
    pub chain: Vec<u8>,
    /// The key that belongs to it, PEM.
    pub key: Vec<u8>,
    /// Gets the result of [`Reloadable::reload`].
    pub done: oneshot::Sender<Result<(), Error>>,
}

/// What a server shows its clients: from one handshake to the next, it may be
/// another certificate. Connections that stand keep the one they began with.
#[derive(Debug)]
pub struct Reloadable {
    provider: Arc<CryptoProvider>,
    current: RwLock<Arc<CertifiedKey>>,
}

impl Reloadable {
    /// Shows the certificate chain in `chain`, which belongs to the key in `key`;
    /// both are PEM.
    pub fn new(provider: Arc<CryptoProvider>, chain: &[u8], key: &[u8]) -> Result<Self, Error> {
        todo!()
    }

    /// From the next handshake on, shows this chain instead.
    pub fn reload(&self, chain: &[u8], key: &[u8]) -> Result<(), Error> {
        todo!()
    }
}

impl ResolvesServerCert for Reloadable {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        todo!()
    }
}

/// Echoes on all connections at `port`, and shows `certificate`, which is replaced
/// whenever a renewal comes.
pub async fn serve<P: Port>(
    port: &P,
    certificate: Arc<Reloadable>,
    renewals: mpsc::Receiver<Renewal>,
) -> Result<(), Error> {
    todo!()
}

/// Makes the handshakes, and shows what `certificate` has at that time.
fn acceptor(certificate: &Arc<Reloadable>) -> Result<TlsAcceptor, Error> {
    let config = ServerConfig::builder_with_provider(Arc::clone(&certificate.provider))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(Arc::clone(certificate) as _);
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Makes the handshake and sends back what comes, until the client has said all.
async fn echo<S>(acceptor: TlsAcceptor, stream: S) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut stream = timeout(HANDSHAKE, acceptor.accept(stream)).await??;
    let mut octets = [0; 1024];
    loop {
        let come = timeout(IDLE, stream.read(&mut octets)).await??;
        if come == 0 {
            return timeout(IDLE, stream.shutdown()).await?;
        }
        timeout(IDLE, stream.write_all(&octets[..come])).await??;
        timeout(IDLE, stream.flush()).await??;
    }
}
