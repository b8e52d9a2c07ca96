//! What no stranger may do to the servers of this chapter: empty, huge, cut and
//! meaningless datagrams, floods, and clients that are gone.

use std::net::UdpSocket;
use std::process::Command;
use std::time::Duration;

use testkit::{PATIENCE, Server};
use udp::mtu::LARGEST;

const ECHO: &str = env!("CARGO_BIN_EXE_udp-echo");
const TIME: &str = env!("CARGO_BIN_EXE_udp-time");
const UPPER: &str = env!("CARGO_BIN_EXE_udp-upper");
const RETRY: &str = env!("CARGO_BIN_EXE_udp-retry");
const PROBE: &str = env!("CARGO_BIN_EXE_mtu-probe");
const TOKIO: &str = env!("CARGO_BIN_EXE_udp-echo-tokio");
const BROADCAST: &str = env!("CARGO_BIN_EXE_udp-broadcast");

fn start(program: &str, role: &str, options: &[&str]) -> Server {
    let mut command = Command::new(program);
    command.args([role, "127.0.0.1:0"]).args(options);
    Server::start(command)
}

/// A client that follows no rules.
fn stranger(server: &Server) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(server.address).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

fn ask(stranger: &UdpSocket, request: &[u8]) -> Vec<u8> {
    stranger.send(request).unwrap();
    let mut buffer = vec![0; 65_535];
    let length = stranger.recv(&mut buffer).unwrap();
    buffer.truncate(length);
    buffer
}

/// What is sent to all of them before they must still answer as ever.
fn abuse(server: &Server) {
    let stranger = stranger(server);
    for datagram in [
        &b""[..],
        &b"\0"[..],
        &b"\x1b[2J\r\n"[..],
        &[0xff; 513][..],
        &vec![0xff; LARGEST][..],
        &vec![0; LARGEST][..],
    ] {
        stranger.send(datagram).unwrap();
    }
    // Gone before the answers come, and nobody reads what they are told.
    drop(stranger);
}

#[test]
fn echo() {
    for (program, options) in [
        (ECHO, &[][..]),
        (ECHO, &["--buffer", "100000"]),
        (TOKIO, &[]),
    ] {
        let server = start(program, "server", options);
        abuse(&server);
        let stranger = stranger(&server);
        assert_eq!(ask(&stranger, b""), b"");
        let largest: Vec<u8> = (0..LARGEST).map(|n| n as u8).collect();
        assert!(ask(&stranger, &largest) == largest);
    }
    let server = start(ECHO, "server", &["--buffer", "0"]);
    assert_eq!(ask(&stranger(&server), b"hello"), b"");
}

#[test]
fn what_strangers_send_is_shown_in_brief_and_cannot_move_the_cursor() {
    let server = start(ECHO, "server", &[]);
    let stranger = stranger(&server);
    ask(&stranger, b"\x1b[2J");
    ask(&stranger, &[b'x'; 60_000]);
    assert!(server.line().ends_with(r#" says "\u{1b}[2J""#));
    let line = server.line();
    assert!(
        line.ends_with(" and 59900 octets more") && line.len() < 200,
        "{line}"
    );
}

#[test]
fn time() {
    for options in [&[][..], &["--stamp"]] {
        let server = start(TIME, "server", options);
        abuse(&server);
        let stranger = stranger(&server);
        let address = stranger.local_addr().unwrap();
        stranger.send(&[b'x'; 513]).unwrap();
        let answer = ask(&stranger, &[b'x'; 512]);
        let stamped = if options.is_empty() { 0 } else { 513 };
        assert_eq!(answer.len(), 19 + stamped);
        let report = loop {
            let line = server.line();
            if let Some(report) = line.strip_prefix(&format!("{address}: ")) {
                break report.to_owned();
            }
        };
        assert_eq!(report, "refused: more than 512 octets");
    }
}

#[test]
fn upper() {
    let server = start(UPPER, "server", &[]);
    abuse(&server);
    let stranger = stranger(&server);
    assert_eq!(ask(&stranger, b"\xffabc\0"), b"\xffABC\0");
    assert!(ask(&stranger, &[b'x'; LARGEST]) == [b'X'; LARGEST]);
}

#[test]
fn retry() {
    let server = start(RETRY, "server", &["--remember"]);
    abuse(&server);
    let stranger = stranger(&server);
    let address = stranger.local_addr().unwrap();
    stranger.send(b"abc").unwrap();
    assert_eq!(ask(&stranger, b"\0\0\0\x01add"), b"\0\0\0\x01refused");
    assert_eq!(ask(&stranger, b"\0\0\0\x02add 9"), b"\0\0\0\x02total 9");
    assert_eq!(ask(&stranger, b"\0\0\0\x02add 9"), b"\0\0\0\x02total 9");
    let report = format!("{address}: refused: 3 octets hold no id");
    while server.line() != report {}
}

#[test]
fn copy() {
    let server = start(env!("CARGO_BIN_EXE_udp-copy"), "server", &[]);
    abuse(&server);
    // Acknowledgements, segments of nobody's file, and half a file.
    let stranger = stranger(&server);
    for datagram in [&b"\x01\x00"[..], b"\x00\x07abc", &[0; 514]] {
        stranger.send(datagram).unwrap();
    }
    assert_eq!(ask(&stranger, b"\x00\x01end"), b"\x01\x00");
    let mut client = Command::new(env!("CARGO_BIN_EXE_udp-copy"));
    client.args(["client", &server.address.to_string(), "1200"]);
    assert!(testkit::run_client(client, "").ends_with("all is acknowledged\n"));
    while server.line() != "1200 octets, checksum a442" {}
}

#[test]
fn mtu_probe() {
    let server = start(PROBE, "server", &[]);
    abuse(&server);
    let stranger = stranger(&server);
    assert_eq!(ask(&stranger, b""), b"0");
    assert_eq!(ask(&stranger, &[0; LARGEST]), b"65507");
}

#[test]
fn a_listener_to_broadcasts() {
    let server = start(BROADCAST, "listen", &[]);
    abuse(&server);
    stranger(&server).send(b"and then").unwrap();
    while !server.line().ends_with(" says \"and then\"") {}
}

/// More than it can read. What it has no room for is lost, and it goes on.
#[test]
fn a_flood() {
    for program in [ECHO, TOKIO] {
        let server = start(program, "server", &[]);
        let flood = stranger(&server);
        for _ in 0..2_000 {
            flood.send(&[b'x'; 1000]).unwrap();
        }
        drop(flood);
        // The request itself may be lost while the flood is in front of it.
        let stranger = stranger(&server);
        stranger
            .set_read_timeout(Some(Duration::from_millis(100)))
            .unwrap();
        let mut buffer = [0; 64];
        let answered = (0..200).any(|_| {
            stranger.send(b"hello").unwrap();
            stranger.recv(&mut buffer).is_ok()
        });
        assert!(answered);
    }
}
