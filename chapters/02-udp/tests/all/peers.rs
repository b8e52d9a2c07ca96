//! python3, nc and the system's ping at the other end.

use std::process::{Command, Stdio};
use std::time::Instant;

use testkit::{PATIENCE, Server, pairs, peer, run_client};
use udp::icmp_socket::{IcmpSocket, Kind};

/// Each role played by our program and by Python's, in all four pairs. What the
/// client prints is passed to `check`, with the server.
fn in_all_pairs(
    program: &str,
    script: &str,
    roles: [&str; 2],
    server_options: &[&str],
    client_arguments: &[&str],
    typed: &str,
    check: impl Fn(&str, &Server),
) {
    for (mut server, mut client) in pairs(program, script) {
        let address = match roles[0] {
            "server" => "127.0.0.1:0".to_owned(),
            group => group.to_owned(),
        };
        let role = if address == roles[0] {
            "listen"
        } else {
            "server"
        };
        server.args([role, &address]).args(server_options);
        let server = Server::start(server);
        client.args([roles[1], &server.address.to_string()]);
        client.args(client_arguments);
        check(&run_client(client, typed), &server);
    }
}

const TALK: [&str; 2] = ["server", "client"];

#[test]
fn echo() {
    let program = env!("CARGO_BIN_EXE_udp-echo");
    let texts = ["hello", "", "Grüße"];
    in_all_pairs(
        program,
        "udp_echo.py",
        TALK,
        &[],
        &texts,
        "",
        |told, server| {
            let told = told.lines().filter(|line| !line.starts_with("The system"));
            for (line, text) in told.zip(texts) {
                let expected = format!("The server at {} replied {text:?}", server.address);
                assert_eq!(line, expected);
                assert!(server.line().ends_with(&format!(" says {text:?}")));
            }
        },
    );
}

#[test]
fn upper() {
    let program = env!("CARGO_BIN_EXE_udp-upper");
    in_all_pairs(
        program,
        "udp_upper.py",
        TALK,
        &[],
        &["one", "Grüße"],
        "",
        |told, server| {
            let expected = "\"one\" is answered \"ONE\"\n\"Grüße\" is answered \"GRüßE\"\n";
            assert_eq!(told, expected);
            assert!(server.line().starts_with("3 octets from 127.0.0.1:"));
            assert!(server.line().starts_with("7 octets from 127.0.0.1:"));
        },
    );
}

#[test]
fn time() {
    let program = env!("CARGO_BIN_EXE_udp-time");
    let script = "udp_time.py";
    for (options, tail) in [(&[][..], ""), (&["--stamp"][..], " what time is it?")] {
        let typed = "what time is it?\n";
        in_all_pairs(program, script, TALK, options, &[], typed, |told, _| {
            let (time, rest) = told.split_once('\n').unwrap();
            assert_eq!(rest, "Goodbye.\n");
            let time = time.trim_matches('"').strip_suffix(tail).unwrap();
            let form: String = time
                .chars()
                .map(|c| if c.is_ascii_digit() { '9' } else { c })
                .collect();
            assert_eq!(form, "9999-99-99 99:99:99");
        });
    }
}

#[test]
fn retry() {
    in_all_pairs(
        env!("CARGO_BIN_EXE_udp-retry"),
        "udp_retry.py",
        TALK,
        &["--drop", "1,2"],
        &["add 100", "--first", "0.1", "--tries", "3"],
        "",
        |told, server| {
            assert_eq!(
                told,
                "at 0 ms: try 1, 100 ms for an answer\n\
                 at 100 ms: try 2, 200 ms for an answer\n\
                 at 300 ms: try 3, 10000 ms for an answer\n\
                 answered: \"total 100\"\n"
            );
            assert_eq!(server.line(), "1: \"add 100\" is lost");
            assert_eq!(server.line(), "2: \"add 100\" is lost");
            assert_eq!(server.line(), "3: \"add 100\" is answered: total 100");
        },
    );
}

#[cfg(target_os = "linux")]
#[test]
fn broadcast() {
    in_all_pairs(
        env!("CARGO_BIN_EXE_udp-broadcast"),
        "udp_broadcast.py",
        ["127.255.255.255:0", "send"],
        &[],
        &["dinner"],
        "",
        |told, server| {
            assert_eq!(told, format!("sent 6 octets to {}\n", server.address));
            assert!(server.line().ends_with(" says \"dinner\""));
        },
    );
}

