//! `hand-over`: a server is replaced again and again, under load, by processes that
//! behave and by some that don't, and no client notices.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use architectures::flood::Flood;
use architectures::pass;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use testkit::{PATIENCE, Server, connect, python};

const PROGRAM: &str = env!("CARGO_BIN_EXE_hand-over");
const MAY_ASK: &str = "A successor may ask.";

/// A folder, and the path where servers wait in it.
fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    (folder, path)
}

/// A server, or a successor, that waits at `path` when this returns.
fn start(role: &str, path: &Path, options: &[&str]) -> Server {
    let mut command = Command::new(PROGRAM);
    command.arg(role).arg(path).args(options);
    let server = Server::start(command);
    assert_eq!(server.line(), MAY_ASK);
    server
}

fn first(path: &Path) -> Server {
    start("server", path, &["127.0.0.1:0"])
}

/// What it prints from here to its end.
fn ends(server: &Server) -> Vec<String> {
    let mut lines = Vec::new();
    while lines.last().is_none_or(|line| line != "Stopped.") {
        lines.push(server.line());
    }
    lines
}

fn ask(mut stream: &TcpStream) {
    stream.write_all(b"Silence is?").unwrap();
    let mut answer = [0; 7];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"Golden.");
}

#[test]
fn who_is_there_stays_and_who_comes_is_served_by_the_next() {
    let (_folder, path) = folder();
    let old = first(&path);
    let address = old.address;
    let (idle, leaving) = (connect(address), connect(address));
    ask(&idle);
    ask(&leaving);
    let new = start("successor", &path, &[]);
    assert_eq!(new.address, address);
    assert_eq!(old.line(), "Replaced.");
    // One of the old server's clients has time to think, the other leaves.
    drop(leaving);
    ask(&idle);
    ask(&connect(address));
    idle.shutdown(Shutdown::Write).unwrap();
    assert_eq!(ends(&old), ["2 finished, 0 given up.", "Stopped."]);
    ask(&connect(address));
}

#[test]
fn who_stays_too_long_is_given_up() {
    let (_folder, path) = folder();
    let options = ["127.0.0.1:0", "--drain", "0.3"];
    let old = start("server", &path, &options);
    let mut slow = connect(old.address);
    ask(&slow);
    let _new = start("successor", &path, &[]);
    let lines = ["Replaced.", "0 finished, 1 given up.", "Stopped."];
    assert_eq!(ends(&old), lines);
    assert_eq!(slow.read(&mut [0]).unwrap(), 0);
}

/// The load never ends, and the server is replaced twenty times.
#[test]
fn nobody_is_lost_under_load() {
    const ROUNDS: usize = 20;
    let (_folder, path) = folder();
    let mut server = first(&path);
    let address = server.address;
    let crowd = Flood {
        at_once: 16,
        ..Flood::of(100)
    };
    let (report, reports) = channel();
    let load = thread::spawn(move || {
        // Until nobody listens to the reports.
        while report.send(crowd.run_here(address).unwrap()).is_ok() {}
    });
    let well = || {
        let fates = reports.recv_timeout(PATIENCE).unwrap();
        assert_eq!(fates.answered, 100, "{fates}");
    };
    for _ in 0..ROUNDS {
        well(); // from before: the next hundred come while it is replaced
        let new = start("successor", &path, &[]);
        let lines = ends(&server);
        assert_eq!(lines[0], "Replaced.");
        assert!(lines[1].ends_with(" finished, 0 given up."), "{lines:?}");
        assert_eq!(lines.len(), 3, "{lines:?}");
        server = new;
    }
    for fates in reports.try_iter() {
        assert_eq!(fates.answered, 100, "{fates}");
    }
    well();
    drop(reports);
    load.join().unwrap();
}

#[test]
fn a_bad_successor_is_reported_and_the_next_may_try() {
    let (_folder, path) = folder();
    let server = start("server", &path, &["127.0.0.1:0", "--timeout", "1"]);
    type Act = fn(UnixStream) -> Option<UnixStream>;
    let leaves: Act = |_| None;
    let says_nothing: Act = Some;
    let babbles: Act = |mut stream| {
        stream.write_all(b"what?").unwrap();
        Some(stream)
    };
    let takes_it_and_leaves: Act = |stream| {
        pass::receive(stream).unwrap();
        None
    };
    for (act, report) in [
        (
            leaves,
            &["early eof", "connection reset", "broken pipe"][..],
        ),
        (says_nothing, &["no word from the successor"]),
        (babbles, &["not what a successor says"]),
        (takes_it_and_leaves, &["early eof", "connection reset"]),
    ] {
        let _stream = act(UnixStream::connect(&path).unwrap());
        ask(&connect(server.address));
        let line = server.line();
        let said = line.strip_prefix("hand over: ").unwrap();
        assert!(
            report.iter().any(|report| said.starts_with(report)),
            "{line}"
        );
    }
    let _new = start("successor", &path, &[]);
    assert_eq!(ends(&server)[0], "Replaced.");
}

