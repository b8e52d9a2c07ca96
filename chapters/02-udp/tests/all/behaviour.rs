//! What the pages say of sockets and no scene shows.

use std::io::{self, ErrorKind};
use std::net::UdpSocket;
use std::process::Command;
use std::time::{Duration, Instant};

use testkit::{PATIENCE, Server};
use udp::mtu::{LARGEST, is_too_long};

/// A socket on loopback, and one connected to it.
fn pair() -> (UdpSocket, UdpSocket) {
    let receiver = UdpSocket::bind("127.0.0.1:0").unwrap();
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    sender.connect(receiver.local_addr().unwrap()).unwrap();
    let patience = Some(PATIENCE);
    receiver.set_read_timeout(patience).unwrap();
    (receiver, sender)
}

#[test]
fn a_datagram_has_65507_octets_at_most() {
    let (receiver, sender) = pair();
    sender.send(&[0; LARGEST]).unwrap();
    assert_eq!(receiver.recv(&mut [0; 65_535]).unwrap(), LARGEST);
    assert!(is_too_long(&sender.send(&[0; LARGEST + 1]).unwrap_err()));
}

#[cfg(target_os = "linux")]
#[test]
fn linux_can_say_how_long_a_datagram_was_that_it_has_cut() {
    use rustix::net::{RecvFlags, recv};
    let (receiver, sender) = pair();
    sender.send(b"hello, world").unwrap();
    let mut buffer = [0; 5];
    let (filled, length) = recv(&receiver, &mut buffer, RecvFlags::TRUNC).unwrap();
    assert_eq!((filled, length, &buffer), (5, 12, b"hello"));
}

#[test]
fn a_receiver_that_does_not_read_loses_datagrams_and_no_send_fails() {
    let (receiver, sender) = pair();
    let sent = 20_000; // far more than any system keeps for one socket
    for _ in 0..sent {
        let outcome = sender.send(&[0; 1000]);
        if cfg!(target_os = "linux") {
            outcome.unwrap(); // some others say here that they have no room
        }
    }
    receiver.set_nonblocking(true).unwrap();
    let received = (0..)
        .take_while(|_| receiver.recv(&mut [0; 1000]).is_ok())
        .count();
    assert!(0 < received && received < sent, "{received} of {sent}");
}

/// Page: Strangers. `connect` keeps out what comes later.
#[test]
fn what_came_before_connect_is_still_delivered() {
    let client = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = client.local_addr().unwrap();
    let [server, early, late] = [(); 3].map(|()| UdpSocket::bind("127.0.0.1:0").unwrap());
    early.send_to(b"early", address).unwrap();
    client.peek(&mut [0]).unwrap(); // it is there
    client.connect(server.local_addr().unwrap()).unwrap();
    late.send_to(b"late", address).unwrap();
    server.send_to(b"answer", address).unwrap();

    let mut buffer = [0; 64];
    let mut received = || {
        let (length, from) = client.recv_from(&mut buffer).unwrap();
        (buffer[..length].to_vec(), from)
    };
    assert_eq!(received(), (b"early".to_vec(), early.local_addr().unwrap()));
    assert_eq!(
        received(),
        (b"answer".to_vec(), server.local_addr().unwrap())
    );
}

