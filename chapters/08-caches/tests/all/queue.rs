//! `mini-queue` as a process: workers that are killed, and clients that follow no
//! rules.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::queue_client;
use caches::queue::{QueueClient, text};
use socket2::SockRef;
use testkit::{PATIENCE, Server, Stranger, connect, peer, python, run_client};

const MINI_QUEUE: &str = env!("CARGO_BIN_EXE_mini-queue");

fn start(options: &[&str]) -> Server {
    Server::of(MINI_QUEUE, options)
}

fn call(client: &mut QueueClient, words: &str) -> String {
    let words: Vec<&[u8]> = words.split(' ').map(str::as_bytes).collect();
    match client.call(&words) {
        Ok(value) => text(&value),
        Err(error) => error.to_string(),
    }
}

/// Runs a worker until there is nothing to do, or kills it once it has printed so
/// many lines, with SIGKILL: it can put nothing in order. Counts what was done.
fn work(mut command: Command, kill_after: Option<usize>, done: &mut BTreeMap<String, usize>) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for _ in 0..kill_after.unwrap_or(usize::MAX) {
        let Some(Ok(line)) = lines.next() else { break };
        if let Some((job, _)) = line.split_once(", attempt ") {
            *done.entry(job.to_owned()).or_default() += 1;
        }
    }
    if kill_after.is_some() {
        child.kill().unwrap();
    }
    // It may have done more before the signal came.
    for line in lines.map_while(Result::ok) {
        if let Some((job, _)) = line.split_once(", attempt ") {
            *done.entry(job.to_owned()).or_default() += 1;
        }
    }
    child.wait().unwrap();
}

/// Kills `rounds` workers, one after the other, at every place that there is to die
/// at; and the last may finish. Each job must have been done by somebody.
fn no_job_is_lost(worker: impl Fn(SocketAddr) -> Command, rounds: usize) {
    let server = start(&["--attempts", "1000"]);
    let mut client = queue_client(server.address);
    let (mut done, mut jobs) = (BTreeMap::new(), 0);
    for round in 0..rounds {
        for _ in 0..7 {
            client
                .push("jobs", format!("job {jobs}").as_bytes())
                .unwrap();
            jobs += 1;
        }
        // Two lines a job: it is about to acknowledge, or it has.
        work(worker(server.address), Some(round % 7), &mut done);
    }
    let started = Instant::now();
    while call(&mut client, "COUNT jobs") != "0 0 0" {
        work(worker(server.address), None, &mut done);
        assert!(started.elapsed() < PATIENCE, "jobs that nobody gets");
    }
    for job in 0..jobs {
        let times = done.get(&format!("\"job {job}\"")).copied().unwrap_or(0);
        assert!(times >= 1, "job {job} was lost");
    }
    let twice = done.values().filter(|times| **times > 1).count();
    println!("{twice} of {jobs} jobs were done more than once");
}

#[test]
fn a_worker_that_is_killed_loses_no_job() {
    let worker = |address: SocketAddr| {
        let mut command = Command::new(MINI_QUEUE);
        command.args(["work", &address.to_string(), "jobs", "--all"]);
        command
    };
    no_job_is_lost(worker, 70);
}

#[test]
fn nor_does_one_in_python() {
    if peer("python3").is_none() {
        return;
    }
    let worker = |address: SocketAddr| {
        let mut command = python("worker.py").unwrap();
        command.args([&address.to_string(), "jobs"]);
        command
    };
    no_job_is_lost(worker, 14);
}

