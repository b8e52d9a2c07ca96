//! python3, nc and ss at the other end: programs that know TCP and nothing of
//! this book.

use std::process::Command;
use testkit::{Peer, Relay, Server, assert_octets, connect, pairs, peer, run_client};

/// Each role is played by our program and by Python's, in all four pairs.
#[test]
fn sixteen_octets_each_way() {
    let program = env!("CARGO_BIN_EXE_tcp-sixteen");
    for (mut server, mut client) in pairs(program, "sixteen.py") {
        server.args(["server", "127.0.0.1:0"]);
        let server = Server::start(server);
        let relay = Relay::to(server.address);
        client.args(["client", &relay.address.to_string()]);
        let said = run_client(client, "");
        assert!(
            said.ends_with("The server says \"That was sixteen\"\n"),
            "{said}"
        );
        let (to_server, to_client) = relay.octets();
        assert_octets(&to_server, b"Sixteen, please!", &[]);
        assert_octets(&to_client, b"That was sixteen", &[]);
        assert!(server.line().starts_with("This end is "));
        assert_eq!(server.line(), "The client says \"Sixteen, please!\"");
    }
}

/// What `nc` hears when it sends `typed`, and then ends its direction.
fn nc(server: &Server, typed: &str) -> Option<String> {
    let mut command = peer("nc")?.command();
    // To end its direction with its input is what some only do when told to.
    if cfg!(target_os = "linux") {
        command.arg("-N");
    }
    command.args(["127.0.0.1", &server.address.port().to_string()]);
    Some(run_client(command, typed))
}

#[test]
fn nc_is_served_by_every_server_of_text() {
    let long = "x".repeat(5000);
    for (program, typed, heard) in [
        (env!("CARGO_BIN_EXE_tcp-echo"), "hello\n", "hello\n"),
        (env!("CARGO_BIN_EXE_tcp-echo"), &long[..], &long[..]),
        (env!("CARGO_BIN_EXE_tcp-echo-tokio"), "hello\n", "hello\n"),
        (env!("CARGO_BIN_EXE_tcp-echo-tokio"), &long, &long),
        (env!("CARGO_BIN_EXE_tcp-deadlock"), "hello\n", "HELLO\n"),
        (env!("CARGO_BIN_EXE_half-close"), "hello\n", "got 6 octets"),
        (
            env!("CARGO_BIN_EXE_hello-threads"),
            "Ann\nexit\n",
            "Hello, Ann\nGoodbye\n",
        ),
        (env!("CARGO_BIN_EXE_nagle"), "0123456789abcdef", "!"),
    ] {
        let server = Server::of(program, &[]);
        let Some(answer) = nc(&server, typed) else {
            return;
        };
        assert_eq!(answer, heard, "{program}");
    }
}

#[test]
fn nc_gets_the_time_with_each_line() {
    let server = Server::of(env!("CARGO_BIN_EXE_timestamp"), &[]);
    let Some(answer) = nc(&server, "one\ntwo\n") else {
        return;
    };
    let Some(python) = peer("python3") else {
        return;
    };
    // Python reads both times, and finds them in the last minute.
    let script = "import sys, datetime\n\
        now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)\n\
        for line in sys.stdin:\n\
        \x20   time = datetime.datetime.strptime(line[:19], '%Y-%m-%d %H:%M:%S')\n\
        \x20   assert datetime.timedelta(0) <= now - time < datetime.timedelta(minutes=1)\n\
        \x20   print(line[20:], end='')\n";
    let mut command = python.command();
    command.args(["-c", script]);
    assert_eq!(run_client(command, &answer), "one\ntwo\n");
}

/// Python's clients of our servers, in the calls that the pages name.
#[test]
fn python_finds_the_same_ends() {
    let Some(python) = peer("python3") else {
        return;
    };
    let server = Server::of(env!("CARGO_BIN_EXE_half-close"), &[]);
    let script = "import errno, socket, sys\n\
        with socket.create_connection(('127.0.0.1', int(sys.argv[1])), 10) as s:\n\
        \x20   s.sendall(b'hello')\n\
        \x20   s.shutdown(socket.SHUT_WR)\n\
        \x20   print(s.makefile().read())\n\
        \x20   print(s.recv(16))\n\
        \x20   try: s.send(b'x')\n\
        \x20   except BrokenPipeError: print('broken pipe')\n\
        with socket.socket() as s:\n\
        \x20   s.bind(('127.0.0.1', 0))\n\
        \x20   with socket.socket() as t:\n\
        \x20       print(errno.errorcode[t.connect_ex(s.getsockname())])\n";
    let mut client = python.command();
    client.args(["-c", script, &server.address.port().to_string()]);
    let said = run_client(client, "");
    assert_eq!(said, "got 5 octets\nb''\nbroken pipe\nECONNREFUSED\n");
}

#[cfg(target_os = "linux")]
mod ss {
    use super::*;
    use std::collections::BTreeSet;
    use std::io::Write;
    use std::net::{Shutdown, TcpListener, TcpStream};
    use tcp::kernel;
    use tcp::socket_table::State;
    use tcp::wait::until;

    /// State, address, address, and the octets that were not read.
    type Line = (String, String, String, String);

