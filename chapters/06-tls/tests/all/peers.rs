//! Programs that nobody here wrote at the other end: openssl, python3 and curl.

use std::io::Write;
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::thread;

use crate::support::Certificates;
use testkit::{PATIENCE, Peer, Ready, Server, pairs, peer, python, run_client};
use tls::Flaw;

const BLOCKING: &str = env!("CARGO_BIN_EXE_tls-blocking");
const CHALLENGE: &str = env!("CARGO_BIN_EXE_challenge");
const ECHO: &str = env!("CARGO_BIN_EXE_tls-echo");
const MUTUAL: &str = env!("CARGO_BIN_EXE_tls-mutual");

const ANSWERS: &str = "\"hello\" is answered \"HELLO\"\n\"Grüße\" is answered \"GRÜSSE\"\n";
const PROPER: &str = "The server ended the conversation properly\n";

/// Both roles of the challenge, ours and Python's, in all four pairs.
#[test]
fn the_challenge_in_python() {
    let folder = tempfile::TempDir::new().unwrap();
    let key = folder.path().join("shared.key");
    let made = Command::new(CHALLENGE)
        .arg("key")
        .arg(&key)
        .output()
        .unwrap();
    assert!(made.status.success());
    for (mut server, mut client) in pairs(CHALLENGE, "challenge.py") {
        server.args(["server", "127.0.0.1:0", "--key"]).arg(&key);
        let server = Server::start(server);
        client.args([
            "client",
            &server.address.to_string(),
            "hello",
            "Grüße",
            "--key",
        ]);
        client.arg(&key);
        let said = run_client(client, "");
        assert_eq!(said, format!("{} knows the key\n{ANSWERS}", server.address));
        assert!(server.line().ends_with(": knows the key"));
        assert_eq!(server.line(), "asked: \"hello\"");
        assert_eq!(server.line(), "asked: \"Grüße\"");
    }
}

/// HMAC of our key and Python's, over texts of many lengths.
#[test]
fn tags_are_those_of_pythons_hmac() {
    let Some(python) = peer("python3") else {
        return;
    };
    let script = "import hmac\n\
        for n in range(200):\n\
        \x20   print(hmac.digest(bytes(range(32)), bytes([n]) * n, 'sha256').hex())";
    let output = python.command().args(["-c", script]).output().unwrap();
    let theirs = String::from_utf8(output.stdout).unwrap();
    let key: Vec<u8> = (0..32).collect();
    let key = tls::verify_mac::Key::new(&key);
    assert_eq!(theirs.lines().count(), 200);
    for (n, theirs) in (0..200_u8).zip(theirs.lines()) {
        let ours = key.tag(&vec![n; usize::from(n)]);
        assert_eq!(testkit::hex(&ours).replace(' ', ""), theirs);
    }
}

/// Our clients at Python's server, and Python's client at our servers.
#[test]
fn the_echo_in_python() {
    let certificates = Certificates::new();
    let Some(mut server) = python("tls_echo.py") else {
        return;
    };
    server.args(["server", "127.0.0.1:0", "--identity"]);
    let theirs = Server::start({
        server.arg(certificates.path("server"));
        server
    });
    for program in [BLOCKING, ECHO] {
        let mut client = certificates.client(program, &theirs);
        client.args(["hello", "Grüße"]);
        assert_eq!(run_client(client, ""), format!("{ANSWERS}{PROPER}"));

        let ours = Server::start(certificates.server(program, "server"));
        let Some(mut client) = python("tls_echo.py") else {
            return;
        };
        client.args(["client", &ours.address.to_string(), "hello", "Grüße"]);
        client
            .args(["--name", "echo.example", "--ca"])
            .arg(certificates.path("ca.pem"));
        let said = run_client(client, "");
        let names = "The certificate is for echo.example, localhost, 127.0.0.1\n";
        assert_eq!(said, format!("{ANSWERS}{names}"));
        assert_eq!(ours.stop(), [""; 0], "a proper end is nothing to report");
    }
    assert_eq!(theirs.stop(), [""; 0]);
}

