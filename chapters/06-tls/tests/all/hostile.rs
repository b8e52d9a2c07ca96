//! What no server may fall to: a peer that says nothing, says it slowly, says too
//! much, or something else. It is refused with a report, and the next client is
//! served.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use crate::support::Certificates;
use testkit::{Server, Stranger, run_client};

const TOO_SLOW: &str = "gave up: not done within 1s";
/// More than five octets take longer than that.
const PACE: Duration = Duration::from_millis(200);

const BLOCKING: &str = env!("CARGO_BIN_EXE_tls-blocking");
const ECHO: &str = env!("CARGO_BIN_EXE_tls-echo");
const MUTUAL: &str = env!("CARGO_BIN_EXE_tls-mutual");

/// A server of TLS, and what a client of good will gets from it.
struct Victim<'a> {
    certificates: &'a Certificates,
    program: &'static str,
    server: Server,
}

impl<'a> Victim<'a> {
    fn new(certificates: &'a Certificates, program: &'static str) -> Victim<'a> {
        let mut command = certificates.server(program, "server");
        if program == MUTUAL {
            command.arg("--client-ca").arg(certificates.path("ca.pem"));
        }
        Victim {
            certificates,
            program,
            server: Server::start(command),
        }
    }

    fn all(certificates: &'a Certificates) -> [Victim<'a>; 3] {
        [BLOCKING, ECHO, MUTUAL].map(|program| Victim::new(certificates, program))
    }

    fn serves_the_next(&self) {
        let mut client = self.certificates.client(self.program, &self.server);
        if self.program == MUTUAL {
            client
                .arg("--identity")
                .arg(self.certificates.path("alice"));
            assert!(run_client(client, "").ends_with("\"Hello, Alice\"\n"));
            assert_eq!(self.server.line(), "Here is \"Alice\"");
        } else {
            client.arg("hello");
            let said = run_client(client, "");
            assert!(
                said.starts_with("\"hello\" is answered \"HELLO\"\n"),
                "{said}"
            );
        }
    }

    /// A stranger does `act`; the report about it.
    fn report(&self, act: impl FnOnce(&mut Stranger)) -> String {
        let mut stranger = Stranger::at(&self.server);
        let address = stranger.address();
        act(&mut stranger);
        self.server.report_about(address)
    }

    fn refuses(&self, octets: &[u8], report: &str) {
        let said = self.report(|stranger| drop(stranger.send(octets).finish()));
        assert_eq!(said, report, "{} and {octets:02x?}", self.program);
        self.serves_the_next();
    }
}

/// The header of a record (RFC 9846, section 5.1), and what is in it.
fn record(kind: u8, length: u16, content: &[u8]) -> Vec<u8> {
    let [high, low] = length.to_be_bytes();
    [&[kind, 3, 3, high, low], content].concat()
}

#[test]
fn what_is_no_tls_is_refused_by_name() {
    let certificates = Certificates::new();
    for victim in Victim::all(&certificates) {
        let no_tls = "TLS handshake: received corrupt message of type InvalidContentType";
        victim.refuses(b"GET / HTTP/1.1\r\n\r\n", no_tls);
        victim.refuses(b"hello\n", no_tls);
        // An alert, before anything was said.
        victim.refuses(
            &record(0x15, 2, &[2, 40]),
            "TLS handshake: received fatal alert: HandshakeFailure",
        );
        // A handshake message of a kind that there is not.
        let odd = record(0x16, 4, &[0xff, 0, 0, 0]);
        let said = victim.report(|stranger| drop(stranger.send(&odd).finish()));
        assert!(said.starts_with("TLS handshake: received "), "{said}");
        // Nothing at all, and an end.
        let said = victim.report(|stranger| drop(stranger.finish()));
        assert!(said.starts_with("TLS handshake: "), "{said}");
        victim.serves_the_next();
    }
}

/// A record has 2¹⁴ octets of text at most, and some 256 more when encrypted
/// (RFC 9846, section 5.2). What announces more is refused before it has come.
#[test]
fn giant_records_are_refused_at_their_header() {
    let certificates = Certificates::new();
    for victim in Victim::all(&certificates) {
        let too_large = "TLS handshake: received corrupt message of type MessageTooLarge";
        victim.refuses(&record(0x16, u16::MAX, b""), too_large);
    }
}

