//! What the pages say and no scene shows.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::pki_types::ServerName;
use rustls::{
    CertificateError, ClientConnection, Error as TlsError, ServerConnection, StreamOwned,
};
use testkit::{PATIENCE, Server, connection, peer};
use tls::binding::channel_binding;
use tls::mutual_challenge::{Error, Prover, Role};
use tls::secret::random;
use tls::verify_mac::Key;
use tls::{Authority, BelievesAnybody, Clock, config};

fn prover() -> Prover<fn() -> std::io::Result<[u8; 32]>> {
    Prover::new(Key::new(b"a secret of both"), random)
}

fn name() -> ServerName<'static> {
    ServerName::try_from("echo.example").unwrap()
}

/// A man in the middle who terminates TLS on both sides, and a client that takes his
/// certificate. What do client and server think of each other's proof?
fn proofs_through_a_relay(bound: bool) -> [Result<(), Error>; 2] {
    let clock = Clock::default();
    let authority = Authority::new("Workbook", clock.time()).unwrap();
    let server_config =
        config::server(authority.server(&["echo.example"]).unwrap(), clock).unwrap();
    let mallory = config::server(authority.server(&["mallory.example"]).unwrap(), clock).unwrap();
    let honest = config::client(config::roots([authority.root()]).unwrap(), clock).unwrap();
    // Dangerous, and the point of this test: the certificate is no obstacle here.
    let mut believes = (*honest).clone();
    believes
        .dangerous()
        .set_certificate_verifier(Arc::new(BelievesAnybody(config::provider())));

    let (client_end, mallory_as_server) = connection();
    let (mallory_as_client, server_end) = connection();

    let server = thread::spawn(move || {
        let mut tls = StreamOwned::new(ServerConnection::new(server_config).unwrap(), server_end);
        tls.conn.complete_io(&mut tls.sock).unwrap();
        let binding = channel_binding(&tls.conn).unwrap();
        prover().server(&mut tls, if bound { &binding } else { b"" })
    });
    // He shakes hands with both, and from then on passes on what is said.
    thread::spawn(move || {
        let near = ServerConnection::new(mallory).unwrap();
        let mut near = StreamOwned::new(near, mallory_as_server);
        let far = ClientConnection::new(honest, name()).unwrap();
        let mut far = StreamOwned::new(far, mallory_as_client);
        // The server's nonce, the client's nonce and proof, the server's proof.
        let mut octets = [0; 64];
        let _ = far.read_exact(&mut octets[..32]);
        let _ = near.write_all(&octets[..32]);
        let _ = near.read_exact(&mut octets);
        let _ = far.write_all(&octets);
        let _ = far.read_exact(&mut octets[..32]);
        let _ = near.write_all(&octets[..32]);
        let _ = near.flush();
    });
    let client = ClientConnection::new(Arc::new(believes), name()).unwrap();
    let mut tls = StreamOwned::new(client, client_end);
    tls.conn.complete_io(&mut tls.sock).unwrap();
    let binding = channel_binding(&tls.conn).unwrap();
    let client = prover().client(&mut tls, if bound { &binding } else { b"" });
    [client, server.join().unwrap()]
}

#[test]
fn a_relay_passes_a_challenge_that_is_not_bound_to_the_connection() {
    let [client, server] = proofs_through_a_relay(false);
    client.unwrap();
    server.unwrap();
}

#[test]
fn a_relay_fails_at_a_challenge_that_is_bound_to_the_connection() {
    let [client, server] = proofs_through_a_relay(true);
    let refused = server.unwrap_err();
    assert!(
        matches!(refused, Error::NotProven(Role::Client)),
        "{refused}"
    );
    client.unwrap_err();
}

/// The two ends of one connection have one name for it, and the next has another.
#[test]
fn a_binding_names_one_connection() {
    let clock = Clock::default();
    let authority = Authority::new("Workbook", clock.time()).unwrap();
    let server = config::server(authority.server(&["echo.example"]).unwrap(), clock).unwrap();
    let client = config::client(config::roots([authority.root()]).unwrap(), clock).unwrap();
    let names = || {
        let (mut near, mut far) = connection();
        let server = Arc::clone(&server);
        let far = thread::spawn(move || {
            let mut tls = ServerConnection::new(server).unwrap();
            tls.complete_io(&mut far).unwrap();
            channel_binding(&tls).unwrap()
        });
        let mut tls = ClientConnection::new(Arc::clone(&client), name()).unwrap();
        tls.complete_io(&mut near).unwrap();
        (channel_binding(&tls).unwrap(), far.join().unwrap())
    };
    let (one, two) = (names(), names());
    assert_eq!(one.0, one.1);
    assert_eq!(two.0, two.1);
    assert_ne!(one.0, two.0);
}

