//! What nobody here wrote: wrk, HdrHistogram, strace.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram as Hdr;
use lab::histogram::Histogram;
use proptest::prelude::*;
use testkit::proxy::{BadProxy, Faults};
use testkit::{PATIENCE, Server, connect, run_client};

/// Answers a GET after 5 ms, for each of its clients apart, and counts before it answers.
fn slow() -> (SocketAddr, Arc<AtomicU64>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let answered = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&answered);
    thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            let answered = Arc::clone(&answered);
            thread::spawn(move || {
                client.set_read_timeout(Some(PATIENCE)).unwrap();
                let mut request = [0; 4096];
                // One read is one request here: both send it in one write.
                while client.read(&mut request).is_ok_and(|read| read > 0) {
                    // This delay is what both are to measure.
                    thread::sleep(Duration::from_millis(5));
                    answered.fetch_add(1, Ordering::Relaxed);
                    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
                    if client.write_all(answer).is_err() {
                        break;
                    }
                }
            });
        }
    });
    (address, count)
}

/// The numbers in the line of `text` that has `mark` in it.
fn numbers(text: &str, mark: &str) -> Vec<f64> {
    let line = text.lines().find(|line| line.contains(mark)).unwrap();
    let words = line
        .split([' ', ','])
        .map(|word| word.trim_end_matches('s'));
    words.filter_map(|word| word.parse().ok()).collect()
}

/// How fast a server is depends on the machine. That both count what it has answered, and
/// divide it by the time that it took, doesn't.
#[test]
fn wrk_agrees_on_the_rate() {
    let Some(wrk) = testkit::peer("wrk") else {
        return;
    };
    let (address, answered) = slow();
    let mut load = Command::new(env!("CARGO_BIN_EXE_load"));
    load.arg(address.to_string())
        .args(["--http", "/", "--connections", "4", "--duration", "1"]);
    let began = Instant::now();
    let said = run_client(load, "");
    let (most, all) = (
        began.elapsed().as_secs_f64(),
        answered.load(Ordering::Relaxed),
    );
    let [counted, _errors, rate] = numbers(&said, "a second")[..] else {
        panic!("{said}");
    };
    assert_eq!(counted, all as f64, "{said}");
    // It asked for a second, and was there for no longer than its process. The rate is rounded.
    let (least, longest) = (counted / (rate + 0.5), counted / (rate - 0.5));
    assert!(longest >= 1.0 && least <= most, "{most} s: {said}");

    let mut wrk = wrk.command();
    wrk.args(["-t1", "-c4", "-d1s", &format!("http://{address}/")]);
    let said = run_client(wrk, "");
    let all = answered.load(Ordering::Relaxed) - all;
    let [counted, took, ..] = numbers(&said, "requests in")[..] else {
        panic!("{said}");
    };
    // On each connection one may be under way when it stops.
    assert!(
        (counted..=counted + 4.0).contains(&(all as f64)),
        "{all}: {said}"
    );
    let [rate] = numbers(&said, "Requests/sec:")[..] else {
        panic!("{said}");
    };
    assert!((rate * took / counted - 1.0).abs() < 0.01, "{said}");
}

#[test]
fn known_times_have_known_percentiles() {
    let (mut ours, mut theirs) = (Histogram::new(), Hdr::<u64>::new(3).unwrap());
    for value in 1..=10_000 {
        ours.record(value);
        theirs.record(value).unwrap();
    }
    for (part, whole, exact) in [
        (50, 100, 5000),
        (90, 100, 9000),
        (99, 100, 9900),
        (999, 1000, 9990),
        (1, 1, 10_000),
    ] {
        let value = ours.quantile(part, whole).unwrap();
        assert!(
            value >= exact && value <= exact + exact / 128,
            "{part}/{whole}: {value}"
        );
        let hdr = theirs.value_at_quantile(part as f64 / whole as f64);
        assert!(hdr.abs_diff(exact) <= exact / 1000, "{part}/{whole}: {hdr}");
    }
}