/// Also where the next call is one that sends.
#[test]
fn port_unreachable_is_reported_once_by_the_next_call() {
    let (receiver, sender) = pair();
    drop(receiver);
    sender.send(b"hello").unwrap();
    let started = Instant::now();
    loop {
        match sender.send(b"are you there?") {
            Err(error) => break assert_eq!(error.kind(), ErrorKind::ConnectionRefused),
            Ok(_) => assert!(started.elapsed() < PATIENCE),
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn ports_from_the_systems_limit_on_are_for_everybody() {
    let limit = std::fs::read_to_string("/proc/sys/net/ipv4/ip_unprivileged_port_start").unwrap();
    let limit: u16 = limit.trim().parse().unwrap();
    let privileged = rustix::process::geteuid().is_root();
    // Somewhere below is free.
    let outcome = (700..1000)
        .rev()
        .map(|port| UdpSocket::bind(("127.0.0.1", port)))
        .find(|result| !matches!(result, Err(e) if e.kind() == ErrorKind::AddrInUse))
        .unwrap();
    match outcome.map_err(|error| error.kind()) {
        Ok(_) => assert!(privileged || limit < 1000),
        Err(kind) => {
            assert_eq!(kind, ErrorKind::PermissionDenied);
            assert!(limit >= 700); // root may have been stripped of the right
        }
    }
}

/// Pages: One datagram for many. Of those who have not joined, it is the address they
/// bind, and an option, that decides.
#[cfg(target_os = "linux")]
#[test]
fn who_hears_a_group_without_having_joined() {
    use socket2::SockRef;
    use std::net::Ipv4Addr;
    let group = Ipv4Addr::new(239, 255, 0, 9);
    let open = |address: &str| {
        let socket = udp::talk::open_shared(address).unwrap();
        let patience = Some(PATIENCE);
        socket.set_read_timeout(patience).unwrap();
        socket
    };
    let member = open("239.255.0.9:0");
    let address = member.local_addr().unwrap();
    member
        .join_multicast_v4(&group, &Ipv4Addr::LOCALHOST)
        .unwrap();
    let bystander = open(&address.to_string());
    let anywhere = open(&format!("0.0.0.0:{}", address.port()));
    let elsewhere = open(&format!("127.0.0.1:{}", address.port()));
    let decent = open(&address.to_string());
    SockRef::from(&decent).set_multicast_all_v4(false).unwrap();

    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    SockRef::from(&sender)
        .set_multicast_if_v4(&Ipv4Addr::LOCALHOST)
        .unwrap();
    sender.send_to(b"rehearsal", address).unwrap();
    for hears in [member, bystander, anywhere] {
        assert_eq!(hears.recv(&mut [0; 64]).unwrap(), 9);
    }
    for hears_not in [decent, elsewhere] {
        hears_not.set_nonblocking(true).unwrap();
        let nothing = hears_not.recv(&mut [0; 64]).unwrap_err();
        assert_eq!(nothing.kind(), ErrorKind::WouldBlock);
    }
}

#[test]
fn clients_say_what_went_wrong() {
    // Taken, and nobody answers there.
    let silent = UdpSocket::bind("127.0.0.1:0").unwrap();
    let addr = silent.local_addr().unwrap().to_string();
    let gone = UdpSocket::bind("127.0.0.1:0").unwrap();
    let refusing = gone.local_addr().unwrap().to_string();
    drop(gone);
    let error = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    for program in [
        env!("CARGO_BIN_EXE_udp-echo"),
        env!("CARGO_BIN_EXE_udp-upper"),
    ] {
        let told = error(program, &["client", &addr, "x", "--timeout", "0.05"]);
        assert_eq!(told, format!("receive from {addr}: no answer in time\n"));
        let told = error(program, &["client", "no..such:1", "x"]);
        assert!(told.starts_with("resolve no..such:1: "), "{told}");
    }
    let program = env!("CARGO_BIN_EXE_udp-upper");
    let told = error(program, &["client", &refusing, "x"]);
    assert_eq!(
        told,
        format!("receive from {refusing}: connection refused\n")
    );
    let program = env!("CARGO_BIN_EXE_udp-trust");
    let arguments = [
        "client",
        &addr,
        "x",
        "--timeout",
        "0.05",
        "--trust",
        "address",
    ];
    let told = error(program, &arguments);
    assert_eq!(told, format!("receive from {addr}: no answer in time\n"));
    let program = env!("CARGO_BIN_EXE_udp-multicast");
    let told = error(program, &["send", "127.0.0.1:1060", "x"]);
    assert_eq!(
        told,
        "127.0.0.1:1060: groups are 224.0.0.0 to 239.255.255.255\n"
    );
    let program = env!("CARGO_BIN_EXE_udp-echo-tokio");
    let told = error(program, &["client", &addr, "--timeout", "0.05"]);
    assert_eq!(told, "no answer in time: deadline has elapsed\n");
    let program = env!("CARGO_BIN_EXE_udp-retry");
    let arguments = [
        "client",
        &refusing,
        "set 1",
        "--first",
        "0.01",
        "--longest",
        "0.01",
    ];
    let told = error(program, &arguments);
    assert_eq!(told, "no answer to 5 tries in 50 ms\n");
}

#[test]
fn a_client_that_tries_again_passes_over_what_is_not_its_answer() {
    let server = UdpSocket::bind("127.0.0.1:0").unwrap();
    let addr = server.local_addr().unwrap().to_string();
    let answers = std::thread::spawn(move || {
        let mut buffer = [0; 64];
        let (length, client) = server.recv_from(&mut buffer).unwrap();
        let mut wrong = buffer;
        wrong[0] ^= 1;
        for answer in [&b""[..], b"abc", &wrong[..length], &buffer[..length]] {
            server.send_to(answer, client).unwrap();
        }
    });
    let output = Command::new(env!("CARGO_BIN_EXE_udp-retry"))
        .args(["client", &addr, "set 1"])
        .output()
        .unwrap();
    answers.join().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.ends_with("answered: \"set 1\"\n"), "{told}");
    assert_eq!(told.lines().count(), 2, "{told}");
}

/// Where root can give its rights away, what `ping` says without them.
#[cfg(target_os = "linux")]
#[test]
fn ping_without_rights_works_or_says_what_to_change() {
    let ping = env!("CARGO_BIN_EXE_ping");
    let run = if rustix::process::geteuid().is_root() {
        let Some(setpriv) = testkit::peer("setpriv") else {
            return;
        };
        let nobody = "--reuid=65534 --regid=65534 --clear-groups --inh-caps=-all";
        let mut command = setpriv.command();
        command.args(nobody.split(' ')).args([ping, "127.0.0.1"]);
        command.output().unwrap()
    } else {
        Command::new(ping).arg("127.0.0.1").output().unwrap()
    };
    let told = String::from_utf8_lossy(&run.stderr).into_owned();
    // Rights that can't be given away here, or a folder that nobody may look into.
    if told.starts_with("setpriv: ") {
        return;
    }
    match run.status.success() {
        true => assert!(run.stdout.ends_with(b"3 sent, 3 came back\n")),
        false => assert!(
            told.starts_with("no ICMP socket is permitted here.")
                && told.contains("net.ipv4.ping_group_range="),
            "{told}"
        ),
    }
}

#[test]
fn ping_knows_its_own_replies() {
    if udp::icmp_socket::open_any().is_err() {
        return; // which is what the test above is about
    }
    let ping = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_ping"))
            .args(arguments)
            .output();
        let output = output.unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    // Several at once: each raw socket gets the replies to all. (Not so many that a
    // socket whose ping is not running has no room for them.)
    let others: Vec<_> = (0..4)
        .map(|_| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_ping"));
            command
                .args(["127.0.0.1", "--count", "10"])
                .stdout(std::process::Stdio::piped());
            command.spawn().unwrap()
        })
        .collect();
    for other in others {
        let output = other.wait_with_output().unwrap();
        assert!(output.stdout.ends_with(b"10 sent, 10 came back\n"));
    }
    for size in ["0", "1", "1473", "65507"] {
        let (code, told) = ping(&["127.0.0.1", "--size", size, "--count", "1"]);
        assert_eq!(code, Some(0), "{told}");
        assert!(
            told.starts_with(&format!("127.0.0.1: {size} octets back")),
            "{told}"
        );
    }
}

#[test]
fn a_server_that_waits_for_enter_ends_where_nobody_can_press_it() {
    let server = Server::of(env!("CARGO_BIN_EXE_udp-trust"), &[]); // with no input
    let client = UdpSocket::bind("127.0.0.1:0").unwrap();
    client.send_to(b"hello", server.address).unwrap();
    assert!(server.line().ends_with(" asks \"hello\""));
    assert_eq!(server.line(), "Press Enter, and I answer.");
    assert_eq!(server.line(), "nobody there");
}

/// How std names the error, so that the programs can.
#[test]
fn a_timeout_of_a_socket_has_one_of_two_names() {
    let (receiver, _sender) = pair();
    receiver
        .set_read_timeout(Some(Duration::from_millis(1)))
        .unwrap();
    let error: io::Error = receiver.recv(&mut [0; 1]).unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut
    ));
}
