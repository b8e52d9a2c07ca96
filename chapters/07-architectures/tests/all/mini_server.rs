//! Each hook of the framework is called when it should be, and a service can't take
//! the server with it. The three services, and what no server may fall to.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::num::NonZero;
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{bail, ensure};
use architectures::flood::Flood;
use architectures::framework::{Pooled, Service, Stopper, Work, serve, stop};
use program::Conversation;
use testkit::{PATIENCE, Server, Stranger, connect, peer, python, until_deaf};

/// Says which hook was called, and does what one octet of a client tells it to.
struct Told {
    hooks: Sender<String>,
    turn_away: bool,
    together: Barrier,
}

impl Told {
    fn say(&self, hook: impl Into<String>) {
        let _ = self.hooks.send(hook.into());
    }
}

impl Service for Told {
    fn accept(&self, listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
        self.say("accept");
        listener.accept()
    }

    fn verify(&self, _peer: SocketAddr) -> anyhow::Result<()> {
        self.say("verify");
        ensure!(!self.turn_away, "not you");
        Ok(())
    }

    fn process(&self, work: Work) {
        self.say("process");
        work();
    }

    fn handle(&self, client: &mut Conversation) -> anyhow::Result<()> {
        self.say("handle");
        let mut octet = [0];
        client.read_exact(&mut octet)?;
        match &octet {
            b"p" => panic!("on purpose"),
            b"e" => bail!("in vain"),
            b"2" => {
                self.together.wait();
            }
            _ => {}
        }
        Ok(client.write_all(&octet)?)
    }

    fn error(&self, _peer: SocketAddr, error: &anyhow::Error) {
        self.say(format!("error: {error}"));
    }

    fn shutdown(&self) {
        self.say("shutdown");
    }
}

/// A server that runs in a thread of this test.
struct Running {
    address: SocketAddr,
    stopper: Option<Stopper>,
    served: JoinHandle<()>,
    hooks: Receiver<String>,
}

fn told(turn_away: bool) -> (Told, Receiver<String>) {
    let (hooks, heard) = channel();
    let together = Barrier::new(2);
    let service = Told {
        hooks,
        turn_away,
        together,
    };
    (service, heard)
}

fn start(service: Arc<dyn Service>, hooks: Receiver<String>) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stopper, stop) = stop().unwrap();
    let served = thread::spawn(move || serve(&service, listener, PATIENCE, &stop).unwrap());
    Running {
        address,
        stopper: Some(stopper),
        served,
        hooks,
    }
}

impl Running {
    fn say(&self, octet: &[u8]) -> Vec<u8> {
        let mut stream = connect(self.address);
        stream.write_all(octet).unwrap();
        heard(stream)
    }

    /// The hooks called since, the last of which is `last`.
    fn until(&self, last: &str) -> Vec<String> {
        let mut hooks = Vec::new();
        while hooks.last().is_none_or(|hook| hook != last) {
            hooks.push(self.hooks.recv_timeout(PATIENCE).unwrap());
        }
        hooks
    }

    fn stop(mut self) -> Vec<String> {
        drop(self.stopper.take());
        self.served.join().unwrap();
        self.hooks.iter().collect()
    }
}

/// What comes until the connection ends, or is broken off.
fn heard(mut stream: TcpStream) -> Vec<u8> {
    let mut octets = Vec::new();
    let _ = stream.read_to_end(&mut octets);
    octets
}

#[test]
fn hooks_are_called_in_their_order() {
    let (service, hooks) = told(false);
    let server = start(Arc::new(service), hooks);
    assert_eq!(server.say(b"x"), b"x");
    assert_eq!(
        server.until("handle"),
        ["accept", "verify", "process", "handle"]
    );
    assert_eq!(server.stop(), ["shutdown"]);
}

#[test]
fn who_is_turned_away_is_not_handled() {
    let (service, hooks) = told(true);
    let server = start(Arc::new(service), hooks);
    assert_eq!(server.say(b"x"), b"");
    let hooks = server.until("error: not you");
    assert_eq!(hooks, ["accept", "verify", "error: not you"]);
    assert_eq!(server.stop(), ["shutdown"]);
}

#[test]
fn an_error_or_a_panic_is_that_client_s_end() {
    let (service, hooks) = told(false);
    let server = start(Arc::new(service), hooks);
    for (octet, error) in [
        (b"e", "error: in vain"),
        (b"p", "error: the service panicked"),
    ] {
        assert_eq!(server.say(octet), b"");
        assert_eq!(server.until(error).len(), 5);
        assert_eq!(server.say(b"x"), b"x");
        server.until("handle");
    }
    assert_eq!(server.stop(), ["shutdown"]);
}

/// One service, two ways: here two clients wait for each other. One after the other
/// they would do so for ever.
#[test]
fn a_pool_changes_process_and_nothing_else() {
    let (service, hooks) = told(false);
    let pooled = Pooled::new(service, NonZero::new(2).unwrap()).unwrap();
    let server = start(Arc::new(pooled), hooks);
    let (mut first, mut second) = (connect(server.address), connect(server.address));
    first.write_all(b"2").unwrap();
    second.write_all(b"2").unwrap();
    assert_eq!(
        (heard(first), heard(second)),
        (b"2".to_vec(), b"2".to_vec())
    );
    for octet in [b"e", b"p", b"e", b"p"] {
        assert_eq!(server.say(octet), b"");
    }
    // Nothing is left of the panics: both threads are at work.
    let (mut first, mut second) = (connect(server.address), connect(server.address));
    first.write_all(b"2").unwrap();
    second.write_all(b"2").unwrap();
    assert_eq!(
        (heard(first), heard(second)),
        (b"2".to_vec(), b"2".to_vec())
    );
    let hooks = server.stop();
    let count = |hook: &str| hooks.iter().filter(|said| *said == hook).count();
    assert_eq!(count("verify"), 8);
    assert_eq!(count("handle"), 8);
    assert_eq!(count("process"), 0, "the pool's is another");
    assert_eq!(count("error: the service panicked"), 2);
    assert_eq!(hooks.last().unwrap(), "shutdown");
}