proptest! {
    /// Both are as exact as they say, so they differ by no more than that.
    #[test]
    fn hdrhistogram_agrees(values in prop::collection::vec(1u64..1 << 40, 1..300)) {
        let (mut ours, mut theirs) = (Histogram::new(), Hdr::<u64>::new(3).unwrap());
        for value in &values {
            ours.record(*value);
            theirs.record(*value).unwrap();
        }
        for part in [1u64, 50, 90, 99, 100] {
            let ours = ours.quantile(part, 100).unwrap();
            let theirs = theirs.value_at_quantile(part as f64 / 100.0);
            let most = ours.max(theirs) / 100 + 1;
            prop_assert!(ours.abs_diff(theirs) <= most, "{part}: {ours} and {theirs}");
        }
    }
}

/// What the page predicts of a proxy that stops reading: ss shows it in two lines of three.
#[cfg(target_os = "linux")]
#[test]
fn a_stalled_proxy_shows_in_the_queues_of_two_lines() {
    let Some(ss) = testkit::peer("ss") else {
        return;
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        while client.write_all(&[b'x'; 65536]).is_ok() {}
    });
    let proxy = BadProxy::before(server, Faults::of("", "pass 3, stall"));
    let mut client = connect(proxy.address);
    client.read_exact(&mut [0; 3]).unwrap();
    let (server, client) = (server.to_string(), client.local_addr().unwrap().to_string());
    let since = Instant::now();
    loop {
        let output = ss.command().arg("-tanH").output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        let lines = said.lines().map(|line| line.split_whitespace().collect());
        let lines: Vec<Vec<&str>> = lines.filter(|words: &Vec<_>| words.len() >= 5).collect();
        // Of the line with this local address, or this peer: what isn't read, what isn't acknowledged.
        let queues = |column: usize, address: &str| {
            let line = lines
                .iter()
                .find(|words| words[0] == "ESTAB" && words[column] == address);
            line.map(|words| (words[1] != "0", words[2] != "0"))
        };
        let seen = [queues(3, &server), queues(4, &server), queues(3, &client)];
        let expected = [(false, true), (true, false), (false, false)].map(Some);
        if seen == expected {
            return;
        }
        assert!(since.elapsed() < PATIENCE, "{seen:?} of {said}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// The last of the answers is counted, whole, and nothing is asked after the end.
#[test]
fn strace_sees_one_call_for_a_question() {
    let Some(strace) = testkit::peer("strace") else {
        return;
    };
    let (address, _) = slow();
    let mut command = strace.command();
    command.args(["-f", "-qq", "-e", "trace=sendto,write", "-e", "signal=none"]);
    command
        .arg(env!("CARGO_BIN_EXE_load"))
        .arg(address.to_string());
    command.args(["--http", "/", "--duration", "0.05"]);
    surroundings(&mut command);
    let output = command.output().unwrap();
    let seen = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() && seen.contains("ptrace") {
        eprintln!("strace may not trace here (skipped): {seen}");
        return;
    }
    let sent = seen
        .lines()
        .filter(|line| line.contains("GET / HTTP/1.1"))
        .count();
    let said = String::from_utf8_lossy(&output.stdout);
    let answers: usize = said.split(' ').next().unwrap().parse().unwrap();
    assert_eq!(sent, answers, "{said}{seen}");
}

fn surroundings(command: &mut Command) {
    command.stdin(std::process::Stdio::null());
}

/// The one that chapter 7 has in its own table serves behind `bad-proxy` as a program, too.
#[test]
fn both_programs_stand_before_a_server() {
    let (address, _) = slow();
    let mut proxy = Command::new(env!("CARGO_BIN_EXE_bad-proxy"));
    proxy.args([
        "tcp",
        "127.0.0.1:0",
        &address.to_string(),
        "--to-client",
        "split 1",
    ]);
    let proxy = Server::start(proxy);
    let mut load = Command::new(env!("CARGO_BIN_EXE_load"));
    load.arg(proxy.address.to_string())
        .args(["--http", "/", "--duration", "0.1"]);
    assert!(
        run_client(load, "").contains(" 0 errors"),
        "an answer was harmed"
    );
}
