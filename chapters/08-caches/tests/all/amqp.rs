//! `amqp-tasks` against a real RabbitMQ, which it starts itself.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Cursor, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use caches::examples::rabbit::{Frame, HEADER, hello, read_frame};
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{BasicProperties, Confirmation, Connection, ConnectionProperties};
use rustix::process::{Pid, Signal, kill_process_group};
use testkit::{PATIENCE, Relay, connect, deadline, peer, run_client, until_deaf};

const AMQP_TASKS: &str = env!("CARGO_BIN_EXE_amqp-tasks");

/// A role of `amqp-tasks` that runs until it is dropped, with all that it started.
struct Role {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Role {
    fn start(words: &[&str]) -> Role {
        let mut child = Command::new(AMQP_TASKS)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        Role {
            child,
            input,
            output,
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        assert!(line.ends_with('\n'), "it has ended: {line:?}");
        line.trim_end().to_owned()
    }

    fn types(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Says that the job in hand is done, and waits until that is sent.
    fn does(&mut self) {
        self.types("");
        let line = self.line();
        assert!(line.ends_with(" is done"), "{line}");
    }

    /// Ends in order: the broker has everything that it said. One that is killed may
    /// take an acknowledgement with it, and the job comes again.
    fn leaves(mut self) {
        self.input = None;
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Role {
    fn drop(&mut self) {
        // SIGKILL to all of the group: a broker as well as a worker.
        let group = Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap();
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.child.wait();
    }
}

fn broker(folder: &Path) -> (Role, SocketAddr) {
    let folder = folder.to_str().unwrap();
    let mut role = Role::start(&["broker", "127.0.0.1:0", "--folder", folder]);
    let line = role.line();
    let address = line.strip_prefix("Listening at ").unwrap().parse().unwrap();
    (role, address)
}

fn ask(address: SocketAddr, role: &str, words: &[&str]) -> String {
    let mut command = Command::new(AMQP_TASKS);
    command.args([role, &address.to_string()]).args(words);
    run_client(command, "")
}

fn worker(address: SocketAddr, prefetch: &str) -> Role {
    Role::start(&["work", &address.to_string(), "--prefetch", prefetch])
}

/// All in one, because a broker takes seconds to start.
#[test]
fn rabbitmq_does_what_the_pages_say() {
    if peer("rabbitmq-server").is_some() {
        // Two brokers are started, on a machine that may be busy.
        deadline(Duration::from_secs(300), with_rabbitmq);
    }
}

fn with_rabbitmq() {
    let folder = tempfile::tempdir().unwrap();
    let (running, address) = broker(folder.path());
    #[cfg(target_os = "linux")]
    listens_on_loopback_alone(&running);
    says_hello(address);
    confirms_what_no_queue_takes(address);
    sends_a_job_as_three_frames(address);
    no_worker_that_is_killed_loses_a_job(address);
    a_job_that_nobody_can_do_is_a_dead_letter(address);
    prefetch_is_how_much_one_worker_may_hold(address);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/from_python_amqp.py");
    testkit::claims(script, &[&address.to_string()]);

    // The broker itself is killed, and another finds what it had.
    ask(address, "send", &["on disk"]);
    drop(running);
    until_deaf(address);
    let (_running, address) = broker(folder.path());
    // It reads its log again before it knows; a count may come earlier than that.
    // And the dead letter may be there again: an acknowledgement is not on disk at
    // once, as a confirmed message is.
    until(address, "1 ready, ");
    assert_eq!(worker(address, "1").line(), "\"on disk\", attempt 1");
}

/// All that it has started together: no other machine reaches any of it.
#[cfg(target_os = "linux")]
fn listens_on_loopback_alone(running: &Role) {
    let group = running.child.id().to_string();
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let ours = processes.filter(|process| {
        let stat = fs::read_to_string(process.path().join("stat")).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        after_name.split_whitespace().nth(2) == Some(&group)
    });
    let files = ours.flat_map(|process| fs::read_dir(process.path().join("fd")).unwrap());
    let files: BTreeSet<PathBuf> = files
        .flatten()
        .filter_map(|file| fs::read_link(file.path()).ok())
        .collect();
    let mut addresses = BTreeSet::new();
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        let table = fs::read_to_string(table).unwrap_or_default();
        for line in table.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let socket = format!("socket:[{}]", fields[9]);
            if fields[3] == "0A" && files.contains(Path::new(&socket)) {
                addresses.insert(fields[1].split(':').next().unwrap().to_owned());
            }
        }
    }
    // 127.0.0.1 and ::1, in words of 32 bits of this machine's order.
    let four = format!("{:08X}", u32::from_ne_bytes([127, 0, 0, 1]));
    let six = format!("{}{:08X}", "0".repeat(24), u32::from_ne_bytes([0, 0, 0, 1]));
    assert!(addresses.contains(&four), "{addresses:?}");
    let loopback = BTreeSet::from([four, six]);
    assert!(addresses.is_subset(&loopback), "{addresses:?}");
}

fn says_hello(address: SocketAddr) {
    let frame = hello(address, PATIENCE).unwrap();
    assert_eq!((frame.kind, frame.channel), (1, 0));
    assert_eq!(frame.payload[..4], [0, 10, 0, 10], "connection.start");
    // Another version: the broker says its own, and closes.
    let mut stream = connect(address);
    stream.write_all(b"AMQP\x00\x00\x08\x00").unwrap();
    let mut told = Vec::new();
    let _reset = stream.read_to_end(&mut told); // it doesn't wait until we have read
    assert_eq!(told, HEADER);
}

/// A broker confirms what it has thrown away, unless it is told not to.
fn confirms_what_no_queue_takes(address: SocketAddr) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().unwrap();
    let confirmations = runtime.block_on(async {
        let url = format!("amqp://{address}/%2f");
        let connection = Connection::connect(&url, ConnectionProperties::default());
        let connection = connection.await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        let confirms = ConfirmSelectOptions::default();
        channel.confirm_select(confirms).await.unwrap();
        let mut confirmations = Vec::new();
        for mandatory in [false, true] {
            let options = BasicPublishOptions {
                mandatory,
                ..Default::default()
            };
            let nowhere = "no.such.queue".into();
            let properties = BasicProperties::default();
            let sent = channel.basic_publish("".into(), nowhere, options, b"x", properties);
            confirmations.push(sent.await.unwrap().await.unwrap());
        }
        confirmations
    });
    assert!(matches!(confirmations[0], Confirmation::Ack(None)));
    assert!(matches!(confirmations[1], Confirmation::Ack(Some(_))));
}

/// What a client says, from its header on.
fn frames(octets: &[u8]) -> Vec<Frame> {
    let rest = octets.strip_prefix(HEADER).unwrap();
    let mut rest = Cursor::new(rest);
    let mut frames = Vec::new();
    while rest.position() < rest.get_ref().len() as u64 {
        frames.push(read_frame(&mut rest).unwrap());
    }
    frames
}

fn sends_a_job_as_three_frames(address: SocketAddr) {
    let relay = Relay::to(address);
    assert_eq!(
        ask(relay.address, "send", &["paint"]),
        "\"paint\" is confirmed\n"
    );
    let (said, heard) = relay.octets();
    let said = frames(&said);
    let publish = [0, 60, 0, 40];
    let at = said
        .iter()
        .position(|frame| frame.payload.starts_with(&publish))
        .unwrap();
    let [method, header, body] = &said[at..at + 3] else {
        panic!("not three frames: {said:?}");
    };
    assert_eq!((method.kind, header.kind, body.kind), (1, 2, 3));
    assert!(method.channel > 0 && header.channel == method.channel);
    // The header of the content: its class, its weight, and the size of the body.
    assert_eq!(header.payload[..12], [0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5]);
    assert_eq!(body.payload, b"paint");
    // The confirmation, basic.ack, has no content.
    let ack = [
        &[1][..],
        &method.channel.to_be_bytes(),
        &[0, 0, 0, 13, 0, 60, 0, 80],
    ]
    .concat();
    assert!(heard.windows(ack.len()).any(|octets| octets == ack));

    let mut one = worker(address, "1");
    assert_eq!(one.line(), "\"paint\", attempt 1");
    one.does();
    one.leaves();
}

/// Waits until the broker's count begins so: an acknowledgement has no answer.
#[track_caller]
fn until(address: SocketAddr, expected: &str) {
    let started = Instant::now();
    loop {
        let count = ask(address, "count", &[]);
        if count.starts_with(expected) {
            break;
        }
        let waited = started.elapsed();
        assert!(waited < PATIENCE, "{expected} does not come: {count}");
    }
}

fn no_worker_that_is_killed_loses_a_job(address: SocketAddr) {
    const JOBS: usize = 6;
    let jobs: Vec<String> = (0..JOBS).map(|job| format!("job {job}")).collect();
    let words: Vec<&str> = jobs.iter().map(String::as_str).collect();
    ask(address, "send", &words);
    let mut done = BTreeSet::new();
    while done.len() < JOBS {
        let mut worker = worker(address, "1");
        let first = worker.line();
        worker.does();
        done.insert(first.split(',').next().unwrap().to_owned());
        if done.len() == JOBS {
            worker.leaves();
        } else {
            // With a prefetch of one, this line says that the first is acknowledged.
            let second = worker.line();
            assert!(second.ends_with(", attempt 1"), "{second}");
            drop(worker); // killed, with a job in hand
        }
        until(address, &format!("{} ready, 0 dead\n", JOBS - done.len()));
    }
    let expected: BTreeSet<String> = jobs.iter().map(|job| format!("{job:?}")).collect();
    assert_eq!(done, expected);
}

fn a_job_that_nobody_can_do_is_a_dead_letter(address: SocketAddr) {
    ask(address, "send", &["bad"]);
    let mut worker = worker(address, "1");
    for attempt in 1..=3 {
        assert_eq!(worker.line(), format!("\"bad\", attempt {attempt}"));
        worker.types("no");
        assert_eq!(worker.line(), "\"bad\" goes back");
    }
    until(address, "0 ready, 1 dead\n");
    let mut dead = Role::start(&["dead", &address.to_string()]);
    assert_eq!(dead.line(), "waiting for dead letters");
    assert_eq!(dead.line(), "\"bad\", because of delivery_limit");
    until(address, "0 ready, 0 dead\n");
}

fn prefetch_is_how_much_one_worker_may_hold(address: SocketAddr) {
    for (prefetch, left) in [("1", 4), ("10", 0)] {
        ask(address, "send", &["a", "b", "c", "d", "e"]);
        let mut hoards = worker(address, prefetch);
        assert_eq!(hoards.line(), "\"a\", attempt 1");
        until(address, &format!("{left} ready, 0 dead\n"));
        drop(hoards);
        until(address, "5 ready, 0 dead\n");
        let mut works = worker(address, "1");
        for _ in 0..5 {
            works.line();
            works.does();
        }
        works.leaves();
    }
}

#[test]
fn a_frame_is_whole_and_of_a_size_that_was_agreed() {
    let read = |octets: &[u8]| read_frame(&mut &octets[..]).map_err(|error| error.to_string());
    let heartbeat = [8, 0, 0, 0, 0, 0, 0, 0xce];
    assert_eq!(
        read(&heartbeat).unwrap(),
        Frame {
            kind: 8,
            channel: 0,
            payload: Vec::new()
        }
    );
    for cut in 0..heartbeat.len() {
        assert!(read(&heartbeat[..cut]).is_err(), "{cut}");
    }
    assert_eq!(
        read(&[8, 0, 0, 0, 0, 0, 0, 0]).unwrap_err(),
        "a frame that ends in 00"
    );
    assert_eq!(
        read(&[1, 0, 0, 0xff, 0xff, 0xff, 0xff]).unwrap_err(),
        "a frame of 4294967295 octets where 131072 are allowed"
    );
}

/// One octet now and then doesn't help: the time is for the whole frame.
#[test]
fn a_broker_that_does_not_answer_is_given_up() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let patience = Duration::from_millis(200);
    let error = hello(address, patience).unwrap_err();
    assert_eq!(error.to_string(), "gave up: not done within 200ms");
    let trickles = std::thread::spawn(move || {
        let _first = silent.accept().unwrap();
        let (mut stream, _) = silent.accept().unwrap();
        // Waiting to hear something is the pause, and to hear nothing more the end.
        stream.set_read_timeout(Some(patience / 4)).unwrap();
        while stream.write_all(&[0]).is_ok() && !matches!(stream.read(&mut [0; 64]), Ok(0)) {}
    });
    let error = hello(address, patience).unwrap_err();
    assert_eq!(error.to_string(), "gave up: not done within 200ms");
    trickles.join().unwrap();
}

#[test]
fn without_rabbitmq_it_says_what_is_missing() {
    if Path::new("/usr/lib/rabbitmq").exists() {
        return; // it would be found
    }
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(AMQP_TASKS)
        .args(["broker", "127.0.0.1:0"])
        .current_dir(folder.path())
        .env("PATH", folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with("start epmd"), "{told}");
    assert!(told.contains("just doctor"), "{told}");
}

#[test]
fn where_no_broker_is_clients_say_so() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let stream = TcpStream::connect(taken.local_addr().unwrap()).unwrap();
    let address = stream.local_addr().unwrap().to_string();
    for role in ["hello", "send", "work", "dead", "count"] {
        let output = Command::new(AMQP_TASKS)
            .args([role, &address])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{role}");
        let told = String::from_utf8(output.stderr).unwrap().to_lowercase();
        assert!(
            told.contains(&address) && told.contains("connection refused"),
            "{told}"
        );
    }
}
