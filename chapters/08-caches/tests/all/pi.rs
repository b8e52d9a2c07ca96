//! Pi over queues: the same darts in three topologies, and what each makes of a
//! worker that dies.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;

use crate::support::queue_client;
use caches::examples::darts::{Tally, perform, throw};
use caches::queue::text;
use testkit::{Server, run_client};

const MINI_QUEUE: &str = env!("CARGO_BIN_EXE_mini-queue");
const PI: &str = env!("CARGO_BIN_EXE_pi-pipeline");
const ALL: &str = "20 of 20 rounds: 15806 of 20000 darts hit, pi is about 3.1612\n";

fn broker() -> Server {
    Server::of(MINI_QUEUE, &[])
}

/// A worker, which is killed when the test ends.
struct Worker {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Worker {
    fn start(address: SocketAddr, options: &[&str]) -> Worker {
        let mut child = Command::new(PI)
            .args(["worker", &address.to_string(), "--show"])
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Worker { child, output }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill(); // SIGKILL
        let _ = self.child.wait();
    }
}

fn leader(address: SocketAddr, options: &[&str]) -> String {
    let mut command = Command::new(PI);
    command
        .args(["leader", &address.to_string(), "--timeout", "20"])
        .args(options);
    run_client(command, "")
}

#[test]
fn all_three_throw_the_same_darts() {
    let server = broker();
    let address = server.address;
    for by in ["pipeline", "request"] {
        let _workers = [Worker::start(address, &[by]), Worker::start(address, &[by])];
        assert_eq!(leader(address, &[by]), ALL, "{by}");
    }
    let mut workers =
        ["even", "odd"].map(|part| Worker::start(address, &["publish", "--part", part]));
    for worker in &mut workers {
        assert!(worker.line().starts_with("subscribed to rounds/"));
    }
    let heard = format!("0 rounds were heard by nobody\n{ALL}");
    assert_eq!(leader(address, &["publish"]), heard);
}

/// Workers die with a round in hand, until the last may go on; and nothing is missing.
#[test]
fn a_pipeline_survives_its_workers() {
    let server = broker();
    let address = server.address;
    let options = ["pipeline", "--rounds", "8", "--darts", "100000"];
    let told = thread::spawn(move || leader(address, &options));
    for _ in 0..4 {
        let mut worker = Worker::start(address, &["pipeline"]);
        assert!(worker.line().starts_with("round "));
    }
    let _last = Worker::start(address, &["pipeline"]);
    let hits: u32 = (0..8).map(|round| throw(round, 100_000)).sum();
    let expected = format!("8 of 8 rounds: {hits} of 800000 darts hit, pi is about ");
    let told = told.join().unwrap();
    assert!(told.starts_with(&expected), "{told}");
}

#[test]
fn a_leader_asks_again_when_who_had_the_question_is_gone() {
    let server = broker();
    let address = server.address;
    let told = thread::spawn(move || leader(address, &["request", "--rounds", "1"]));
    let mut dies = queue_client(address);
    let question = dies.call(&[b"SERVE", b"darts", b"20"]).unwrap();
    assert_eq!(text(&question), "0 \"0 1000\"");
    drop(dies);
    let _lives = Worker::start(address, &["request"]);
    let told = told.join().unwrap();
    let again = "GONE who had the question has left; nobody knows if it was done; asking again\n";
    assert!(told.starts_with(again), "{told}");
    assert!(told.contains("\n1 of 1 rounds: "), "{told}");
}

#[test]
fn what_is_published_to_a_worker_that_dies_is_lost_and_the_leader_can_tell() {
    let server = broker();
    let address = server.address;
    let mut even = Worker::start(address, &["publish", "--part", "even"]);
    even.line();
    // Hears its rounds, and says nothing.
    let mut dies = queue_client(address);
    dies.subscribe("rounds/odd").unwrap();
    let mut command = Command::new(PI);
    command.args(["leader", &address.to_string(), "publish", "--timeout", "3"]);
    let told = run_client(command, "");
    assert_eq!(
        told,
        "0 rounds were heard by nobody\nnothing more: receive: gave up: not done within 3s\n\
         10 of 20 rounds: 7902 of 10000 darts hit, pi is about 3.1608\n"
    );
}

#[test]
fn a_result_that_comes_twice_counts_once() {
    let mut tally = Tally::new(2, 1000);
    assert_eq!(tally.to_string(), "0 of 2 rounds: no dart was thrown");
    let first = perform(b"0 1000").unwrap();
    for wrong in [
        "",
        "0",
        "0 1000",
        "2 1000 785",
        "0 999 785",
        "0 1000 x",
        "-1 1000 785",
    ] {
        tally.note(wrong.as_bytes());
    }
    assert_eq!(tally.to_string(), "0 of 2 rounds: no dart was thrown");
    tally.note(first.as_bytes());
    let once = tally.to_string();
    tally.note(first.as_bytes());
    assert_eq!(tally.to_string(), once);
    assert!(!tally.is_whole());
    tally.note(perform(b"1 1000").unwrap().as_bytes());
    assert!(tally.is_whole());
    for wrong in [&b""[..], b"7", b"x 1000", b"7 -1", b"\xff 1"] {
        assert!(perform(wrong).is_err());
    }
}

#[test]
fn darts_come_close_to_pi() {
    let hits: u32 = (0..100).map(|round| throw(round, 10_000)).sum();
    let pi = 4.0 * f64::from(hits) / 1e6;
    // Six standard deviations of a million darts.
    assert!((pi - std::f64::consts::PI).abs() < 0.01, "{pi}");
}