/// A handshake message may span records; what it announces has a limit too.
#[test]
fn giant_handshake_messages_are_refused() {
    let certificates = Certificates::new();
    // A ClientHello of 2²⁴ - 1 octets, and its beginning.
    let piece = record(0x16, 1 << 14, &[0; 1 << 14]);
    let mut first = piece.clone();
    first[5..9].copy_from_slice(&[1, 0xff, 0xff, 0xff]);
    for victim in Victim::all(&certificates) {
        let said = victim.report(|stranger| {
            stranger.send(&first);
            stranger.send_for_ever(&piece);
        });
        assert!(said.starts_with("TLS handshake: received "), "{said}");
        victim.serves_the_next();
    }
}

#[test]
fn a_silent_client_and_a_slow_one_are_given_up() {
    let certificates = Certificates::new();
    let hello = &record(0x16, 200, &[1; 200]);
    // All at the same time, each with a server of its own.
    thread::scope(|scope| {
        for program in [BLOCKING, ECHO, MUTUAL] {
            let silent = Victim::new(&certificates, program);
            scope.spawn(move || {
                let said = silent.report(|stranger| drop(stranger.hear()));
                assert!(said.ends_with(TOO_SLOW), "{said}");
                silent.serves_the_next();
            });
            let slow = Victim::new(&certificates, program);
            scope.spawn(move || {
                let said = slow.report(|stranger| stranger.trickle(hello, PACE));
                assert!(said.ends_with(TOO_SLOW), "{said}");
                slow.serves_the_next();
            });
        }
    });
}

/// The other half of half-open: the handshake is done, and then nothing comes.
#[test]
fn a_client_that_falls_silent_after_its_handshake_is_given_up() {
    let certificates = Certificates::new();
    let victim = Victim::new(&certificates, MUTUAL);
    let mut client = certificates.client(MUTUAL, &victim.server);
    client
        .arg("--stay")
        .arg("--identity")
        .arg(certificates.path("alice"));
    client.stdin(std::process::Stdio::piped()); // and nobody presses Enter
    client.stdout(std::process::Stdio::null());
    let mut client = client.spawn().unwrap();
    assert_eq!(victim.server.line(), "Here is \"Alice\"");
    let said = victim.server.line();
    assert!(said.ends_with(TOO_SLOW), "{said}");
    victim.serves_the_next();
    let _ = client.kill();
    let _ = client.wait();
}

/// More than there is room for, and none says a word: whoever comes next waits until
/// their time is up, and no longer.
#[test]
fn a_flood_of_connections_passes() {
    let certificates = Certificates::new();
    for program in [ECHO, MUTUAL] {
        let victim = Victim::new(&certificates, program);
        let flood: Vec<Stranger> = (0..120).map(|_| Stranger::at(&victim.server)).collect();
        let mut client = certificates.client(program, &victim.server);
        match program {
            MUTUAL => client.arg("--identity").arg(certificates.path("alice")),
            _ => client.arg("hello"),
        };
        run_client(client, "");
        // Every one of them is reported; the client's greeting may be anywhere between.
        let mut reports = 0;
        while reports < flood.len() {
            let said = victim.server.line();
            match said == "Here is \"Alice\"" {
                true => assert_eq!(program, MUTUAL),
                false => assert!(said.ends_with(TOO_SLOW), "{said}"),
            }
            reports += usize::from(said.ends_with(TOO_SLOW));
        }
        victim.serves_the_next();
    }
}

/// The limit on a line holds inside TLS as it does outside.
#[test]
fn an_endless_line_is_refused() {
    let certificates = Certificates::new();
    for program in [BLOCKING, ECHO] {
        let victim = Victim::new(&certificates, program);
        let exact = "x".repeat(1024);
        let mut client = certificates.client(program, &victim.server);
        client.arg(&exact);
        let said = run_client(client, "");
        assert!(said.starts_with(&format!("{exact:?} is answered \"XXX")));

        let mut client = certificates.client(program, &victim.server);
        let output = client.arg(exact + "x").output().unwrap();
        assert!(!output.status.success());
        let said = victim.server.line();
        assert!(
            said.ends_with("a message of more than 1024 octets"),
            "{said}"
        );
        victim.serves_the_next();
    }
}