#[test]
fn what_was_begun_is_finished_before_the_end() {
    let (service, hooks) = told(false);
    let pooled = Pooled::new(service, NonZero::new(1).unwrap()).unwrap();
    let mut server = start(Arc::new(pooled), hooks);
    let mut begun = connect(server.address);
    server.until("handle");
    drop(server.stopper.take());
    // It is told, and no longer listens; only then does the client go on.
    until_deaf(server.address);
    begun.write_all(b"x").unwrap();
    assert_eq!(heard(begun), b"x");
    assert_eq!(server.stop().last().unwrap(), "shutdown");
}

fn program(arguments: &[&str]) -> Server {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mini-server"));
    command.args(arguments);
    Server::start(command)
}

#[test]
fn who_breaks_the_rules_is_reported_and_the_next_is_served() {
    for threads in [&[][..], &["--threads", "2"]] {
        let arguments = [&["proverbs", "127.0.0.1:0", "--timeout", "1"], threads].concat();
        let server = program(&arguments);
        let question = b"Too_many_cooks_spoil?";
        for cut in 1..question.len() {
            let mut stranger = Stranger::at(&server);
            let address = stranger.address();
            assert_eq!(stranger.send(&question[..cut]).finish(), b"");
            let report = server.report_about(address);
            let expected = format!("the input ended {cut} octets into a message");
            assert_eq!(report, expected);
        }
        let mut endless = Stranger::at(&server);
        endless.send_for_ever(b"x");
        let report = server.report_about(endless.address());
        assert_eq!(report, "a message of more than 1024 octets");
        let mut slow = Stranger::at(&server);
        slow.trickle(question, Duration::from_millis(200));
        let report = server.report_about(slow.address());
        assert_eq!(report, "gave up: not done within 1s");
        let fates = Flood::of(50).run_here(server.address).unwrap();
        assert_eq!(fates.answered, 50, "{fates}");
        Stranger::at(&server).finish(); // silence is an end
        assert_eq!(server.stop(), [""; 0]);
    }
}

/// Nobody has to ask (RFC 867).
#[test]
fn the_time_is_said_to_everybody() {
    let server = program(&["daytime", "127.0.0.1:0"]);
    let said = Stranger::at(&server).hear();
    let said = String::from_utf8(said).unwrap();
    let shape: String = said
        .chars()
        .map(|sign| if sign.is_ascii_digit() { '0' } else { sign })
        .collect();
    assert_eq!(shape, "0000-00-00 00:00:00\r\n");
}

#[test]
fn python_buys_the_tickets() {
    let Some(python) = peer("python3") else {
        return;
    };
    let server = program(&["tickets", "127.0.0.1:0", "--threads", "3"]);
    let script = "
import socket, sys
host, port = sys.argv[1].split(':')
def ticket():
    with socket.create_connection((host, port)) as stream:
        return stream.makefile('rb').read()
print(*sorted(ticket() for _ in range(4)))
";
    let output = python
        .command()
        .args(["-c", script, &server.address.to_string()])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(said, "b'' b'' b'Ticket 1 of 2\\n' b'Ticket 2 of 2\\n'\n");
    for _ in 0..2 {
        assert!(server.line().ends_with(": turned away: no ticket left"));
    }
}

/// The same service on Python's framework.
#[test]
fn pythons_framework_serves_our_client() {
    let Some(mut command) = python("proverbs_socketserver.py") else {
        return;
    };
    command.arg("127.0.0.1:0");
    let server = Server::start(command);
    let fates = Flood::of(20).run_here(server.address).unwrap();
    assert_eq!(fates.answered, 20, "{fates}");
    let mut stranger = Stranger::at(&server);
    let address = stranger.address();
    stranger.send(&[b'x'; 2000]).hear();
    assert_eq!(server.report_about(address), "more than 1024 octets");
}

/// Its `get_request` fails, the error is dropped, and the listener is still readable.
#[test]
fn pythons_framework_spins_when_descriptors_run_out() {
    let Some(python) = peer("python3") else {
        return;
    };
    let script = "
import resource, socket, socketserver
class Server(socketserver.ThreadingTCPServer):
    failed = 0
    def get_request(self):
        try:
            return super().get_request()
        except OSError as error:
            self.failed += 1
            if self.failed == 1000:
                raise SystemExit(error.strerror)
            raise
server = Server(('127.0.0.1', 0), socketserver.BaseRequestHandler)
waiting = socket.create_connection(server.server_address)
resource.setrlimit(resource.RLIMIT_NOFILE, (waiting.fileno() + 1, waiting.fileno() + 1))
server.serve_forever()
";
    let output = python.command().args(["-c", script]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, "Too many open files\n");
}