/// `openssl s_client` with `arguments`, and `typed` as its input.
fn s_client(openssl: &Peer, certificates: &Certificates, server: &Server, more: &[&str]) -> Output {
    let mut command = openssl.command();
    command
        .args([
            "s_client",
            "-quiet",
            "-verify_return_error",
            "-verify_quiet",
            "-connect",
        ])
        .arg(server.address.to_string())
        .args([
            "-servername",
            "echo.example",
            "-verify_hostname",
            "echo.example",
        ])
        .arg("-CAfile")
        .arg(certificates.path("ca.pem"))
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may have failed already, and not read any more.
    let _ = child.stdin.take().unwrap().write_all(b"hello\n");
    child.wait_with_output().unwrap()
}

#[test]
fn s_client_talks_to_our_servers_in_both_versions() {
    let Some(openssl) = peer("openssl") else {
        return;
    };
    let certificates = Certificates::new();
    // Each stays until it is given up, so they stay side by side.
    thread::scope(|scope| {
        for program in [BLOCKING, ECHO] {
            for version in ["-tls1_2", "-tls1_3"] {
                let (openssl, certificates) = (&openssl, &certificates);
                scope.spawn(move || {
                    let server = Server::start(certificates.server(program, "server"));
                    let output = s_client(openssl, certificates, &server, &[version]);
                    let said = String::from_utf8_lossy(&output.stdout).into_owned();
                    assert_eq!(said, "HELLO\n", "{version}: {output:?}");
                });
            }
        }
    });
    for program in [BLOCKING, ECHO] {
        // What has been broken for years is not spoken at all.
        let server = Server::start(certificates.server(program, "server"));
        let old = ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"];
        let output = s_client(&openssl, &certificates, &server, &old);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("SSL alert number"), "{said}");
        let said = server.line();
        assert!(said.contains("peer is incompatible"), "{said}");
    }
}

#[test]
fn our_clients_talk_to_s_server() {
    let Some(openssl) = peer("openssl") else {
        return;
    };
    let certificates = Certificates::new();
    for version in ["-tls1_2", "-tls1_3"] {
        // `-rev` answers each line with its letters in reverse order.
        let running = openssl.start(Ready::Prints("ACCEPT"), |command, port, _| {
            command.args([
                "s_server",
                "-rev",
                version,
                "-accept",
                &port.to_string(),
                "-cert",
            ]);
            command.arg(certificates.path("server.pem")).arg("-key");
            command
                .arg(certificates.path("server-key.pem"))
                .arg("-cert_chain");
            command.arg(certificates.path("server.pem"));
        });
        for program in [BLOCKING, ECHO] {
            let mut client = Command::new(program);
            client.args(["client", &running.address().to_string(), "hello"]);
            client
                .args(["--name", "echo.example", "--ca"])
                .arg(certificates.path("ca.pem"));
            let said = run_client(client, "");
            assert!(
                said.starts_with("\"hello\" is answered \"olleh\"\n"),
                "{version}: {said}"
            );
        }
    }
}

