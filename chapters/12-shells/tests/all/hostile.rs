//! Peers that stall, that send without end, or what is no message at all; and that nobody
//! reads what a program prints.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use russh::MethodKind;
use russh::client::AuthResult;
use russh::keys::PublicKeyOrCertificate;
use shells::exec::Running;
use shells::login::Login;
use testkit::proxy::{BadProxy, Faults, Relay};
use testkit::{PATIENCE, Server, Stranger, connect, ends_with_its_reader};

use crate::support::*;

/// Ten octets take longer than the server's patience here.
const PACE: Duration = Duration::from_millis(50);
const VERSION: &[u8] = b"SSH-2.0-stranger\r\n";

fn serves_the_next(server: &Server) {
    let home = home(&[server]);
    let target = format!("alice@{}", server.address);
    let greeting = said(&mut client(SSH_EXEC, home.path(), &[&target, "greet"]));
    assert_eq!(greeting, "hello alice\n");
}

/// The server's own first packet of a key exchange: whoever sends it back has said what a
/// client might say.
fn first_packet(server: &Server) -> Vec<u8> {
    let mut stream = connect(server.address);
    stream.write_all(VERSION).unwrap();
    let mut octet = [0];
    while octet != *b"\n" {
        stream.read_exact(&mut octet).unwrap();
    }
    let mut length = [0; 4];
    stream.read_exact(&mut length).unwrap();
    let mut packet = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut packet).unwrap();
    [&length[..], &packet].concat()
}

#[test]
fn who_stalls_before_the_login_is_given_up() {
    let packet = first_packet(&ssh_server(&[]));
    let server = ssh_server(&["--timeout", "0.3"]);
    let half = &packet[..packet.len() / 2];
    for begin in [
        b"".to_vec(),
        b"SSH-2.0".to_vec(),
        VERSION.to_vec(),
        [VERSION, half].concat(),
        [VERSION, &packet].concat(), // and no key of its own behind it
    ] {
        let mut silent = Stranger::at(&server);
        let address = silent.address();
        silent.send(&begin).hear();
        let report = server.report_about(address);
        assert_eq!(
            report,
            "gave up: not logged in within 300ms",
            "{}",
            program::show(&begin)
        );
    }
    let mut slow = Stranger::at(&server);
    let address = slow.address();
    slow.trickle(&[b"SSH-2.0-", &[b'x'; 200][..]].concat(), PACE);
    assert_eq!(
        server.report_about(address),
        "gave up: not logged in within 300ms"
    );
}

/// Between the first octet and the login there is no place at which one side may be silent
/// and the other wait for ever: in the key exchange, behind it, or in the login.
#[test]
fn who_stalls_anywhere_in_the_handshake_is_given_up() {
    let server = ssh_server(&[]);
    let home = home(&[&server]);
    fs::write(home.path().join("wrong"), "wrong\n").unwrap();
    let begin = |address: SocketAddr, patience: &str| {
        let target = format!("alice@{address}");
        let words = ["--password", "wrong", "--timeout", patience];
        let any = ["--dangerous-accept-any-key", &target, "greet"];
        let ran = ran(
            &mut client(SSH_EXEC, home.path(), &[&words[..], &any].concat()),
            "",
        );
        assert_eq!((ran.status, &*ran.out), (Some(255), ""), "{ran:?}");
        ran.err
    };
    // A login that is refused is all but the last octets of one that is not.
    let relay = Relay::to(server.address);
    let refused = begin(relay.address, "60");
    assert!(refused.contains("refused; the server takes"), "{refused}");
    let (to_server, to_client) = relay.octets();
    let places = |all: Vec<u8>| (1..=12).map(move |nth| all.len() * nth / 13);
    let impatient = ssh_server(&["--timeout", "0.5"]);
    thread::scope(|scope| {
        for place in places(to_client) {
            scope.spawn(move || {
                let stalls = Faults::of("", &format!("pass {place}, stall"));
                let proxy = BadProxy::before(server.address, stalls);
                let why = begin(proxy.address, "0.5");
                assert!(why.contains("not logged in within 500ms"), "{place}: {why}");
            });
        }
        for place in places(to_server) {
            scope.spawn(move || {
                let stalls = Faults::of(&format!("pass {place}, stall"), "");
                let proxy = BadProxy::before(impatient.address, stalls);
                begin(proxy.address, "60");
            });
        }
    });
    for _ in 0..12 {
        let line = impatient.line();
        assert!(
            line.ends_with(": gave up: not logged in within 500ms"),
            "{line}"
        );
    }
}

