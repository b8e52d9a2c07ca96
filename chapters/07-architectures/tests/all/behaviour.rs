//! What the pages say of single engines, and no scene can show.

#![cfg(target_os = "linux")] // what a process does is read from /proc
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use architectures::flood::Flood;
use rustix::process::{Pid, Signal, kill_process};
use testkit::{PATIENCE, connect};

/// A server, whose process can be looked at and killed. Its workers have its stdout's
/// sibling, stderr, which therefore ends with the last of them.
struct Engine {
    child: Child,
    address: SocketAddr,
    errors: BufReader<std::process::ChildStderr>,
    _output: BufReader<ChildStdout>,
}

impl Engine {
    fn start(program: &str, options: &[&str]) -> Engine {
        let mut child = Command::new(program)
            .arg("127.0.0.1:0")
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("Listening at ").unwrap();
        Engine {
            address: address.parse().unwrap(),
            errors: BufReader::new(child.stderr.take().unwrap()),
            child,
            _output: output,
        }
    }

    fn report(&mut self) -> String {
        let mut line = String::new();
        self.errors.read_line(&mut line).unwrap();
        line
    }

    fn workers(&self) -> Vec<Pid> {
        let id = self.child.id();
        let path = format!("/proc/{id}/task");
        let threads = fs::read_dir(path).unwrap().map(|thread| thread.unwrap());
        let children = threads.filter_map(|thread| {
            fs::read_to_string(thread.path().join("children")).ok() // unless it has ended
        });
        let children: String = children.collect();
        let ids = children.split_whitespace();
        ids.map(|id| Pid::from_raw(id.parse().unwrap()).unwrap())
            .collect()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ask(address: SocketAddr) -> std::io::Result<TcpStream> {
    let mut stream = connect(address);
    stream.write_all(b"Haste makes?")?;
    let mut answer = [0; 6];
    stream.read_exact(&mut answer)?;
    assert_eq!(&answer, b"Waste.");
    Ok(stream)
}

#[test]
fn a_worker_that_is_killed_has_a_successor() {
    let program = env!("CARGO_BIN_EXE_proverbs-processes");
    let mut engine = Engine::start(program, &[]);
    let before = engine.workers();
    assert_eq!(before.len(), 4);
    kill_process(before[0], Signal::KILL).unwrap();
    let pid = before[0].as_raw_nonzero();
    let expected = format!("process {pid}: signal: 9 (SIGKILL); another takes its place\n");
    assert_eq!(engine.report(), expected);

    // The three others serve everybody meanwhile.
    let fates = Flood::of(100).run_here(engine.address).unwrap();
    assert_eq!(fates.answered, 100, "{fates}");
    let started = Instant::now();
    while engine.workers().len() < 4 {
        assert!(started.elapsed() < PATIENCE, "nobody takes its place");
        std::thread::yield_now();
    }
    assert!(!engine.workers().contains(&before[0]));
}

#[test]
fn workers_end_with_their_parent_however_it_ends() {
    let program = env!("CARGO_BIN_EXE_proverbs-processes");
    for signal in [Signal::KILL, Signal::TERM, Signal::INT] {
        let mut engine = Engine::start(program, &[]);
        let _in_the_middle = ask(engine.address).unwrap();
        kill_process(Pid::from_child(&engine.child), signal).unwrap();
        // It ends when the last of them has closed it.
        let mut rest = String::new();
        engine.errors.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
        assert!(TcpStream::connect(engine.address).is_err());
    }
}

/// Out of descriptors, an engine waits. If it tried all the time, it would have used
/// most of that time.
#[test]
fn no_engine_spins_while_it_has_no_descriptors() {
    for program in [
        env!("CARGO_BIN_EXE_proverbs-threads"),
        env!("CARGO_BIN_EXE_proverbs-pool"),
        env!("CARGO_BIN_EXE_proverbs-poll"),
        env!("CARGO_BIN_EXE_proverbs-mio"),
        env!("CARGO_BIN_EXE_proverbs-callbacks"),
        env!("CARGO_BIN_EXE_proverbs-tokio"),
    ] {
        let mut engine = Engine::start(program, &["--descriptors", "20"]);
        let clients: Vec<TcpStream> = (0..30).map(|_| connect(engine.address)).collect();
        assert_eq!(engine.report(), "accept: too many open files\n");
        let calls = || -> u64 {
            let stat = fs::read_to_string(format!("/proc/{}/stat", engine.child.id())).unwrap();
            // Behind the name come 13th and 14th, in hundredths of a second: proc(5).
            let (_, fields) = stat.rsplit_once(") ").unwrap();
            let fields: Vec<&str> = fields.split(' ').collect();
            fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
        };
        let before = calls();
        // A second client that isn't served is as good a clock as any.
        let waiting = &clients[29];
        waiting
            .set_read_timeout(Some(Duration::from_millis(400)))
            .unwrap();
        assert!((&*waiting).read(&mut [0]).is_err());
        let used = calls() - before;
        assert!(
            used < 10,
            "{program} was busy for {used} of 40 hundredths of a second"
        );
    }
}

#[test]
fn a_clients_weight_is_told() {
    for (engine, threads) in [
        ("proverbs-mio", "2 threads"),
        ("proverbs-threads", "13 threads"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_weigh"))
            .args([engine, "--connections", "10"])
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(
            said.starts_with(&format!("{threads} for 11 clients\n")),
            "{said}"
        );
        assert!(said.ends_with(" kB for each\n"), "{said}");
    }
}

/// A server that closes, also in the middle; one that says nothing, or goes on for ever.
#[test]
fn a_client_in_callbacks_says_why_it_has_no_answer() {
    for (answer, stays, timeout, said) in [
        ("", false, "60", "closed"),
        ("Light work", false, "60", "closed"),
        ("", true, "0.2", "gave up: no answer within 200ms"),
        ("x", true, "0.2", "gave up: no answer within 200ms"),
        (
            &"x".repeat(1025),
            true,
            "60",
            "a message of more than 1024 octets",
        ),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let client = Command::new(env!("CARGO_BIN_EXE_callbacks-client"))
            .args([&address, "--timeout", timeout, "Many hands make?"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut server = listener.accept().unwrap().0;
        server.read_exact(&mut [0; 16]).unwrap();
        server.write_all(answer.as_bytes()).unwrap();
        let kept = stays.then_some(server); // otherwise it is closed here
        let output = client.wait_with_output().unwrap();
        drop(kept);
        let heard = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{heard}");
        assert_eq!(
            heard,
            format!("{address}: {said}\n1 questions without an answer\n")
        );
    }
}