#[test]
fn a_worker_that_is_killed_with_a_job_in_hand_makes_room_at_once() {
    let server = start(&[]);
    let mut client = queue_client(server.address);
    client.push("jobs", b"paint").unwrap();
    let mut worker = Command::new(MINI_QUEUE)
        .args(["work", &server.address.to_string(), "jobs"])
        .stdin(Stdio::piped()) // it waits for Enter, and for ever
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(worker.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(line, "\"paint\", attempt 1\n");
    assert_eq!(call(&mut client, "COUNT jobs"), "0 1 0");
    // The next one waits already when it dies.
    let mut next = queue_client(server.address);
    let killer = std::thread::spawn(move || {
        worker.kill().unwrap();
        worker.wait().unwrap();
    });
    assert_eq!(call(&mut next, "TAKE jobs 20"), "1 2 \"paint\"");
    killer.join().unwrap();
}

#[test]
fn a_python_worker_and_ours_speak_the_same() {
    let Some(mut theirs) = python("worker.py") else {
        return;
    };
    let server = start(&[]);
    let mut client = queue_client(server.address);
    let address = server.address.to_string();
    theirs.args([&address, "jobs"]);
    let mut ours = Command::new(MINI_QUEUE);
    ours.args(["work", &address, "jobs", "--all"]);
    for command in [ours, theirs] {
        client.push("jobs", "Grüße".as_bytes()).unwrap();
        client.push("jobs", b"").unwrap();
        let lines = "\"Grüße\", attempt 1\n\"Grüße\" is done\n\"\", attempt 1\n\"\" is done\n";
        assert_eq!(run_client(command, ""), lines);
        assert_eq!(call(&mut client, "COUNT jobs"), "0 0 0");
    }
}

#[test]
fn redis_cli_is_a_client() {
    let Some(redis_cli) = peer("redis-cli") else {
        return;
    };
    let server = start(&[]);
    let port = server.address.port().to_string();
    let ask = |words: &str| {
        let mut command = redis_cli.command();
        command.args(["-p", &port]).args(words.split(' '));
        run_client(command, "")
    };
    assert_eq!(ask("PUSH jobs paint"), "OK\n");
    assert_eq!(ask("COUNT jobs"), "1\n0\n0\n");
    assert_eq!(ask("TAKE jobs"), "0\n1\npaint\n");
    // It closed its connection after that, so the job is back.
    assert_eq!(ask("TAKE jobs 5"), "1\n2\npaint\n");
    assert_eq!(ask("ACK jobs 1"), "GONE no such delivery: 1\n\n");
    assert_eq!(ask("PUBLISH news hello"), "0\n");
    assert_eq!(ask("PING"), "PONG\n");
    // Several through one connection.
    let mut command = redis_cli.command();
    command.args(["-p", &port]);
    let told = run_client(command, "TAKE jobs 5\nACK jobs 2\nCOUNT jobs\n");
    assert_eq!(told, "2\n3\npaint\nOK\n0\n0\n0\n");
}

#[test]
fn a_subscriber_of_redis_cli_hears_what_is_published() {
    let Some(redis_cli) = peer("redis-cli") else {
        return;
    };
    let server = start(&[]);
    let mut listener = redis_cli
        .command()
        .args([
            "-p",
            &server.address.port().to_string(),
            "SUBSCRIBE",
            "news/",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(listener.stdout.take().unwrap()).lines();
    let mut next = || lines.next().unwrap().unwrap();
    assert_eq!([next(), next(), next()], ["subscribe", "news/", "1"]);
    let mut client = queue_client(server.address);
    assert_eq!(client.publish("news/today", b"rain").unwrap(), 1);
    assert_eq!([next(), next(), next()], ["message", "news/today", "rain"]);
    listener.kill().unwrap();
    listener.wait().unwrap();
}

const PING: &[u8] = b"*1\r\n$4\r\nPING\r\n";

fn still_serves(server: &Server) {
    let mut next = queue_client(server.address);
    assert_eq!(call(&mut next, "PING"), "PONG");
}

#[test]
fn nonsense_is_refused_and_the_next_is_served() {
    let server = start(&[]);
    for (octets, answer, report) in [
        (
            &b"GET / HTTP/1.1\r\n\r\n"[..],
            "no value begins with 'G'",
            "no value begins with 'G'",
        ),
        (
            b"*1\r\n$99999999\r\n",
            "a bulk string of 99999999 octets where 16384 are allowed",
            "",
        ),
        (b"*1\r\n$-5\r\n", "a length of -5", ""),
        (
            b"*99999999\r\n",
            "99999999 elements where 4 are allowed",
            "",
        ),
        (b"*1\r\n*1\r\n*1\r\n", "arrays nested deeper than 1", ""),
        (
            b"*1\r\n$4\r\nPINGPONG\r\n",
            "a bulk string that is longer than announced",
            "",
        ),
    ] {
        let mut stranger = Stranger::at(&server);
        let heard = stranger.send(octets).finish();
        assert_eq!(
            String::from_utf8(heard).unwrap(),
            format!("-ERR {answer}\r\n")
        );
        let report = if report.is_empty() { answer } else { report };
        assert_eq!(server.report_about(stranger.address()), report);
        still_serves(&server);
    }
    // Well-formed, but no request: answered, and the connection stays.
    let heard = Stranger::at(&server)
        .send(b"+PING\r\n:1\r\n*0\r\n")
        .send(PING)
        .finish();
    assert_eq!(
        String::from_utf8(heard).unwrap(),
        "-ERR a request is an array of bulk strings\r\n".repeat(2)
            + "-ERR an empty request\r\n+PONG\r\n"
    );
}

#[test]
fn a_request_cut_anywhere_is_reported() {
    let server = start(&[]);
    for cut in 1..PING.len() {
        let mut stranger = Stranger::at(&server);
        assert_eq!(stranger.send(&PING[..cut]).finish(), b"");
        let report = server.report_about(stranger.address());
        assert_eq!(report, "the input ended inside a value");
    }
    assert_eq!(Stranger::at(&server).finish(), b"", "silence is an end");
    still_serves(&server);
    assert_eq!(server.stop(), [""; 0]);
}

#[test]
fn who_is_slow_or_silent_is_given_up() {
    let server = start(&["--timeout", "1", "--idle", "1"]);
    let mut silent = Stranger::at(&server);
    assert_eq!(silent.hear(), b"");
    let report = server.report_about(silent.address());
    assert_eq!(report, "gave up: said nothing for 1s");

    let mut slow = Stranger::at(&server);
    slow.trickle(&PING.repeat(2), Duration::from_millis(200));
    let report = server.report_about(slow.address());
    assert_eq!(report, "gave up: sent half a request for 1s");
    still_serves(&server);
}

/// Answers of more octets than sockets hold, and nobody reads them.
#[test]
fn who_asks_and_does_not_read_is_given_up() {
    let server = start(&["--timeout", "1"]);
    let mut reckless = Stranger::at(&server);
    // Ten octets, for which there are a hundred in answer.
    reckless.send_for_ever(b"*1\r\n$0\r\n\r\n");
    let report = server.report_about(reckless.address());
    assert_eq!(report, "gave up: took nothing for 1s");
    still_serves(&server);
}

#[test]
fn a_subscriber_that_reads_nothing_is_given_up_and_stops_nobody() {
    let server = start(&["--timeout", "1"]);
    let mut slow = Stranger::at(&server);
    slow.send(b"*2\r\n$9\r\nSUBSCRIBE\r\n$1\r\nn\r\n");
    let mut client = queue_client(server.address);
    let payload = [b'x'; 10_000];
    while client.publish("n", &payload).unwrap() == 0 {} // it is on its way
    for _ in 0..500 {
        client.publish("n", &payload).unwrap();
    }
    let report = server.report_about(slow.address());
    assert_eq!(report, "gave up: took nothing for 1s");
    assert_eq!(client.publish("n", &payload).unwrap(), 0);
}

/// What is read ahead for a client that waits has a limit too.
#[test]
fn who_sends_while_it_waits_is_not_read_without_end() {
    let server = start(&[]);
    let mut eager = connect(server.address);
    eager
        .set_write_timeout(Some(Duration::from_millis(500)))
        .unwrap();
    eager
        .write_all(b"*3\r\n$4\r\nTAKE\r\n$4\r\njobs\r\n$2\r\n60\r\n")
        .unwrap();
    let block = PING.repeat(1000);
    let mut taken = 0;
    while eager.write_all(&block).is_ok() {
        taken += block.len();
        assert!(taken < 32_000_000, "read ahead without end");
    }
    still_serves(&server);
}

#[test]
fn a_worker_that_is_silent_loses_its_job_at_the_deadline() {
    let server = start(&["--deadline", "0.5"]);
    let mut client = queue_client(server.address);
    client.push("jobs", b"paint").unwrap();
    let mut silent = queue_client(server.address);
    assert_eq!(call(&mut silent, "TAKE jobs"), "0 1 \"paint\"");
    assert_eq!(call(&mut client, "TAKE jobs 20"), "1 2 \"paint\"");
    assert_eq!(call(&mut silent, "ACK jobs 0"), "GONE no such delivery: 0");
}

/// A process that is killed with something unread resets the connection. Its job goes
/// back, and the broker has nothing to report.
#[test]
fn a_client_that_resets_the_connection_is_no_news() {
    let server = start(&["--attempts", "100"]);
    let mut client = queue_client(server.address);
    client.push("jobs", b"paint").unwrap();
    for attempt in 1..=20 {
        let mut dies = connect(server.address);
        dies.write_all(b"*2\r\n$4\r\nTAKE\r\n$4\r\njobs\r\n")
            .unwrap();
        let mut first = [0];
        dies.read_exact(&mut first).unwrap();
        SockRef::from(&dies)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
        drop(dies);
        let taken = format!("{} {} \"paint\"", 2 * attempt - 1, 2 * attempt);
        assert_eq!(call(&mut client, "TAKE jobs 20"), taken);
        drop(std::mem::replace(&mut client, queue_client(server.address)));
        while call(&mut client, "COUNT jobs") != "1 0 0" {}
    }
    assert_eq!(server.stop(), [""; 0]);
}

#[test]
fn requests_in_one_segment_are_answered_in_order() {
    let server = start(&[]);
    let push = |job: usize| format!("*3\r\n$4\r\nPUSH\r\n$4\r\njobs\r\n$3\r\n{job}\r\n");
    let many: String = (100..600).map(push).collect();
    let mut client = Stranger::at(&server);
    client.send(many.as_bytes());
    client.send(b"*2\r\n$5\r\nCOUNT\r\n$4\r\njobs\r\n");
    let expected = "+OK\r\n".repeat(500) + "*3\r\n:500\r\n:0\r\n:0\r\n";
    assert_eq!(String::from_utf8(client.finish()).unwrap(), expected);
}

#[test]
fn one_client_too_many_is_told_so() {
    let server = start(&["--clients", "2"]);
    let mut first = queue_client(server.address);
    let mut second = queue_client(server.address);
    assert_eq!(call(&mut first, "PING"), "PONG");
    assert_eq!(call(&mut second, "PING"), "PONG");
    let mut third = connect(server.address);
    let mut told = String::new();
    third.read_to_string(&mut told).unwrap();
    assert_eq!(told, "-FULL too many clients\r\n");
    drop(first);
    // There is room again as soon as the broker has noticed.
    let started = Instant::now();
    loop {
        let mut next = connect(server.address);
        let mut told = [0; 7];
        if next.write_all(PING).is_ok()
            && next.read_exact(&mut told).is_ok()
            && told == *b"+PONG\r\n"
        {
            break;
        }
        assert!(started.elapsed() < PATIENCE, "no room");
    }
}

#[test]
fn a_flood_of_silent_connections_leaves_room_for_one_that_works() {
    let server = start(&["--clients", "20"]);
    let mut worker = queue_client(server.address);
    assert_eq!(call(&mut worker, "PING"), "PONG");
    let flood: Vec<TcpStream> = (0..60)
        .map_while(|_| TcpStream::connect(server.address).ok())
        .collect();
    assert_eq!(flood.len(), 60);
    assert_eq!(call(&mut worker, "PUSH jobs paint"), "OK");
    assert_eq!(call(&mut worker, "TAKE jobs"), "0 1 \"paint\"");
}

#[test]
fn a_broker_without_descriptors_goes_on_when_there_are_some() {
    let mut command = Command::new("sh");
    let few = "ulimit -n 20; exec \"$0\" server 127.0.0.1:0";
    command.args(["-c", few, MINI_QUEUE]);
    let server = Server::start(command);
    let mut worker = queue_client(server.address);
    assert_eq!(call(&mut worker, "PUSH jobs paint"), "OK");
    let flood: Vec<TcpStream> = (0..40)
        .map_while(|_| TcpStream::connect(server.address).ok())
        .collect();
    assert_eq!(server.line(), "accept: too many open files");
    assert_eq!(call(&mut worker, "TAKE jobs"), "0 1 \"paint\"");
    drop(flood);
    still_serves(&server);
}

#[test]
fn clients_say_what_the_broker_refused() {
    let server = start(&[]);
    let output = Command::new(MINI_QUEUE)
        .args(["call", &server.address.to_string(), "ACK", "jobs", "7"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "GONE no such delivery: 7\n"
    );
}
