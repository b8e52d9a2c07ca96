//! What can be learnt of a TLS server by connecting to it.

use std::io::{self, Read};
use std::net::Shutdown;
use std::sync::{Arc, Mutex, PoisonError};

use program::{Connect, Conversation};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, HandshakeKind, ProtocolVersion,
    RootCertStore, SignatureScheme, StreamOwned,
};
use webpki::EndEntityCert;

use crate::client_hello::Offer;
use crate::options::Trust;
use crate::{Rejection, config};

/// *Dangerous*: lets everybody in, and remembers whether it should have. A probe
/// needs that for one reason: to report also of a server that nobody should believe.
/// It tells such a server nothing.
// ANCHOR: witness
#[derive(Debug)]
struct Witness {
    judge: Arc<WebPkiServerVerifier>,
    verdict: Mutex<Option<Result<(), Error>>>,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        others: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.judge.verify_server_cert(own, others, name, ocsp, now);
        *self.verdict.lock().unwrap_or_else(PoisonError::into_inner) = Some(verdict.map(drop));
        Ok(ServerCertVerified::assertion()) // dangerous: whatever the verdict was
    }
    // ANCHOR_END: witness

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.judge
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.judge.supported_verify_schemes()
    }
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// The version of TLS.
    pub version: &'static str,
    /// The cipher suite, as the RFCs call it.
    pub suite: String,
    /// How long its key is, in bits.
    pub suite_bits: Option<u16>,
    /// How the two agreed on keys.
    pub key_exchange: String,
    /// The protocol that was agreed on for what comes inside.
    pub alpn: Option<String>,
    /// Whether a second connection could do without the first one's handshake.
    pub resumed: bool,
    /// What the server sent: its own certificate first.
    pub chain: Vec<CertificateDer<'static>>,
    /// Whether its own certificate has the name that was asked for.
    pub name_matches: bool,
    /// Whether a client that checks would have believed it.
    pub verdict: Result<(), Error>,
    /// The roots that were trusted.
    pub roots: Arc<RootCertStore>,
}

/// Connects twice, and tells what it learnt.
///
/// # Errors
///
/// When one of the connections fails, or there is nobody to trust.
pub fn probe(connect: &Connect, trust: &Trust, offer: &Offer) -> anyhow::Result<Found> {
    let roots = config::trusted(trust.ca.as_deref())?;
    let provider = config::provider();
    let judge = WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots), provider);
    let witness = Arc::new(Witness {
        judge: judge.build()?,
        verdict: Mutex::new(None),
    });
    let verifier = Arc::clone(&witness);
    let config = offer.finish(trust.clock, |builder| {
        builder
            .dangerous()
            .with_custom_certificate_verifier(verifier)
    })?;
    let (config, name) = (Arc::new(config), trust.server_name(&connect.addr)?);
    let first = visit(connect, &config, name.clone())?;
    // The configuration remembers what the server gave us to come back with.
    let second = visit(connect, &config, name.clone())?;
    let verdict = witness
        .verdict
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    let suite = first.negotiated_cipher_suite();
    let suite = suite.map_or(String::new(), |suite| {
        crate::tour::messages::suite(suite.suite().into())
    });
    let group = first.negotiated_key_exchange_group();
    let chain = first.peer_certificates().unwrap_or_default().to_vec();
    let own = chain
        .first()
        .and_then(|own| EndEntityCert::try_from(own).ok());
    Ok(Found {
        version: match first.protocol_version() {
            Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
            Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
            _ => "unknown",
        },
        suite_bits: suite_bits(&suite),
        suite,
        key_exchange: group.map_or(String::new(), |group| format!("{:?}", group.name())),
        alpn: first
            .alpn_protocol()
            .map(|name| name.escape_ascii().to_string()),
        resumed: second.handshake_kind() == Some(HandshakeKind::Resumed),
        name_matches: own.is_some_and(|own| own.verify_is_valid_for_subject_name(&name).is_ok()),
        chain,
        verdict: verdict.unwrap_or(Err(Error::NoCertificatesPresented)),
        roots,
    })
}

// ANCHOR: visit
/// Shakes hands, says goodbye, and stays until the server has ended too: in TLS 1.3,
/// what one needs to come back comes only after the handshake.
fn visit(
    connect: &Connect,
    config: &Arc<ClientConfig>,
    name: ServerName<'static>,
) -> anyhow::Result<ClientConnection> {
    let client = ClientConnection::new(Arc::clone(config), name)?;
    let mut tls: StreamOwned<_, Conversation> = StreamOwned::new(client, connect.connect()?);
    let rejected = |error| Rejection::new(format!("TLS with {}", connect.addr), error);
    tls.conn.complete_io(&mut tls.sock).map_err(rejected)?;
    tls.sock.next_message();
    tls.conn.send_close_notify();
    tls.conn.complete_io(&mut tls.sock).map_err(rejected)?;
    tls.sock.shutdown(Shutdown::Write)?;
    // How the server ends is its own affair, as long as it does.
    let _ = io::copy(&mut (&mut tls).take(MOST), &mut io::sink());
    Ok(tls.conn)
}

/// The octets that a server may have to say to somebody who has left.
const MOST: u64 = 64 * 1024;
// ANCHOR_END: visit

impl Found {
    /// Whether one of the roots is called `issuer` (in DER). A root need not be sent:
    /// whoever trusts it has it.
    pub fn trusts(&self, issuer: &[u8]) -> bool {
        let mut roots = self.roots.roots.iter();
        // A trust anchor's subject comes without the header of its sequence.
        roots.any(|root| {
            let header = match root.subject.len() {
                ..128 => 2,
                128..256 => 3,
                _ => 4,
            };
            issuer.get(header..) == Some(root.subject.as_ref())
        })
    }
}

/// How long the key of a cipher suite is. Its name says it.
fn suite_bits(suite: &str) -> Option<u16> {
    let bits = [("AES_128", 128), ("AES_256", 256), ("CHACHA20", 256)];
    let found = bits.iter().find(|(cipher, _)| suite.contains(cipher));
    found.map(|(_, bits)| *bits)
}