/// Who heard one conversation can't hold the next with what he heard.
#[test]
fn a_proof_that_was_heard_is_worth_nothing_later() {
    /// Writes down what is sent.
    struct Tapped(TcpStream, Arc<Mutex<Vec<u8>>>);
    impl Read for Tapped {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0.read(buffer)
        }
    }
    impl Write for Tapped {
        fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
            self.1.lock().unwrap().extend_from_slice(octets);
            self.0.write(octets)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            self.0.flush()
        }
    }
    let heard = Arc::default();
    let (near, mut far) = connection();
    let mut tapped = Tapped(near, Arc::clone(&heard));
    let server = thread::spawn(move || prover().server(&mut far, b""));
    prover().client(&mut tapped, b"").unwrap();
    server.join().unwrap().unwrap();

    let (mut near, mut far) = connection();
    near.write_all(&heard.lock().unwrap()).unwrap();
    let refused = prover().server(&mut far, b"").unwrap_err();
    assert!(
        matches!(refused, Error::NotProven(Role::Client)),
        "{refused}"
    );
}

/// What `openssl req -x509` makes is a CA's certificate, unless it is told otherwise.
/// Used as a server's own, with itself as the root, it satisfies OpenSSL and not
/// rustls.
#[test]
fn the_usual_self_signed_certificate_is_that_of_a_ca() {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let Some(openssl) = peer("openssl") else {
        return;
    };
    let folder = tempfile::TempDir::new().unwrap();
    let made = openssl
        .command()
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
        ])
        .args([
            "-nodes",
            "-subj",
            "/CN=x",
            "-addext",
            "subjectAltName=DNS:echo.example",
        ])
        .args(["-keyout", "key.pem", "-out", "cert.pem"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let certificate = CertificateDer::from_pem_file(folder.path().join("cert.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(folder.path().join("key.pem")).unwrap();
    let identity = tls::Identity {
        chain: vec![certificate.clone()],
        key,
    };
    let clock = Clock::default();
    let server = config::server(identity, clock).unwrap();
    let client = config::client(config::roots([certificate]).unwrap(), clock).unwrap();
    let met = tls::meeting::meet(&client, &server, name()).unwrap();
    match met.client.unwrap_err() {
        TlsError::InvalidCertificate(CertificateError::Other(error)) => {
            let error = error.0.downcast_ref::<webpki::Error>();
            assert_eq!(error, Some(&webpki::Error::CaUsedAsEndEntity));
        }
        other => panic!("{other}"),
    }
    // The second is what Python's default context asks for, from 3.13 on.
    for strictly in [&[][..], &["-x509_strict", "-partial_chain"]] {
        let believed = openssl
            .command()
            .args(["verify", "-CAfile", "cert.pem", "-purpose", "sslserver"])
            .args(["-verify_hostname", "echo.example"])
            .args(strictly)
            .arg("cert.pem")
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(believed.status.success(), "{believed:?}");
    }
}

/// Page: What TLS gives. The version of a record is no version.
#[test]
fn the_first_record_says_an_older_version() {
    let authority = Authority::new("Workbook", Clock::default().time()).unwrap();
    let roots = config::roots([authority.root()]).unwrap();
    let client = config::client(roots, Clock::default()).unwrap();
    let mut octets = Vec::new();
    let mut tls = ClientConnection::new(client, name()).unwrap();
    tls.write_tls(&mut octets).unwrap();
    assert_eq!(octets[..3], [0x16, 3, 1]);
}

/// In TLS 1.2 two connections may have one name (RFC 9266, section 4.2).
#[test]
fn there_is_no_binding_in_tls_1_2() {
    let clock = Clock::default();
    let authority = Authority::new("Workbook", clock.time()).unwrap();
    let server = config::server(authority.server(&["echo.example"]).unwrap(), clock).unwrap();
    let client = rustls::ClientConfig::builder_with_provider(config::provider())
        .with_protocol_versions(&[&rustls::version::TLS12])
        .unwrap()
        .with_root_certificates(config::roots([authority.root()]).unwrap())
        .with_no_client_auth();
    let (mut near, mut far) = connection();
    let far = thread::spawn(move || {
        let mut tls = ServerConnection::new(server).unwrap();
        tls.complete_io(&mut far).unwrap();
        channel_binding(&tls).unwrap_err()
    });
    let mut tls = ClientConnection::new(Arc::new(client), name()).unwrap();
    tls.complete_io(&mut near).unwrap();
    channel_binding(&tls).unwrap_err();
    far.join().unwrap();
}

/// Page: What TLS gives. Nothing stays with the relay, even if it might begin the text.
#[test]
fn a_relay_keeps_nothing_to_itself() {
    let upstream = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = upstream.local_addr().unwrap().to_string();
    let mut relay = Command::new(env!("CARGO_BIN_EXE_relay"));
    relay.args(["127.0.0.1:0", &address, "--replace", "nasty", "nice"]);
    let relay = Server::start(relay);
    let mut client = TcpStream::connect(relay.address).unwrap();
    let (mut server, _) = upstream.accept().unwrap();
    server.set_read_timeout(Some(PATIENCE)).unwrap();
    for text in [&b"banana"[..], b"n", b"na"] {
        client.write_all(text).unwrap();
        let mut heard = vec![0; text.len()];
        server.read_exact(&mut heard).unwrap();
        assert_eq!(heard, text);
    }
}
