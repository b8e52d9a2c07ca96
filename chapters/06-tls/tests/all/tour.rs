//! `tls-tour` and `tls-probe`: what they make of servers that nobody here wrote, and
//! of peers that mean them harm.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use crate::support::Certificates;
use proptest::prelude::*;
use testkit::{Peer, Ready, Running, Server, peer};
use tls::tour::secrets::Secrets;
use tls::tour::tap::Direction;
use tls::tour::{Tour, messages};

const PROBE: &str = env!("CARGO_BIN_EXE_tls-probe");
const TOUR: &str = env!("CARGO_BIN_EXE_tls-tour");

fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

/// What a program prints if it is content.
fn output(command: &mut Command) -> String {
    let output = run(command);
    assert!(
        output.status.success(),
        "{command:?}: {}",
        text(&output.stderr)
    );
    text(&output.stdout)
}

/// A `openssl s_server` that sends lines back turned around.
fn s_server(openssl: &Peer, certificates: &Certificates, options: &[&str]) -> Running {
    let chain = std::fs::read_to_string(certificates.path("server.pem")).unwrap();
    let (_own, issuer) = chain.split_at(chain.rfind("-----BEGIN").unwrap());
    openssl.start(Ready::Prints("ACCEPT"), |command, port, folder| {
        std::fs::write(folder.join("issuer.pem"), issuer).unwrap();
        command.args(["s_server", "-rev", "-accept", &format!("127.0.0.1:{port}")]);
        command.arg("-cert").arg(certificates.path("server.pem"));
        command.args(["-cert_chain", "issuer.pem", "-key"]);
        command
            .arg(certificates.path("server-key.pem"))
            .args(options);
    })
}

/// Our program, told whom to ask and whom to trust.
fn ours(program: &str, address: &str, certificates: &Certificates, name: &str) -> Command {
    let mut command = Command::new(program);
    command.args([address, "--name", name, "--ca"]);
    command.arg(certificates.path("ca.pem"));
    command
}

/// What `openssl s_client` says of a server that answers lines. It leaves once it has what
/// it needs to come back, which it keeps in the file `keep`: in TLS 1.3 that comes late.
fn s_client(
    openssl: &Peer,
    certificates: &Certificates,
    options: &[&str],
    keep: Option<&Path>,
) -> String {
    let mut client = openssl.command();
    client.args(["s_client", "-servername", "echo.example"]);
    client.args(["-verify_hostname", "echo.example", "-CAfile"]);
    client.arg(certificates.path("ca.pem")).args(options);
    if let Some(file) = keep {
        client.arg("-sess_out").arg(file);
    }
    let mut client = client
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = client.stdin.take().unwrap();
    let mut stdout = BufReader::new(client.stdout.take().unwrap());
    let mut said = Vec::new();
    if keep.is_some() {
        // The tickets come before the first answer: which is the line, also turned around.
        const LINE: &[u8] = b"0123456789876543210\n";
        stdin.write_all(LINE).unwrap();
        while !said.ends_with(LINE) {
            let read = stdout.read_until(b'\n', &mut said).unwrap();
            assert!(read > 0, "no answer: {}", text(&said));
        }
    }
    stdin.write_all(b"Q\n").unwrap();
    stdout.read_to_end(&mut said).unwrap();
    client.wait().unwrap();
    text(&said)
}

/// What stands behind `label` on its line.
fn after<'a>(text: &'a str, label: &str) -> Option<&'a str> {
    let mut lines = text.lines();
    lines.find_map(|line| Some(line.trim().strip_prefix(label)?.trim()))
}

/// A distinguished name without the spaces that OpenSSL puts into it.
fn dense(name: &str) -> String {
    name.replace(" = ", "=")
}

