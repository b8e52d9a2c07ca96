//! What the pages say of Python, run in Python; and of Rust beside it, compiled.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::client::{ClientConnection, WebPkiServerVerifier};
use rustls::server::{ClientHello, WebPkiClientVerifier};
use rustls::{ClientConfig, CommonState, IoState, KeyLogFile, RootCertStore, ServerConfig};

use crate::support::Certificates;

#[test]
fn python_does_what_the_pages_say() {
    let certificates = Certificates::new();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/from_python.py");
    testkit::claims(script, &[certificates.path("").to_str().unwrap()]);
}

/// Methods that the page *From Python to Rust* names, and no program here calls.
#[expect(dead_code, reason = "it has to compile, and no more")]
fn rust_has(roots: Arc<RootCertStore>, mut client: ClientConfig, mut server: ServerConfig) {
    client.key_log = Arc::new(KeyLogFile::new());
    server.send_tls13_tickets = 0;
    let _ = (&server.ticketer, &client.resumption, &client.alpn_protocols);
    let verifier = WebPkiServerVerifier::builder(Arc::clone(&roots)).with_crls([]);
    let _ = verifier.only_check_end_entity_revocation().build();
    let verifier = WebPkiClientVerifier::builder(roots).allow_unauthenticated();
    let _ = verifier.build();
    let _ = (CommonState::wants_read, CommonState::wants_write);
    let _ = (
        CommonState::negotiated_key_exchange_group,
        CommonState::handshake_kind,
    );
    let _ = IoState::plaintext_bytes_to_read;
    let _ = (ClientHello::cipher_suites, ClientHello::server_name);
    let _ = |conn: &ClientConnection| conn.export_keying_material([0; 32], b"", None);
    let _ = |conn: &mut ClientConnection| (conn.reader().read(&mut []), conn.writer().flush());
    let _ = |conn: &mut ClientConnection| conn.complete_io(&mut TcpStream::connect("")?);
    let _ = (&ring::agreement::X25519, &ring::signature::ED25519);
    let _ = (&rustls::version::TLS12, &rustls::version::TLS13);
    let _ = rustls::AlertDescription::UnrecognisedName;
    let _ = |key: &ring::hmac::Key| {
        let digest = key.algorithm().digest_algorithm();
        digest.output_len() + digest.block_len()
    };
    let _ = x509_parser::certificate::TbsCertificate::validity;
}
