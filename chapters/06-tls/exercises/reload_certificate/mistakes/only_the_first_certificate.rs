//! Only the first certificate of the file
//!
//! `from_pem_slice` reads one certificate, the first. Clients know roots, and not whoever
//! is in between: without the rest of the chain they can't get from the one to the other.
//!
//! fails: the_first_certificate_is_shown, the_whole_chain_is_shown,
//! a_new_certificate_is_shown, no_certificate_is_refused, no_key_is_refused,
//! the_key_of_another_certificate_is_refused, half_a_file_is_refused,
//! a_certificate_that_nobody_can_read_is_refused, a_client_is_served,
//! two_clients_are_served_at_a_time, a_slow_handshake_holds_up_nobody,
//! the_next_client_is_shown_the_new_one, a_renewal_needs_no_client,
//! who_was_here_may_resume, an_old_connection_goes_on, a_handshake_that_has_begun_goes_on,
//! who_waits_to_be_accepted_is_not_turned_away, the_port_is_taken_once,
//! a_broken_file_changes_nothing, who_asked_may_go_away, nobody_is_left_who_could_ask

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
        let current = RwLock::new(load(&provider, chain, key)?);
        Ok(Self { provider, current })
    }

    /// From the next handshake on, shows this chain instead.
    pub fn reload(&self, chain: &[u8], key: &[u8]) -> Result<(), Error> {
        // Whatever can fail comes before anything changes.
        let next = load(&self.provider, chain, key)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(())
    }
}

impl ResolvesServerCert for Reloadable {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.current.read();
        Some(Arc::clone(&current.unwrap_or_else(PoisonError::into_inner)))
    }
}

fn load(provider: &CryptoProvider, chain: &[u8], key: &[u8]) -> Result<Arc<CertifiedKey>, Error> {
    let chain = vec![CertificateDer::from_pem_slice(chain)?];
    let key = PrivateKeyDer::from_pem_slice(key)?;
    // Fails if the key is not that of the chain's first certificate.
    Ok(Arc::new(CertifiedKey::from_der(chain, key, provider)?))
}

/// Echoes on all connections at `port`, and shows `certificate`, which is replaced
/// whenever a renewal comes.
pub async fn serve<P: Port>(
    port: &P,
    certificate: Arc<Reloadable>,
    mut renewals: mpsc::Receiver<Renewal>,
) -> Result<(), Error> {
    let acceptor = acceptor(&certificate)?;
    let mut listener = port.listen()?;
    loop {
        tokio::select! {
            stream = listener.accept() => {
                // In a task of its own: it may be slow, and lives as long as it likes.
                tokio::spawn(echo(acceptor.clone(), stream?));
            }
            Some(renewal) = renewals.recv() => {
                let result = certificate.reload(&renewal.chain, &renewal.key);
                // Whoever asked may have gone away.
                let _ = renewal.done.send(result);
            }
        }
    }
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
