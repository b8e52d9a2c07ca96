//! What `bodies` may not fall to: requests that can be read in two ways, that are too large,
//! too slow, or none at all; and that nobody reads what it prints, or answers.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

use testkit::{Server, Stranger, connect, ends_with_its_reader};

use crate::support::{ask, bodies};

/// Ten octets take longer than the server's patience here.
const PACE: Duration = Duration::from_millis(50);

fn serves_the_next(server: &Server) {
    let answer = ask(server.address, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
}

/// The status, and how many answers there are.
fn answers(server: &Server, request: &str) -> (String, usize) {
    let answer = ask(server.address, request.as_bytes());
    let status = answer.lines().next().unwrap_or_default().to_owned();
    (status, answer.matches("HTTP/1.1 ").count())
}

/// What it takes to smuggle a request past somebody: one answer, 400, and the end.
#[test]
fn what_can_be_read_in_two_ways_is_refused() {
    let server = bodies(&[]);
    let second = "GET /secret HTTP/1.1\r\nHost: x\r\n\r\n";
    for fields in [
        "Host: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n",
        "Host: x\r\nContent-Length: 5, 6\r\n",
        "Host: x\r\nContent-Length: +5\r\n",
        "Host: x\r\nContent-Length: 5 \x0b\r\n",
        "Host: x\r\nContent-Length: 0x5\r\n",
        "Host: x\r\nContent-Length: 18446744073709551617\r\n",
        "Host: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Host: x\r\nTransfer-Encoding: chunked, gzip\r\n",
        "Host: x\r\nTransfer-Encoding: xchunked\r\n",
        "Host: x\r\nTransfer-Encoding : chunked\r\n",
        "Host: x\r\nContent-Length : 5\r\n",
        "Host: x\r\nX: 1\r\n Content-Length: 5\r\n",
        "Host: x\r\nX: \0\r\n",
        "Host: x\r\nX: a\rTransfer-Encoding: chunked\r\n",
        "Host: x\nContent-Length: 5\r\n",
        "Host: x\r\n: 5\r\n",
        "Host: x\r\nno colon\r\n",
        "X: no host\r\n",
        "Host: x\r\nHost: y\r\n",
    ] {
        let request = format!("POST /echo HTTP/1.1\r\n{fields}\r\n0\r\n\r\n{second}");
        let expected = ("HTTP/1.1 400 Bad Request".to_owned(), 1);
        assert_eq!(answers(&server, &request), expected, "{fields:?}");
    }
    serves_the_next(&server);
}

#[test]
fn chunks_that_can_be_read_in_two_ways_are_refused() {
    let server = bodies(&[]);
    for chunks in [
        "+3\r\nall\r\n0\r\n\r\n",
        "0x3\r\nall\r\n0\r\n\r\n",
        " 3\r\nall\r\n0\r\n\r\n",
        "-3\r\nall\r\n0\r\n\r\n",
        "\r\nall\r\n0\r\n\r\n",
        "3\nall\n0\n\n",
        "3\r\nallx\r\n0\r\n\r\n",
        "3\r\nal\r\n0\r\n\r\n",
        "3;\0\r\nall\r\n0\r\n\r\n",
        "10000000000000003\r\nall\r\n0\r\n\r\n",
        "3\r\nall\r\n0\r\nno colon\r\n\r\n",
    ] {
        let request = format!(
            "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}\
             GET /secret HTTP/1.1\r\nHost: x\r\n\r\n"
        );
        let expected = ("HTTP/1.1 400 Bad Request".to_owned(), 1);
        assert_eq!(answers(&server, &request), expected, "{chunks:?}");
    }
    serves_the_next(&server);
}

#[test]
fn what_is_no_request_is_refused() {
    let server = bodies(&[]);
    for line in [
        "GET /\r\n",
        "GET / HTTP/2.0\r\n",
        "GET  / HTTP/1.1\r\n",
        "GET / HTTP/1.1 x\r\n",
        "GET http://x/ HTTP/1.1\r\n",
        "G(T / HTTP/1.1\r\n",
        " / HTTP/1.1\r\n",
        "\r\n",
        "\u{16}\u{3}\u{1}\u{2}\r\n",
    ] {
        let request = format!("{line}Host: x\r\n\r\n");
        let expected = ("HTTP/1.1 400 Bad Request".to_owned(), 1);
        assert_eq!(answers(&server, &request), expected, "{line:?}");
    }
    serves_the_next(&server);
}

#[test]
fn what_is_too_large_is_refused() {
    let server = bodies(&[]);
    let long = "x".repeat(20_000);
    let many = "X: y\r\n".repeat(200);
    let body = "x".repeat((1 << 20) + 1);
    let chunks = format!("{:x}\r\n", body.len());
    for (request, status) in [
        (format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"), "431"),
        (
            format!("GET / HTTP/1.1\r\nHost: x\r\nX: {long}\r\n\r\n"),
            "431",
        ),
        (format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n"), "431"),
        (
            format!(
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            ),
            "413",
        ),
        (
            format!(
                "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}{body}"
            ),
            "413",
        ),
        (
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551615\r\n\r\n".to_owned(),
            "413",
        ),
    ] {
        let (line, answers) = answers(&server, &request);
        assert_eq!(
            (line.split(' ').nth(1), answers),
            (Some(status), 1),
            "{line}"
        );
    }
    let mut endless = Stranger::at(&server);
    endless
        .send(b"GET / HTTP/1.1\r\n")
        .send_for_ever(b"X: y\r\n");
    serves_the_next(&server);
}

#[test]
fn who_is_slow_is_given_up() {
    let server = bodies(&["--timeout", "0.3"]);
    for begin in [
        "",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n",
    ] {
        let mut slow = Stranger::at(&server);
        let address = slow.address();
        slow.send(begin.as_bytes());
        slow.trickle(&[b'x'; 1000], PACE);
        let report = server.report_about(address);
        assert_eq!(report, "gave up: not done within 300ms");
    }
    // Asks for much, and reads nothing.
    let mut deaf = connect(server.address);
    deaf.write_all(b"GET /large/16777216 HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    serves_the_next(&server);
}

#[test]
fn requests_may_come_in_any_pieces_and_several_at_once() {
    let server = bodies(&[]);
    let request = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n\
                   3;x=y\r\none\r\n3\r\ntwo\r\n0\r\nX: y\r\n\r\n";
    let expected = "POST with 6 octets: \"onetwo\"\n";
    let together = ask(server.address, request.repeat(3).as_bytes());
    assert_eq!(together.matches(expected).count(), 3, "{together}");
    let mut stream = connect(server.address);
    stream.set_nodelay(true).unwrap();
    for octet in request.bytes() {
        stream.write_all(&[octet]).unwrap();
    }
    assert!(until(&mut stream, expected).ends_with(expected));
}

/// Reads until `end` has come.
fn until(stream: &mut TcpStream, end: &str) -> String {
    let (mut heard, mut octet) = (String::new(), [0]);
    while !heard.ends_with(end) && stream.read(&mut octet).unwrap() > 0 {
        heard.push(char::from(octet[0]));
    }
    heard
}

#[test]
fn who_expects_to_be_told_to_go_on_is_told() {
    let server = bodies(&[]);
    let mut stream = connect(server.address);
    let head =
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    assert_eq!(
        until(&mut stream, "\r\n\r\n"),
        "HTTP/1.1 100 Continue\r\n\r\n"
    );
    stream.write_all(b"hi").unwrap();
    assert!(until(&mut stream, "\"hi\"\n").contains("200 OK"));
}

/// A value from a stranger never becomes a line of ours.
#[test]
fn nothing_from_a_query_becomes_a_field() {
    let server = bodies(&[]);
    for target in [
        "/redirect?to=%0d%0aX-Injected:%201",
        "/redirect?to=/%0aX-Injected:%201",
        "/cookies/set?a=%0d%0a%0d%0aX-Injected:%201",
        "/cookies/set?a%0dX-Injected:%201=b",
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n");
        let answer = ask(server.address, request.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
        assert!(!answer.contains("X-Injected"), "{answer}");
    }
}

#[test]
fn it_ends_with_its_reader() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bodies"));
    command.args(["server", "127.0.0.1:0"]);
    ends_with_its_reader(command);
}

#[cfg(target_os = "linux")] // the limit is set from outside
#[test]
fn it_outlives_a_shortage_of_descriptors() {
    testkit::outlives_shortage(&bodies(&[]));
}

#[test]
fn the_scheme_of_credentials_may_be_in_any_case() {
    let server = bodies(&[]);
    let basic = http_client::basic("alice", "open sesame");
    let (_, secret) = basic.split_once(' ').unwrap();
    for (shown, status) in [
        (basic.clone(), "200"),
        (format!("basic {secret}"), "200"),
        (format!("BASIC   {secret}"), "200"),
        (format!("Bearer {secret}"), "401"),
        (format!("Basic{secret}"), "401"),
        (basic.to_ascii_lowercase(), "401"),
        ("Basic".to_owned(), "401"),
    ] {
        let request = format!("GET /secret HTTP/1.1\r\nHost: x\r\nAuthorization: {shown}\r\n\r\n");
        let answer = ask(server.address, request.as_bytes());
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status}")),
            "{shown}: {answer}"
        );
    }
}