    fn ours(ports: &[u16]) -> BTreeSet<Line> {
        let mut lines = BTreeSet::new();
        for port in ports {
            let mut command = Command::new(env!("CARGO_BIN_EXE_sockets"));
            command.args(["--port", &port.to_string()]);
            for line in run_client(command, "").lines() {
                let words: Vec<&str> = line.split([' ', ',']).filter(|w| !w.is_empty()).collect();
                lines.insert(match words[..] {
                    [state, local, unread, "to", "accept"] => {
                        let any = if local.starts_with('[') {
                            "[::]:*"
                        } else {
                            "0.0.0.0:*"
                        };
                        (state.into(), local.into(), any.into(), unread.into())
                    }
                    [state, local, "to", remote, unread, "unread", _, "unsent"] => {
                        (state.into(), local.into(), remote.into(), unread.into())
                    }
                    _ => panic!("{line}"),
                });
            }
        }
        lines
    }

    fn those_of_ss(ss: &Peer, ports: &[u16]) -> BTreeSet<Line> {
        let mut command = ss.command();
        command.args(["-t", "-a", "-n", "-H"]);
        let mut lines = BTreeSet::new();
        for line in run_client(command, "").lines() {
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            let [state, unread, _, local, remote, ..] = words[..] else {
                panic!("{line}");
            };
            let at = |address: &str| {
                let port = address
                    .rsplit(':')
                    .next()
                    .and_then(|port| port.parse().ok());
                port.is_some_and(|port| ports.contains(&port))
            };
            if at(local) || at(remote) {
                let state = if state == "ESTAB" {
                    "ESTABLISHED"
                } else {
                    state
                };
                lines.insert((state.into(), local.into(), remote.into(), unread.into()));
            }
        }
        lines
    }

    /// Sockets in five states, with octets unread and connections not accepted,
    /// over IPv4 and IPv6.
    #[test]
    fn sockets_agrees_with_ss() {
        let Some(ss) = peer("ss") else {
            return;
        };
        let mut keep = Vec::new();
        let mut ports = Vec::new();
        for address in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(listener) = TcpListener::bind(address) else {
                continue; // no IPv6 here
            };
            let address = listener.local_addr().unwrap();
            ports.push(address.port());
            let pair = || {
                let near = connect(address);
                (near, listener.accept().unwrap().0)
            };
            let settled = |stream: &TcpStream, state| {
                let (here, there) = (stream.local_addr().unwrap(), address);
                until("the state", || {
                    Ok(kernel::state(here, there)? == Some(state))
                })
                .unwrap();
            };

            // ESTABLISHED, with five octets unread.
            let (mut near, far) = pair();
            near.write_all(b"hello").unwrap();
            until("the octets", || Ok(tcp::wait::waiting(&far)? == 5)).unwrap();
            settled(&near, State::Established);
            keep.extend([near, far]);
            // FIN-WAIT-2 and CLOSE-WAIT.
            let (near, far) = pair();
            near.shutdown(Shutdown::Write).unwrap();
            settled(&near, State::FinWait2);
            keep.extend([near, far]);
            // TIME-WAIT, and nothing at the other end.
            let (near, far) = pair();
            near.shutdown(Shutdown::Write).unwrap();
            drop(far);
            settled(&near, State::TimeWait);
            // A connection that nobody has accepted.
            let near = connect(address);
            settled(&near, State::Established);
            keep.push(near);
            // LISTEN.
            listener.set_nonblocking(true).unwrap();
            keep.push(TcpStream::from(std::os::fd::OwnedFd::from(listener)));
        }

        let (ours, theirs) = (ours(&ports), those_of_ss(&ss, &ports));
        assert_eq!(ours, theirs);
        let states: BTreeSet<&str> = ours.iter().map(|(state, ..)| &state[..]).collect();
        assert_eq!(states.len(), 5, "{states:?}");
    }

    #[test]
    fn ss_shows_timers_and_leaves_states_out() {
        let Some(ss) = peer("ss") else {
            return;
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let pair = || (connect(address), listener.accept().unwrap().0);
        let (kept, _far) = pair();
        socket2::SockRef::from(&kept).set_keepalive(true).unwrap();
        let (first, second) = pair();
        let here = first.local_addr().unwrap();
        first.shutdown(Shutdown::Write).unwrap();
        drop(second);
        until("the state", || {
            Ok(kernel::state(here, address)? == Some(State::TimeWait))
        })
        .unwrap();

        let lines = |filter: &[&str], port: u16| -> Vec<String> {
            let mut command = ss.command();
            // A port of ours may have been somebody else's, towards another server.
            let (port, server) = (format!(":{port}"), format!(":{}", address.port()));
            command.args(["-t", "-a", "-n", "-H", "-o"]).args(filter);
            command.args(["sport", "=", &port, "and", "dport", "=", &server]);
            let said = run_client(command, "");
            said.lines().map(str::to_owned).collect()
        };
        let kept = lines(&[], kept.local_addr().unwrap().port());
        assert!(kept[0].contains("timer:(keepalive,"), "{kept:?}");
        let waits = lines(&[], here.port());
        assert!(waits[0].contains("timer:(timewait,"), "{waits:?}");
        let others = lines(&["exclude", "time-wait"], here.port());
        assert!(others.is_empty(), "{others:?}");
    }
}
