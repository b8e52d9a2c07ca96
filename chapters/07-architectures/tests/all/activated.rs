//! `proverbs-activated` and those who start it: our own manager, systemd's, inetd,
//! socat, and this test.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use architectures::flood::Flood;
use rustix::process::{Pid, Signal, kill_process};
use testkit::{PATIENCE, Peer, Ready, Running, Server, Stranger, connect, peer};

const PROGRAM: &str = env!("CARGO_BIN_EXE_proverbs-activated");
fn manager(options: &[&str]) -> Server {
    let mut command = Command::new(PROGRAM);
    command.args(["manager", "127.0.0.1:0"]).args(options);
    Server::start(command)
}

/// All that comes back when a client sends `octets` and ends.
fn ask(address: SocketAddr, octets: &[u8]) -> String {
    let mut stream = connect(address);
    stream.write_all(octets).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    hear(stream)
}

/// What comes until the connection ends.
fn hear(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// What any of them must do, as long as it is there.
fn is_well(address: SocketAddr) {
    assert_eq!(
        ask(address, b"Silence is?First come?"),
        "Golden.First served."
    );
    assert_eq!(ask(address, b"What is it?"), "Nobody knows.");
    assert_eq!(ask(address, b""), "");
}

#[test]
fn our_manager_starts_the_server_when_somebody_comes() {
    let server = manager(&[]);
    // The first client came before there was a server, and is not lost.
    let mut first = connect(server.address);
    assert_eq!(server.line(), format!("Serving at {}", server.address));
    first.write_all(b"Haste makes?").unwrap();
    is_well(server.address);
    first.shutdown(Shutdown::Write).unwrap();
    assert_eq!(hear(first), "Waste.");
    let fates = Flood::of(200).run_here(server.address).unwrap();
    assert_eq!(fates.answered, 200, "{fates}");
}

/// What the manager was told, the server does.
#[test]
fn limits_are_handed_on() {
    let server = manager(&["--timeout", "0.5", "--question", "5", "--connections", "1"]);
    let mut long = Stranger::at(&server);
    assert!(server.line().starts_with("Serving at "));
    let address = long.address();
    long.send(b"123456?").finish();
    let report = server.report_about(address);
    assert!(report.contains("more than 5 octets"), "{report}");
    let mut silent = Stranger::at(&server);
    let address = silent.address();
    // It has the only place until its time is up, and then this one is served.
    assert_eq!(ask(server.address, b"Hm?"), "Nobody knows.");
    assert_eq!(silent.hear(), b"");
    let report = server.report_about(address);
    assert_eq!(report, "gave up: not done within 500ms");
}

#[test]
fn who_breaks_the_rules_is_reported_and_the_next_is_served() {
    let server = manager(&["--timeout", "1"]);
    drop(connect(server.address));
    assert!(server.line().starts_with("Serving at "));
    let question = b"Too_many_cooks_spoil?";
    for cut in 1..question.len() {
        let mut stranger = Stranger::at(&server);
        let address = stranger.address();
        stranger.send(&question[..cut]);
        assert_eq!(stranger.finish(), b"");
        let report = server.report_about(address);
        assert_eq!(
            report,
            format!("the input ended {cut} octets into a message")
        );
    }
    let mut endless = Stranger::at(&server);
    endless.send_for_ever(b"x");
    let report = server.report_about(endless.address());
    assert_eq!(report, "a message of more than 1024 octets");
    let mut slow = Stranger::at(&server);
    slow.trickle(question, Duration::from_millis(200));
    let report = server.report_about(slow.address());
    assert_eq!(report, "gave up: not done within 1s");
    is_well(server.address);
}

#[test]
fn it_can_be_stopped_when_nobody_reads_what_it_prints() {
    let mut manager = Command::new(PROGRAM)
        .args(["manager", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let id = Pid::from_child(&manager);
    let mut output = manager.stdout.take().unwrap();
    output.read_exact(&mut [0; 12]).unwrap(); // "Listening at"
    drop(output);
    kill_process(id, Signal::TERM).unwrap();
    let (ended, wait) = channel();
    thread::spawn(move || ended.send(manager.wait().unwrap()));
    let Ok(status) = wait.recv_timeout(PATIENCE) else {
        let _ = kill_process(id, Signal::KILL);
        panic!("it goes on");
    };
    assert!(status.success());
}

/// This test is the super-server: `inetd`'s `wait`, with the listener as stdin.
fn start_with(socket: impl Into<OwnedFd>, arguments: &[&str]) -> Child {
    Command::new(PROGRAM)
        .arg("server")
        .args(arguments)
        .stdin(Stdio::from(socket.into()))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn it_leaves_when_idle_and_nobody_is_lost() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    for _ in 0..5 {
        // Nobody serves now.
        let mut waiting = connect(address);
        waiting.write_all(b"Still waters run?").unwrap();
        let server = start_with(listener.try_clone().unwrap(), &["--idle", "0.1"]);
        let mut answer = [0; 5];
        waiting.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"Deep.");
        drop(waiting);
        let output = server.wait_with_output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(said, format!("Serving at {address}\nStopped.\n"));
    }
}

#[test]
fn as_long_as_somebody_is_there_it_is_not_idle() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut long = connect(address);
    let server = start_with(listener, &["--idle", "0.05"]);
    for _ in 0..3 {
        // Several times as long, with nothing but this waiting for it.
        long.set_read_timeout(Some(Duration::from_millis(200)))
            .unwrap();
        assert!(long.read(&mut [0]).is_err(), "it says nothing");
        long.set_read_timeout(Some(PATIENCE)).unwrap();
        long.write_all(b"Silence is?").unwrap();
        long.read_exact(&mut [0; 7]).unwrap();
    }
    drop(long);
    assert!(server.wait_with_output().unwrap().status.success());
}

#[test]
fn one_connection_is_one_client() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = connect(listener.local_addr().unwrap());
    let (accepted, peer) = listener.accept().unwrap();
    let server = start_with(accepted, &["--timeout", "0.5"]);
    client.write_all(b"Silence is?").unwrap();
    // It asks no more and doesn't leave. stdin must not keep the connection open.
    assert_eq!(hear(client), "Golden.");
    let output = server.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, format!("{peer}: gave up: not done within 500ms\n"));
}