#[test]
fn who_sends_no_ssh_is_refused() {
    let server = ssh_server(&[]);
    for octets in [
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        b"SSH-1.5-old\r\n".to_vec(),
        [VERSION, &[0xff; 64]].concat(), // a packet of 4 GiB
        [VERSION, &[0, 0, 0, 0, 0, 0, 0, 0]].concat(), // and one of none
        [VERSION, &[0, 1, 0, 0, 4, 20]].concat(), // of 64 KiB
        [
            VERSION,
            &[0, 0, 0, 12, 200, 20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ]
        .concat(), // only padding
    ] {
        Stranger::at(&server).send(&octets).finish();
    }
    serves_the_next(&server);
}

#[test]
fn a_first_line_without_end_is_given_up() {
    let server = ssh_server(&[]);
    Stranger::at(&server).send_for_ever(b"SSH-2.0-");
    Stranger::at(&server).send_for_ever(b"a line\r\n");
    Stranger::at(&server).send(VERSION).send_for_ever(&[0xff]);
    serves_the_next(&server);
}

/// A server at which each client gets `begin`, and then `more` until it leaves.
fn wrong_server(begin: &'static [u8], more: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let _ = talk(stream, begin, more);
        }
    });
    address
}

fn talk(mut stream: TcpStream, begin: &[u8], more: &[u8]) -> std::io::Result<()> {
    stream.write_all(begin)?;
    if more.is_empty() {
        // Silent until it leaves.
        return std::io::copy(&mut stream, &mut std::io::sink()).map(drop);
    }
    loop {
        stream.write_all(more)?;
    }
}

#[test]
fn a_client_leaves_a_server_that_is_none() {
    let home = home(&[]);
    for (begin, more, expected) in [
        (&b""[..], &b""[..], "gave up: not logged in within 500ms"),
        (b"SSH-2.0-x", b"", "gave up: not logged in within 500ms"),
        (b"SSH-2.0-x\r\n", b"", "gave up: not logged in within 500ms"),
        (b"", b"a line before the first\r\n", ""),
        (b"", b"xxxxxxxx", ""),
        (b"SSH-2.0-", b"xxxxxxxx", ""),
        (b"SSH-2.0-x\r\n", b"\xff\xff\xff\xff", ""),
        (b"SSH-2.0-x\r\n\x00\x00\x00\x0c\xc8\x14", b"\0", ""),
        (
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            b"",
            "gave up: not logged in within 500ms",
        ),
    ] {
        let target = format!("alice@{}", wrong_server(begin, more));
        let begun = Instant::now();
        let arguments = ["--timeout", "0.5", &target, "greet"];
        let ran = ran(&mut client(SSH_EXEC, home.path(), &arguments), "");
        assert_eq!((ran.status, ran.out.as_str()), (Some(255), ""), "{ran:?}");
        assert!(
            ran.err.contains(expected),
            "{}: {ran:?}",
            program::show(begin)
        );
        assert!(begun.elapsed() < PATIENCE);
    }
}

/// What comes from a command is limited, and what is thrown away holds up nobody.
#[test]
fn a_command_that_writes_without_end_is_given_up() {
    let server = ssh_server(&[]);
    let home = home(&[&server]);
    let target = format!("alice@{}", server.address);
    let arguments = ["--run", "flood 10000", &target, &target];
    let ran = ran(&mut client(SSH_MANY, home.path(), &arguments), "");
    let row = format!(
        "{}  failed     it writes more than 65536 octets\n",
        server.address
    );
    assert_eq!((ran.status, ran.out), (Some(255), row.repeat(2)));
    serves_the_next(&server);
}

/// Whom it has reached doesn't matter.
struct Anybody;

impl russh::client::Handler for Anybody {
    type Error = russh::Error;

    async fn check_server_key(&mut self, _: &PublicKeyOrCertificate) -> Result<bool, russh::Error> {
        Ok(true)
    }
}

/// The wrong passwords that a connection may try.
#[tokio::test]
async fn a_connection_has_six_wrong_passwords() {
    let server = ssh_server(&[]);
    let reached = russh::client::connect(Default::default(), server.address, Anybody);
    let mut client = reached.await.unwrap();
    let mut refused = 0;
    // When it has left, there is an answer without a way to go on, or none.
    while let Ok(AuthResult::Failure {
        remaining_methods, ..
    }) = client.authenticate_password("alice", "wrong").await
        && !remaining_methods.is_empty()
    {
        assert!(remaining_methods.contains(&MethodKind::Password));
        refused += 1;
        assert!(refused <= 6, "it may try for ever");
    }
    assert_eq!(refused, 6);
}