/// The same fields from OpenSSL.
fn their_fields(
    openssl: &Peer,
    said: &str,
    again: &str,
    alpn: bool,
) -> HashMap<&'static str, String> {
    let suite = after(said, "New, TLS")
        .unwrap()
        .split_once(" Cipher is ")
        .unwrap()
        .1;
    // OpenSSL has names of its own for suites, and a list of which is which.
    let suites = output(openssl.command().args(["ciphers", "-v", "-stdname"]));
    let mut suites = suites
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>());
    let known = suites.find(|words| words[2] == suite).unwrap();
    let bits = known
        .iter()
        .find_map(|word| word.strip_prefix("Enc=")?.split_once('('))
        .unwrap()
        .1;
    let pem = &said[said.find("-----BEGIN").unwrap()..];
    let pem = &pem[..pem.find("-----END CERTIFICATE-----").unwrap() + 26];
    let mut x509 = openssl.command();
    x509.args([
        "x509",
        "-noout",
        "-serial",
        "-fingerprint",
        "-sha256",
        "-dates",
    ]);
    x509.args(["-dateopt", "iso_8601", "-ext", "subjectAltName"]);
    let x509 = with_input(&mut x509, pem.as_bytes());
    let names = x509.lines().last().unwrap().trim();
    let names: Vec<&str> = names
        .split(", ")
        .map(|name| name.split_once(':').unwrap().1)
        .collect();
    let chain: Vec<String> = said
        .lines()
        .filter_map(|line| line.trim_start().split_once(" s:"))
        // A ticket is printed too, and may have anything in it.
        .filter(|(number, _)| number.parse::<u8>().is_ok())
        .map(|(_, name)| dense(name))
        .take_while(|name| !name.is_empty())
        .collect();
    let verified = after(said, "Verify return code: ").unwrap();
    HashMap::from([
        (
            "version",
            after(said, "New, ")
                .unwrap()
                .split(',')
                .next()
                .unwrap()
                .replace("TLSv", "TLS "),
        ),
        (
            "suite",
            format!("{}, {} bits", known[0], bits.trim_end_matches(')')),
        ),
        (
            "key exchange",
            after(said, "Server Temp Key: ")
                .unwrap()
                .split(',')
                .next()
                .unwrap()
                .to_owned(),
        ),
        (
            "ALPN",
            after(said, "ALPN protocol: ")
                .map_or("none", |name| if alpn { name } else { "?" })
                .to_owned(),
        ),
        (
            "resumption",
            if again.contains("Reused, TLS") {
                "yes"
            } else {
                "no"
            }
            .to_owned(),
        ),
        ("certificate", dense(after(said, "subject=").unwrap())),
        ("issuer", dense(after(said, "issuer=").unwrap())),
        (
            "key",
            format!(
                "id-ecPublicKey, {} bits",
                after(said, "Server public key is ")
                    .unwrap()
                    .trim_end_matches(" bit")
            ),
        ),
        (
            "signature",
            said.split_once("sigalg: ")
                .unwrap()
                .1
                .lines()
                .next()
                .unwrap()
                .to_owned(),
        ),
        (
            "from",
            after(&x509, "notBefore=")
                .unwrap()
                .trim_end_matches('Z')
                .to_owned(),
        ),
        (
            "to",
            after(&x509, "notAfter=")
                .unwrap()
                .trim_end_matches('Z')
                .to_owned(),
        ),
        ("serial", after(&x509, "serial=").unwrap().to_lowercase()),
        (
            "SHA-256",
            after(&x509, "sha256 Fingerprint=")
                .unwrap()
                .replace(':', "")
                .to_lowercase(),
        ),
        (
            "names",
            names
                .iter()
                .map(|name| name.trim_start_matches("Address:"))
                .collect::<Vec<_>>()
                .join(", "),
        ),
        ("chain", chain.join("; ")),
        (
            "believed",
            if verified.starts_with("0 ") {
                "yes"
            } else {
                "no"
            }
            .to_owned(),
        ),
    ])
}

fn with_input(command: &mut Command, input: &[u8]) -> String {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    text(&child.wait_with_output().unwrap().stdout)
}