#[cfg(target_os = "linux")]
#[test]
fn multicast() {
    let program = env!("CARGO_BIN_EXE_udp-multicast");
    let joined = |server: &Server| assert_eq!(server.line(), "Joined 239.255.0.7 on 127.0.0.1");
    for (mut member, mut sender) in pairs(program, "udp_multicast.py") {
        member.args(["listen", "239.255.0.7:0"]);
        let member = Server::start(member);
        joined(&member); // only now is there somebody to send to
        sender.args(["send", &member.address.to_string(), "rehearsal"]);
        run_client(sender, "");
        assert!(member.line().ends_with(" says \"rehearsal\""));
    }
}

#[cfg(target_os = "linux")] // others' nc do not know when to end
#[test]
fn nc_asks_our_server() {
    let Some(nc) = peer("nc") else { return };
    let server = Server::of(env!("CARGO_BIN_EXE_udp-upper"), &[]);
    let mut client = nc.command();
    // One datagram back, and it ends.
    client.args([
        "-u",
        "-W",
        "1",
        "127.0.0.1",
        &server.address.port().to_string(),
    ]);
    assert_eq!(run_client(client, "hello\n"), "HELLO\n");
}

#[cfg(target_os = "linux")]
#[test]
fn our_client_sends_to_nc() {
    let Some(nc) = peer("nc") else { return };
    let server = nc.start(testkit::Ready::Prints("Bound on"), |command, port, _| {
        command.args(["-u", "-l", "-v", "-d", "127.0.0.1", &port.to_string()]);
    });
    let mut client = Command::new(env!("CARGO_BIN_EXE_udp-echo"));
    let address = server.address().to_string();
    client.args(["client", &address, "hello", "--timeout", "0.1"]);
    let told = client.output().unwrap();
    let error = String::from_utf8(told.stderr).unwrap();
    assert_eq!(
        error,
        format!("receive from {address}: no answer in time\n")
    );
    let until = Instant::now() + PATIENCE;
    while !server.output().contains("hello") {
        assert!(Instant::now() < until, "{}", server.output());
        std::thread::yield_now();
    }
}

/// What the system's ping sends, and the kernel's reply to it, are echoes to our
/// decoder too; a raw socket sees both.
#[test]
fn the_systems_ping_is_understood() {
    let Some(ping) = peer("ping") else { return };
    let Ok(socket) = IcmpSocket::open(Kind::Raw) else {
        eprintln!("a raw socket is not permitted (skipped)");
        return;
    };
    // A data field of 13 octets, to be told from other pings here. One after the other
    // until one and its answer are seen: where much is going on, there may be no room.
    let arguments = "-c 100 -i 0.2 -s 13 -p 6f6b 127.0.0.1";
    let mut ping = ping
        .command()
        .args(arguments.split(' '))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + PATIENCE;
    let mut requests = Vec::new();
    loop {
        let (from, echo) = socket.receive(deadline).unwrap();
        if echo.data.len() == 13 {
            assert!(from.is_loopback());
            let asked = (echo.id, echo.sequence, echo.data);
            match echo.reply {
                false => requests.push(asked),
                true if requests.contains(&asked) => break,
                true => {}
            }
        }
    }
    assert!(ping.try_wait().unwrap().is_none(), "it goes on");
    ping.kill().unwrap();
    ping.wait().unwrap();
}

/// Both pings of the same host agree that it is there.
#[test]
fn both_pings_agree() {
    let Some(ping) = peer("ping") else { return };
    if udp::icmp_socket::open_any().is_err() {
        eprintln!("no ICMP socket is permitted (skipped)");
        return;
    }
    let ran = ping
        .command()
        .args(["-c", "2", "-i", "0.2", "127.0.0.1"])
        .output();
    let theirs = String::from_utf8(ran.unwrap().stdout).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ping"));
    command.args(["127.0.0.1", "--count", "2"]);
    let own = run_client(command, "");
    assert!(theirs.contains("2 received") || theirs.contains("2 packets received"));
    assert!(own.ends_with("2 sent, 2 came back\n"), "{own}");
}

/// Page: Strangers. Linux tells a socket that is not connected if it asks to be told;
/// `udp-refused` is one that doesn't.
#[cfg(target_os = "linux")]
#[test]
fn an_unconnected_socket_hears_of_an_error_if_it_asks() {
    let Some(python) = peer("python3") else {
        return;
    };
    let asks = "\
import socket
gone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
gone.bind(('127.0.0.1', 0))
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.settimeout(20)
sock.setsockopt(socket.IPPROTO_IP, 11, 1)  # IP_RECVERR
address = gone.getsockname()
gone.close()
sock.sendto(b'hello', address)
try:
    sock.recvfrom(512)
except ConnectionRefusedError:
    print('refused')
";
    let output = python.command().args(["-c", asks]).output().unwrap();
    assert_eq!(output.stdout, b"refused\n", "{output:?}");
}