/// What OpenSSL makes of the eight, by the numbers of its manual (`man
/// X509_STORE_CTX_get_error`), and of one that is right.
#[test]
fn s_client_refuses_seven_of_the_eight() {
    let Some(openssl) = peer("openssl") else {
        return;
    };
    let certificates = Certificates::new();
    for (flaw, error) in [
        (None, None),
        (Some(Flaw::Expired), Some("certificate has expired")),
        (
            Some(Flaw::NotYetValid),
            Some("certificate is not yet valid"),
        ),
        (Some(Flaw::WrongName), Some("ostname mismatch")),
        // The common name still counts for it where there is no other.
        (Some(Flaw::NameInCommonName), None),
        (Some(Flaw::SelfSigned), Some("self-signed certificate")),
        (
            Some(Flaw::NoIntermediate),
            Some("unable to get local issuer certificate"),
        ),
        (
            Some(Flaw::WrongPurpose),
            Some("unsuitable certificate purpose"),
        ),
        (Some(Flaw::IssuerIsNoCa), Some("invalid CA certificate")),
    ] {
        let name = flaw.map_or("server".to_owned(), |flaw| flaw.to_string());
        let server = Server::start(certificates.server(ECHO, &name));
        let output = s_client(&openssl, &certificates, &server, &[]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        match error {
            None => assert_eq!(output.stdout, b"HELLO\n", "{name}: {said}"),
            Some(error) => {
                assert!(said.contains(error), "{name}: {said}");
                assert!(server.line().contains("received fatal alert"), "{name}");
            }
        }
    }
}

/// curl speaks HTTP, and our servers do not; but before it asks, it shakes hands, and
/// says what it thinks of the certificate by its exit status.
#[test]
fn curl_checks_the_certificate_before_it_asks() {
    let Some(curl) = peer("curl") else { return };
    let certificates = Certificates::new();
    for name in ["server", "wrong-name", "expired", "self-signed"] {
        let server = Server::start(certificates.server(ECHO, name));
        let port = server.address.port();
        let output = curl
            .command()
            .args([
                "--silent",
                "--show-error",
                "--http0.9",
                "--max-time",
                "5",
                "--noproxy",
                "*",
            ])
            .args(["--resolve", &format!("echo.example:{port}:127.0.0.1")])
            .arg("--cacert")
            .arg(certificates.path("ca.pem"))
            .arg(format!("https://echo.example:{port}/"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        match name {
            // It believed the certificate, asked, and was given its own lines in
            // capitals, which it takes for HTTP/0.9.
            "server" => {
                let heard = String::from_utf8_lossy(&output.stdout).into_owned();
                assert!(heard.starts_with("GET / HTTP/1.1\n"), "{heard} {said}");
            }
            // CURLE_PEER_FAILED_VERIFICATION
            _ => assert_eq!(output.status.code(), Some(60), "{name}: {said}"),
        }
    }
}

#[test]
fn strangers_show_a_certificate_and_are_greeted() {
    let certificates = Certificates::new();
    let mut server = certificates.server(MUTUAL, "server");
    server.arg("--client-ca").arg(certificates.path("ca.pem"));
    let server = Server::start(server);
    let [alice, key] = ["alice.pem", "alice-key.pem"].map(|name| {
        let path = certificates.path(name);
        path.to_str().unwrap().to_owned()
    });
    if let Some(openssl) = peer("openssl") {
        let shown = ["-cert", &alice, "-cert_chain", &alice, "-key", &key];
        let output = s_client(&openssl, &certificates, &server, &shown);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(said, "Hello, Alice\nhello, Alice\n", "{output:?}");
        assert_eq!(server.line(), "Here is \"Alice\"");
        // `-quiet` lets it stay beyond the end of its input, and so it was given up.
        assert!(server.line().ends_with("gave up: not done within 1s"));

        let output = s_client(&openssl, &certificates, &server, &[]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("alert certificate required"), "{said}");
        let said = server.line();
        assert!(
            said.ends_with("TLS handshake: peer sent no certificates"),
            "{said}"
        );
    }
    if let Some(curl) = peer("curl") {
        let output = curl
            .command()
            .args([
                "--silent",
                "--show-error",
                "--http0.9",
                "--max-time",
                "5",
                "--noproxy",
                "*",
            ])
            .args(["--cacert", certificates.path("ca.pem").to_str().unwrap()])
            .args(["--cert", &alice, "--key", &key])
            .arg(format!("https://{}/", server.address))
            .output()
            .unwrap();
        let heard = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(heard.starts_with("Hello, Alice\n"), "{output:?}");
        assert_eq!(server.line(), "Here is \"Alice\"");
    }
}

/// A TLS client at a port where nobody speaks TLS: OpenSSL's words for it.
#[test]
fn s_client_calls_plain_text_a_wrong_version() {
    let Some(openssl) = peer("openssl") else {
        return;
    };
    let certificates = Certificates::new();
    let mut server = Command::new(env!("CARGO_BIN_EXE_plain-echo"));
    server.args(["server", "127.0.0.1:0"]);
    let server = Server::start(server);
    let output = s_client(&openssl, &certificates, &server, &[]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("wrong version number"), "{said}");
    let said = server.line();
    assert!(said.ends_with("octet 0x16 is no text (a handshake of TLS begins with it)"));
}

/// What Python makes of a stream that was cut: an end, unless it is told otherwise.
#[test]
fn python_takes_a_cut_for_an_end_unless_it_is_told() {
    let certificates = Certificates::new();
    let Some(python) = peer("python3") else {
        return;
    };
    let mut blind = python.command();
    // Before 3.10.11 and 3.11.3 it told OpenSSL 3 to take every cut for an end.
    blind.args([
        "-c",
        "import ssl\n\
         context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n\
         print(ssl.OP_IGNORE_UNEXPECTED_EOF in context.options, end='')",
    ]);
    let told = match blind.output().unwrap().stdout.as_slice() {
        b"True" => "b''",
        _ => "SSLEOFError",
    };
    for (suppress, said) in [("True", "b''"), ("False", told)] {
        let script = format!(
            "import socket, ssl, sys\n\
             context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n\
             context.num_tickets = 0\n\
             context.load_cert_chain(sys.argv[1] + '.pem', sys.argv[1] + '-key.pem')\n\
             listener = socket.create_server(('127.0.0.1', 0))\n\
             print('Listening at {{}}:{{}}'.format(*listener.getsockname()))\n\
             stream, _ = listener.accept()\n\
             stream = context.wrap_socket(stream, True, suppress_ragged_eofs={suppress})\n\
             while True:\n\
             \x20   try:\n\
             \x20       print(stream.recv(100))\n\
             \x20   except ssl.SSLError as error:\n\
             \x20       print(type(error).__name__)\n"
        );
        let mut server = python.command();
        server
            .arg("-c")
            .arg(script)
            .arg(certificates.path("server"));
        let server = Server::start(server);
        let mut client = certificates.client(BLOCKING, &server);
        client.args(["--whole", "--crash-at", "2", "Pay Bob 1", "000 euros"]);
        assert!(!client.output().unwrap().status.success());
        assert_eq!(server.line(), "b'Pay Bob 1'");
        assert_eq!(server.line(), said);
    }
}

/// A context of Python's can be given another certificate while it is in use.
#[test]
fn python_shows_a_new_certificate_from_the_next_handshake_on() {
    let Some(python) = peer("python3") else {
        return;
    };
    let certificates = Certificates::new();
    let script = "import ssl, sys\n\
        folder = sys.argv[1]\n\
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n\
        client = ssl.create_default_context(cafile=folder + '/ca.pem')\n\
        ends = []\n\
        for name in ('server', 'renewed'):\n\
        \x20   server.load_cert_chain(f'{folder}/{name}.pem', f'{folder}/{name}-key.pem')\n\
        \x20   a, b = ssl.MemoryBIO(), ssl.MemoryBIO()\n\
        \x20   near = client.wrap_bio(b, a, server_hostname='echo.example')\n\
        \x20   far = server.wrap_bio(a, b, server_side=True)\n\
        \x20   for side in (near, far, near, far):\n\
        \x20       try:\n\
        \x20           side.do_handshake()\n\
        \x20       except ssl.SSLWantReadError:\n\
        \x20           pass\n\
        \x20   ends.append(near.getpeercert()['notAfter'])\n\
        print(ends[0] != ends[1])\n";
    let mut command = python.command();
    command.args(["-c", script]).arg(certificates.path(""));
    let output = command.output().unwrap();
    assert_eq!(output.stdout, b"True\n", "{output:?}");
}

/// The name of a connection, as OpenSSL computes it at the other end.
#[test]
fn a_binding_is_that_of_openssl() {
    let Some(openssl) = peer("openssl") else {
        return;
    };
    let clock = tls::Clock::default();
    let authority = tls::Authority::new("Workbook", clock.time()).unwrap();
    let config = tls::config::server(authority.server(&["echo.example"]).unwrap(), clock).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let ours = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut tls = rustls::ServerConnection::new(config).unwrap();
        tls.complete_io(&mut stream).unwrap();
        tls::binding::channel_binding(&tls).unwrap()
    });
    let output = openssl
        .command()
        .args(["s_client", "-tls1_3", "-connect", &address])
        .args(["-keymatexport", "EXPORTER-Channel-Binding"])
        .args(["-keymatexportlen", "32"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let theirs = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("Keying material: "))
        .unwrap_or_else(|| panic!("{said}"));
    let ours = testkit::hex(&ours.join().unwrap()).replace(' ', "");
    assert_eq!(ours, theirs.to_lowercase());
}