#[test]
fn challenge() {
    let folder = tempfile::TempDir::new().unwrap();
    let key = folder.path().join("shared.key");
    let program = env!("CARGO_BIN_EXE_challenge");
    let made = Command::new(program).arg("key").arg(&key).output().unwrap();
    assert!(made.status.success());
    let server = || {
        let mut command = Command::new(program);
        command.args(["server", "127.0.0.1:0", "--timeout", "1", "--key"]);
        command.arg(&key);
        Server::start(command)
    };
    let serves_the_next = |server: &Server| {
        let mut client = Command::new(program);
        client.arg("client").arg(server.address.to_string());
        client.arg("--key").arg(&key).arg("hello");
        assert!(run_client(client, "").ends_with("\"hello\" is answered \"HELLO\"\n"));
        assert!(server.line().ends_with(": knows the key"));
        assert_eq!(server.line(), "asked: \"hello\"");
    };
    let report = |server: &Server, act: &dyn Fn(&mut Stranger)| {
        let mut stranger = Stranger::at(server);
        let address = stranger.address();
        act(&mut stranger);
        let said = server.report_about(address);
        serves_the_next(server);
        said
    };
    let one = server();
    // A nonce and a proof are 64 octets; none of these is a proof.
    for octets in [[0; 64], [0xff; 64]] {
        let said = report(&one, &|stranger| drop(stranger.send(&octets).finish()));
        assert_eq!(said, "the client does not know the key");
    }
    for cut in [0, 1, 31, 32, 33, 63] {
        let said = report(&one, &|stranger| {
            drop(stranger.send(&[0; 64][..cut]).finish())
        });
        assert_eq!(said, "the other side ended the conversation");
    }
    let said = report(&one, &|stranger| stranger.send_for_ever(&[7]));
    assert_eq!(said, "the client does not know the key");
    let two = server();
    thread::scope(|scope| {
        let report = &report;
        scope.spawn(move || {
            let said = report(&two, &|stranger| stranger.trickle(&[0; 64], PACE));
            assert_eq!(said, TOO_SLOW);
        });
        let said = report(&one, &|stranger| drop(stranger.hear()));
        assert_eq!(said, TOO_SLOW);
    });
}

/// A key is written once, for its owner alone.
#[test]
fn secrets_are_for_their_owner_and_are_not_overwritten() {
    use std::os::unix::fs::PermissionsExt;
    let certificates = Certificates::new();
    let folder = certificates.path("");
    let mut keys = 0;
    for file in fs::read_dir(&folder).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        let text = fs::read_to_string(file.path()).unwrap();
        if text.contains("PRIVATE") {
            assert_eq!(mode, 0o600, "{:?}", file.path());
            keys += 1;
        } else {
            assert!(text.starts_with("-----BEGIN CERTIFICATE-----\n"));
        }
    }
    // The authority's own are not among them.
    assert_eq!(keys, 13);
    let key = folder.join("server-key.pem");
    let output = Command::new(env!("CARGO_BIN_EXE_challenge"))
        .arg("key")
        .arg(&key)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.ends_with("file exists\n"), "{said}");
    assert!(fs::read_to_string(key).unwrap().contains("PRIVATE"));
}

/// A file may take no octet here, as on a full disk.
#[test]
fn what_has_no_room_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" create certs";
    let output = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_make-ca")])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "write certs/ca.pem: file too large\n");
}

/// In the middle too one may meet strangers.
#[test]
fn relay() {
    let certificates = Certificates::new();
    let upstream = Server::start(certificates.server(ECHO, "server"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_relay"));
    command.args(["127.0.0.1:0", &upstream.address.to_string()]);
    command.args(["--timeout", "1", "--name", "echo.example", "--ca"]);
    command.arg(certificates.path("ca.pem"));
    command.arg("--identity").arg(certificates.path("mallory"));
    let relay = Server::start(command);
    let mut stranger = Stranger::at(&relay);
    stranger.hear();
    let said = relay.report_about(stranger.address());
    assert_eq!(said, format!("TLS with the client: {TOO_SLOW}"));
    let mut client = certificates.client(ECHO, &relay);
    client.args(["--dangerously-believe-anybody", "hello"]);
    let said = run_client(client, "");
    assert!(
        said.starts_with("\"hello\" is answered \"HELLO\"\n"),
        "{said}"
    );
}