#[test]
fn what_is_no_socket_of_ours_is_refused() {
    let report = |child: Child| {
        let output = child.wait_with_output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    };
    let file = fs::File::open("/dev/null").unwrap();
    assert_eq!(report(start_with(file, &[])), "no socket was passed\n");
    let datagrams = UdpSocket::bind("127.0.0.1:0").unwrap();
    let refused = report(start_with(datagrams, &[]));
    assert_eq!(refused, "a socket, but no stream\n");
    let (near, _far) = UnixStream::pair().unwrap();
    let refused = report(start_with(near, &[]));
    assert!(refused.starts_with("the socket given: "), "{refused}");
    // A socket that doesn't listen, and has no peer. macOS can't tell it from a listener.
    if cfg!(target_os = "linux") {
        let unbound = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
        let refused = report(start_with(unbound.unwrap(), &[]));
        assert!(
            refused.starts_with("whose connection is it?: "),
            "{refused}"
        );
    }

    let with = |count: &str, process: &str| {
        let mut command = Command::new(PROGRAM);
        command
            .arg("server")
            .env("LISTEN_FDS", count)
            .env("LISTEN_PID", process)
            .stdin(Stdio::null())
            .stderr(Stdio::piped());
        report(command.spawn().unwrap())
    };
    // For somebody else: it was inherited through a process in between.
    assert_eq!(with("1", "1"), "no socket was passed\n");
    assert_eq!(with("many", ""), "no socket was passed\n");
    let two = "2 sockets were passed, and this serves one\n";
    assert_eq!(with("2", ""), two);
}

/// A socket that was opened before, by somebody who didn't mark it, is in the way.
#[cfg(target_os = "linux")]
#[test]
fn the_descriptor_is_the_third_whatever_was_inherited() {
    let script = "exec \"$0\" manager 127.0.0.1:0 3</dev/null 4</dev/null";
    let mut command = Command::new("sh");
    command.args(["-c", script, PROGRAM]);
    let server = Server::start(command);
    is_well(server.address);
}

fn systemd(peer: &Peer, options: &[&str]) -> Running {
    peer.start(Ready::Prints("Listening on"), |command, port, _| {
        command.args(options);
        command.args(["-l", &format!("127.0.0.1:{port}"), PROGRAM, "server"]);
        command.args(["--timeout", "5"]);
    })
}

#[test]
fn systemd_passes_a_listener() {
    let Some(peer) = peer("systemd-socket-activate") else {
        return;
    };
    for protocol in [&[][..], &["--inetd"]] {
        let running = systemd(&peer, protocol);
        is_well(running.address());
        let fates = Flood::of(100).run_here(running.address()).unwrap();
        assert_eq!(fates.answered, 100, "{fates}");
        let said = running.output();
        // By inetd's protocol its stdout is the socket, and what it prints is lost.
        let serving = format!("Serving at {}\n", running.address());
        assert_eq!(said.contains(&serving), protocol.is_empty(), "{said}");
    }
}

#[test]
fn systemd_passes_connections() {
    let Some(peer) = peer("systemd-socket-activate") else {
        return;
    };
    for protocol in [&["--accept"][..], &["--accept", "--inetd"]] {
        let running = systemd(&peer, protocol);
        is_well(running.address());
        let fates = Flood::of(10).run_here(running.address()).unwrap();
        assert_eq!(fates.answered, 10, "{fates}");
    }
}

/// `wait` or `nowait`, with what goes into its configuration.
fn inetd(wait: &str) -> Option<Running> {
    let inetd = peer("inetd")?;
    let user = Command::new("id").arg("-un").output().unwrap().stdout;
    let user = String::from_utf8(user).unwrap();
    let user = user.trim_end();
    Some(inetd.start(Ready::Accepts, |command, port, directory| {
        let line = format!(
            "127.0.0.1:{port} stream tcp4 {wait} {user} {PROGRAM} proverbs-activated server --idle 0.2\n"
        );
        let configuration = directory.join("inetd.conf");
        fs::write(&configuration, line).unwrap();
        command.arg("-i").arg(configuration);
    }))
}

#[test]
fn inetd_passes_a_listener_to_one_process() {
    let Some(running) = inetd("wait") else { return };
    is_well(running.address());
    let fates = Flood::of(100).run_here(running.address()).unwrap();
    assert_eq!(fates.answered, 100, "{fates}");
    assert_eq!(running.output(), "");
}

#[test]
fn inetd_passes_each_connection_to_a_process() {
    let Some(running) = inetd("nowait") else {
        return;
    };
    is_well(running.address());
    // What the operator is told is told to nobody: least of all to the client.
    assert_eq!(ask(running.address(), b"half a quest"), "");
    let fates = Flood::of(10).run_here(running.address()).unwrap();
    assert_eq!(fates.answered, 10, "{fates}");
}

#[test]
fn socat_passes_each_connection_to_a_process() {
    let Some(socat) = peer("socat") else { return };
    let running = socat.start(Ready::Accepts, |command, port, _| {
        let listen = format!("TCP4-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork");
        command.args([&listen, &format!("EXEC:{PROGRAM} server,nofork")]);
    });
    is_well(running.address());
}