/// The same fields from `tls-probe`.
fn our_fields(said: &str) -> HashMap<&str, String> {
    let mut fields = HashMap::new();
    let mut chain = Vec::new();
    for line in said.lines() {
        let (label, what) = line.split_at(14);
        match label.trim() {
            // A certificate of the chain: its number, its subject, and who signed it.
            "chain" | "" => chain.push(what[3..].split_once(" by ").unwrap().0.to_owned()),
            label => drop(fields.insert(label, what.to_owned())),
        }
    }
    fields.insert("chain", chain.join("; "));
    fields
}

#[test]
fn openssl_and_tls_probe_find_the_same() {
    let Some(openssl) = peer("openssl") else {
        return;
    };
    let certificates = Certificates::new();
    let rustls = Server::start(certificates.server(env!("CARGO_BIN_EXE_tls-echo"), "server"));
    let theirs = s_server(&openssl, &certificates, &["-alpn", "http/1.1,h2"]);
    for (address, alpn) in [
        (rustls.address.to_string(), false),
        (theirs.address().to_string(), true),
    ] {
        for version in ["1.2", "1.3"] {
            let flag = format!("-tls{}", version.replace('.', "_"));
            let session = certificates.path(&format!("session-{alpn}-{version}"));
            let mut options = vec!["-connect", &address, &flag];
            let mut probe = ours(PROBE, &address, &certificates, "echo.example");
            probe.args(["--details", "--only", version]);
            if alpn {
                options.extend(["-alpn", "h2,foo"]);
                probe.args(["--alpn", "h2,foo"]);
            }
            let first = s_client(&openssl, &certificates, &options, Some(&session));
            options.extend(["-sess_in", session.to_str().unwrap()]);
            let again = s_client(&openssl, &certificates, &options, None);
            let theirs = their_fields(&openssl, &first, &again, alpn);
            let said = output(&mut probe);
            let ours = our_fields(&said);
            for (field, theirs) in &theirs {
                assert_eq!(
                    ours[field], *theirs,
                    "{field} of {address} in TLS {version}"
                );
            }
            assert_eq!(ours["matches"], "echo.example: yes");
        }
    }
}

/// What makes a certificate unbelievable does so for both, and the rest is reported
/// all the same.
#[test]
fn openssl_and_tls_probe_disbelieve_the_same() {
    let Some(openssl) = peer("openssl") else {
        return;
    };
    let certificates = Certificates::new();
    for (name, code, matches) in [
        ("expired", "10 ", "yes"),
        ("not-yet-valid", "9 ", "yes"),
        ("wrong-name", "62 ", "no"),
        ("self-signed", "18 ", "yes"),
        ("no-intermediate", "21 ", "yes"),
        ("wrong-purpose", "26 ", "yes"),
        ("issuer-is-no-ca", "32 ", "yes"),
    ] {
        let server = Server::start(certificates.server(env!("CARGO_BIN_EXE_tls-echo"), name));
        let address = server.address.to_string();
        let options = ["-connect", &address, "-tls1_2", "-purpose", "sslserver"];
        let said = s_client(&openssl, &certificates, &options, None);
        let verified = after(&said, "Verify return code: ").unwrap();
        assert!(verified.starts_with(code), "{name}: {verified}");
        let output = run(&mut ours(PROBE, &address, &certificates, "echo.example"));
        assert_eq!(output.status.code(), Some(1), "{name}");
        let said = text(&output.stdout);
        let found = our_fields(&said);
        assert_eq!(found["believed"], "no", "{name}");
        assert_eq!(
            found["matches"],
            format!("echo.example: {matches}"),
            "{name}"
        );
    }
}