/// What a successor says of `predecessor`, which gets its connection.
fn successor_of(predecessor: impl FnOnce(UnixStream)) -> String {
    let (_folder, path) = folder();
    let listener = UnixListener::bind(&path).unwrap();
    let successor = Command::new(PROGRAM)
        .arg("successor")
        .arg(&path)
        .args(["--timeout", "0.5"])
        .stderr(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    predecessor(listener.accept().unwrap().0);
    let output = successor.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_successor_takes_nothing_but_a_listener() {
    assert!(successor_of(drop).starts_with("take over: "));
    let mut held = None;
    let said = successor_of(|stream| held = Some(stream));
    assert_eq!(said, "no socket came: deadline has elapsed\n");
    let said = successor_of(|mut stream| stream.write_all(b"hello").unwrap());
    assert_eq!(said, "take over: not one socket\n");
    let said = successor_of(|stream| pass::send(&stream, stream.as_fd()).unwrap());
    assert!(said.starts_with("take over: the socket given: "), "{said}");
    let said = successor_of(|stream| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = connect(listener.local_addr().unwrap());
        pass::send(&stream, client).unwrap();
    });
    assert_eq!(said, "take over: a socket that doesn't listen\n");
}

#[test]
fn without_a_server_there_is_no_successor() {
    let (_folder, path) = folder();
    let output = Command::new(PROGRAM)
        .arg("successor")
        .arg(&path)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    let expected = format!("connect {}: no such file or directory\n", path.display());
    assert_eq!(said, expected);
}

/// That the path is taken is no reason not to serve. That of another is left alone.
#[test]
fn a_path_that_is_taken_is_reported() {
    let (_folder, path) = folder();
    let server = first(&path);
    let mut command = Command::new(PROGRAM);
    command.arg("server").arg(&path).arg("127.0.0.1:0");
    let other = Server::start(command);
    let said = other.line();
    let start = format!("no successor may ask: bind {}: ", path.display());
    assert!(said.starts_with(&start), "{said}");
    ask(&connect(other.address));
    drop(other);
    let new = Server::start({
        let mut command = Command::new(PROGRAM);
        command.arg("successor").arg(&path);
        command
    });
    assert_eq!(new.address, server.address);
}

#[test]
fn the_path_goes_with_the_server() {
    let (_folder, path) = folder();
    let mut command = Command::new(PROGRAM);
    command.arg("server").arg(&path).arg("127.0.0.1:0");
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut output = child.stdout.take().unwrap();
    let mut said = Vec::new();
    while !said.ends_with(MAY_ASK.as_bytes()) {
        let mut octet = [0];
        output.read_exact(&mut octet).unwrap();
        said.extend(octet);
    }
    assert!(path.exists());
    kill_process(Pid::from_child(&child), Signal::TERM).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(!path.exists());
}

/// python3 in the middle: it takes the socket from our server, and ours takes it back.
#[test]
fn python_takes_over_and_hands_over() {
    let Some(mut command) = python("hand_over.py") else {
        return;
    };
    let (_folder, path) = folder();
    let ours = first(&path);
    command.arg(&path);
    let theirs = Server::start(command);
    assert_eq!(theirs.address, ours.address);
    assert_eq!(ends(&ours)[0], "Replaced.");
    // What Python opens itself is not inheritable; what it receives is.
    assert_eq!(theirs.line(), "inheritable: True");
    let mut client = connect(theirs.address);
    client.write_all(b"Who is it?Really?").unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "Ask Python.Ask Python.");
    assert_eq!(theirs.line(), MAY_ASK);
    let next = start("successor", &path, &[]);
    assert_eq!(next.address, theirs.address);
    ask(&connect(next.address));
    assert_eq!(theirs.stop(), [""; 0]);
}

/// Several processes at one port are not enough: each has a queue of its own, and
/// who waits in that of a process that ends is lost.
#[cfg(target_os = "linux")]
#[test]
fn a_listener_that_is_closed_resets_who_waits_in_its_queue() {
    use socket2::{Domain, Socket, Type};
    use std::io::ErrorKind;

    let moves = std::fs::read_to_string("/proc/sys/net/ipv4/tcp_migrate_req");
    if moves.is_ok_and(|moves| moves.trim() != "0") {
        return; // somebody has told this system to move them to the other queue
    }
    let listen = |address: SocketAddr| {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_reuse_port(true).unwrap();
        socket.bind(&address.into()).unwrap();
        socket.listen(16).unwrap();
        TcpListener::from(socket)
    };
    let old = listen(([127, 0, 0, 1], 0).into());
    let address = old.local_addr().unwrap();
    let waiting: Vec<TcpStream> = (0..4).map(|_| connect(address)).collect();
    let new = listen(address);
    drop(old);
    for mut stream in waiting {
        let lost = stream.read(&mut [0]).unwrap_err();
        assert_eq!(lost.kind(), ErrorKind::ConnectionReset);
    }
    let late = connect(address);
    let (_, peer) = new.accept().unwrap();
    assert_eq!(peer, late.local_addr().unwrap());
}

/// The queue belongs to the socket, not to the process that made it.
#[test]
fn who_waits_in_the_queue_of_a_socket_that_is_passed_is_not_lost() {
    let (near, far) = UnixStream::pair().unwrap();
    let old = TcpListener::bind("127.0.0.1:0").unwrap();
    let waiting = connect(old.local_addr().unwrap());
    pass::send(near, &old).unwrap();
    drop(old);
    let new = TcpListener::from(pass::receive(far).unwrap());
    let (_, peer) = new.accept().unwrap();
    assert_eq!(peer, waiting.local_addr().unwrap());
}