#[tokio::test]
async fn a_connection_has_ten_channels_and_no_more() {
    let server = ssh_server(&[]);
    let home = home(&[&server]);
    let login = Login {
        keys: home.path().join("keys"),
        identity: None,
        passphrase: None,
        password: None,
        agent: false,
        fingerprint: None,
        dangerous_accept_any_key: false,
        timeout: PATIENCE,
    };
    let target = format!("alice@{}", server.address).parse().unwrap();
    let client = login.log_in(&target).await.unwrap();
    let mut open = Vec::new();
    for _ in 0..10 {
        open.push(client.channel_open_session().await.unwrap());
    }
    assert!(client.channel_open_session().await.is_err());
    open.remove(0).close().await.unwrap();
    let greeting = Running::begin(&client, b"greet").await.unwrap();
    assert_eq!(greeting.output(100).await.unwrap().stdout, b"hello alice\n");
}

#[test]
fn commands_of_telnet_may_be_cut_anywhere() {
    let server = Server::of(TELNET_LOG, &[]);
    let octets = b"\xff\xfb\x18\xff\xfa\x1f\x00\xff\xff\x00\x18\xff\xf0a\xff\xffb\xff\xf4\r\n";
    let expected = [
        "IAC WILL TERMINAL-TYPE",
        "IAC SB NAWS 00 ff 00 18 IAC SE",
        "IAC INTERRUPT-PROCESS",
        "data \"a\u{fffd}b\\r\\n\"",
    ];
    for cut in 0..octets.len() {
        let mut stranger = connect(server.address);
        stranger.set_nodelay(true).unwrap();
        let address = stranger.local_addr().unwrap();
        stranger.write_all(&octets[..cut]).unwrap();
        stranger.write_all(&octets[cut..]).unwrap();
        for line in expected {
            assert_eq!(server.report_about(address), line, "cut at {cut}");
        }
        stranger.shutdown(Shutdown::Write).unwrap();
        stranger.read_to_end(&mut Vec::new()).unwrap(); // so that it ends without a reset
    }
}

#[test]
fn what_telnet_can_send_without_end_is_limited() {
    let server = Server::of(TELNET_LOG, &["--timeout", "0.3"]);
    for (begin, more, why) in [
        (
            &b"\xff\xfa\x1f"[..],
            &b"x"[..],
            "a subnegotiation of more than 256 octets",
        ),
        (b"", b"x", "a line of more than 4096 octets"),
    ] {
        let mut stranger = Stranger::at(&server);
        let address = stranger.address();
        stranger.send(begin).send_for_ever(more);
        let prefix = format!("{address}: ");
        let line = server.line();
        assert_eq!(line.strip_prefix(&prefix), Some(why));
    }
    let mut silent = Stranger::at(&server);
    let address = silent.address();
    silent.hear();
    assert_eq!(
        server.report_about(address),
        "gave up: not done within 300ms"
    );
}

#[test]
fn a_telnet_client_leaves_a_server_without_end() {
    let address = wrong_server(b"login: \xff\xfa\x1f", b"x").to_string();
    let ran = ran(Command::new(TELNET).arg(address), "");
    assert_eq!((ran.status, ran.out.as_str()), (Some(1), "login: "));
    assert_eq!(ran.err, "a subnegotiation of more than 256 octets\n");
}

#[test]
fn each_ends_with_its_reader() {
    for program in [SSH_SERVER, TELNET_LOG] {
        let mut command = Command::new(program);
        command.args(["server", "127.0.0.1:0"]);
        ends_with_its_reader(command);
    }
    let server = ssh_server(&[]);
    let home = home(&[&server]);
    let target = format!("alice@{}", server.address);
    ends_with_its_reader(client(SFTP_GET, home.path(), &[&target, "poems", "here"]));
    ends_with_its_reader(client(SSH_EXEC, home.path(), &["--show", &target, "greet"]));
    ends_with_its_reader(client(SSH_EXEC, home.path(), &[&target, "greet"]));
    ends_with_its_reader(client(SSH_SHELL, home.path(), &[&target]));
    ends_with_its_reader(client(SSH_MANY, home.path(), &["--run", "greet", &target]));
    let echo = ["--", "echo", "hello"];
    ends_with_its_reader(client(EXPECT, home.path(), &echo));
}

#[cfg(target_os = "linux")] // the limit is set from outside
#[test]
fn each_outlives_a_shortage_of_descriptors() {
    for program in [SSH_SERVER, TELNET_LOG] {
        testkit::outlives_shortage(&Server::of(program, &[]));
    }
}