#[test]
fn the_tour_opens_all_that_openssl_sends() {
    let Some(openssl) = peer("openssl") else {
        return;
    };
    let certificates = Certificates::new();
    let suites = [
        "TLS_AES_256_GCM_SHA384",
        "TLS_AES_128_GCM_SHA256",
        "TLS_CHACHA20_POLY1305_SHA256",
    ];
    for suite in suites {
        let server = s_server(&openssl, &certificates, &["-ciphersuites", suite]);
        let address = server.address().to_string();
        for again in [false, true] {
            let mut tour = ours(TOUR, &address, &certificates, "echo.example");
            tour.arg("hello").args(again.then_some("--again"));
            let told = output(&mut tour);
            for part in [
                suite,
                "EncryptedExtensions",
                "Finished",
                "\"hello\\n\"",
                "\"olleh\\n\"",
            ] {
                assert!(told.contains(part), "no {part} in {told}");
            }
            assert_eq!(told.contains("CertificateVerify"), !again, "{told}");
            assert_eq!(told.contains("yes, we have met"), again, "{told}");
            assert!(!told.contains("no key"), "{told}");
            assert_eq!(told.matches("CloseNotify").count(), 2, "{told}");
        }
    }
    // In TLS 1.2 the certificate is there for all to read, and what follows is not.
    let server = s_server(&openssl, &certificates, &["-tls1_2"]);
    let address = server.address().to_string();
    let told = output(ours(TOUR, &address, &certificates, "echo.example").arg("hello"));
    for part in [
        "TLS 1.2, TLS_ECDHE_ECDSA",
        "ServerKeyExchange",
        "ClientKeyExchange",
    ] {
        assert!(told.contains(part), "no {part} in {told}");
    }
    assert!(!told.contains("hello"), "{told}");
}

/// A server that says `octets`, or nothing, and then waits for the client to leave.
fn says(octets: &'static [u8]) -> (String, thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        // Whoever has heard enough may have gone before it was all said.
        let _ = stream.write_all(octets);
        let _ = stream.read_to_end(&mut Vec::new());
    });
    (address, server)
}

#[test]
fn a_server_that_is_none_is_told_from_one_that_is() {
    let certificates = Certificates::new();
    for (octets, report) in [
        (
            &b"220 mail.example ESMTP\r\n"[..],
            "received corrupt message of type InvalidContentType",
        ),
        (
            b"\x16\x03\x03\xff\xff",
            "received corrupt message of type MessageTooLarge",
        ),
        (
            b"\x16\x03\x03\0\x04\x02\xff\xff\xff",
            "received corrupt message of type HandshakePayloadTooLarge",
        ),
        (
            b"\x15\x03\x03\0\x02\x02\x28",
            "received fatal alert: HandshakeFailure",
        ),
        (b"", "gave up: not done within 500ms"),
    ] {
        for (program, words) in [(PROBE, &[][..]), (TOUR, &["hello"])] {
            let (address, server) = says(octets);
            let mut command = ours(program, &address, &certificates, "echo.example");
            let output = run(command.args(words).args(["--timeout", "0.5"]));
            assert_eq!(output.status.code(), Some(1));
            let errors = text(&output.stderr);
            assert!(errors.contains(report), "{program} {octets:?}: {errors}");
            server.join().unwrap();
        }
    }
}

proptest! {
    #[test]
    fn a_tour_of_anything_ends(
        octets in proptest::collection::vec(any::<u8>(), 0..512),
        kind in 20u8..24,
    ) {
        // As it is, and as the content of a record, so that it gets further.
        let _ = Tour::default().take(&[(Direction::In, octets.clone())], &Secrets::default());
        let length = u16::try_from(octets.len()).unwrap().to_be_bytes();
        let record = [&[kind, 3, 3][..], &length, &octets].concat();
        let passed = [(Direction::Out, record)];
        prop_assert!(Tour::default().take(&passed, &Secrets::default()).is_ok());
    }

    #[test]
    fn messages_of_anything_are_told(kind: u8, body in proptest::collection::vec(any::<u8>(), 0..256)) {
        for version in [None, Some(messages::Version::Tls12), Some(messages::Version::Tls13)] {
            messages::tell(kind, &body, version);
        }
    }
}
