//! What the service may not fall to: a client that sends too much, too little, too
//! slowly, or nonsense. It is refused with a status, and the next one is served.

use std::io::{Read, Write};
use std::time::Duration;
use testkit::{Server, Stranger, connect};

/// A request may take so long.
const TIMEOUT: &str = "1";
/// Ten octets take longer than that.
const PACE: Duration = Duration::from_millis(200);
/// A request of more than ten octets.
const WHOLE: &[u8] = b"GET /places?name=Quito HTTP/1.1\r\nHost: a\r\n\r\n";

fn start() -> Server {
    Server::of(env!("CARGO_BIN_EXE_atlas"), &["--timeout", TIMEOUT])
}

fn serves_the_next(server: &Server) {
    let mut stranger = Stranger::at(server);
    let reply = stranger.send(WHOLE).hear();
    let reply = String::from_utf8(reply).unwrap();
    assert!(reply.starts_with("HTTP/1.1 200 OK\r\n"), "{reply}");
    assert!(reply.ends_with("\"name\":\"Quito\"}\n"), "{reply}");
    let line = server.line();
    let address = stranger.address();
    assert_eq!(
        line,
        format!("{address} \"GET /places?name=Quito\": 200 OK")
    );
}

/// What is sent is answered with `status`, and the reply can be read to its end.
fn is_answered(server: &Server, octets: &[u8], status: &str) {
    let mut stranger = Stranger::at(server);
    let address = stranger.address();
    let reply = String::from_utf8(stranger.send(octets).hear()).unwrap();
    assert!(
        reply.starts_with(&format!("HTTP/1.1 {status}\r\n")),
        "{reply}"
    );
    let (head, body) = reply.split_once("\r\n\r\n").unwrap();
    let length = format!("Content-Length: {}", body.len());
    assert!(head.lines().any(|line| line == length), "{reply}");
    let line = server.line();
    assert!(line.starts_with(&address.to_string()), "{line}");
    assert!(line.ends_with(status), "{line}");
    assert!(!line.contains(char::is_control), "{line:?}");
}

#[test]
fn nonsense() {
    let server = start();
    for octets in [
        &b"\0\0\0\x05hello\r\n\r\n"[..],
        b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\n", // TLS says hello
        b"GET\r\n\r\n",
        b"GET /places HTTP/1.1\r\n\r\n",
        b"GET /places HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /places HTTP/1.1\nHost: a\n\n",
        b"GET /places?name=%C3 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /places?name=%zz HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET places HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /places HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n",
    ] {
        is_answered(&server, octets, "400 Bad Request");
    }
    let later = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    is_answered(&server, later, "505 HTTP Version Not Supported");
    let traversal = b"GET /places/../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n";
    is_answered(&server, traversal, "404 Not Found");
    // A name that would paint the operator's terminal, were it printed as it is.
    let escape = b"GET /places?name=\xc2\x9b2J HTTP/1.1\r\nHost: a\r\n\r\n";
    is_answered(&server, escape, "404 Not Found");
    serves_the_next(&server);
}

#[test]
fn too_much() {
    let server = start();
    let long = [b"GET /", &b"x".repeat(10_000)[..]].concat();
    is_answered(&server, &long, "414 URI Too Long");
    let head = "431 Request Header Fields Too Large";
    let many = [b"GET / HTTP/1.1\r\n", &b"a: b\r\n".repeat(10_000)[..]].concat();
    is_answered(&server, &many, head);
    let some = [&b"GET / HTTP/1.0\r\n"[..], &b"a: b\r\n".repeat(65), b"\r\n"].concat();
    is_answered(&server, &some, head);
    serves_the_next(&server);
}

/// A connection closed with octets unread is reset, and the reply may be lost.
#[test]
fn a_body_that_nobody_wants() {
    let server = start();
    let mut stream = connect(server.address);
    let post = b"POST /places HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n";
    stream.write_all(post).unwrap();
    stream.write_all(&b"x".repeat(60_000)).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(
        reply.starts_with("HTTP/1.1 405 Method Not Allowed\r\n"),
        "{reply}"
    );
    drop(stream);
    assert!(server.line().ends_with("405 Method Not Allowed"));
    serves_the_next(&server);
}

#[test]
fn without_end() {
    let server = start();
    for octets in [
        &b"x"[..],
        b"\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\0",
    ] {
        Stranger::at(&server).send_for_ever(octets);
        let line = server.line();
        assert!(line.contains(": 4"), "{line}");
        // It may also say that the connection was reset; the next is served.
        serves_the_next_after_reports(&server);
    }
}

/// As [`serves_the_next`], after what is still said of the one before.
fn serves_the_next_after_reports(server: &Server) {
    Stranger::at(server).send(WHOLE).hear();
    while !server
        .line()
        .ends_with("\"GET /places?name=Quito\": 200 OK")
    {}
}

#[test]
fn cut_anywhere() {
    let server = start();
    for cut in 1..WHOLE.len() {
        let mut stranger = Stranger::at(&server);
        let reply = stranger.send(&WHOLE[..cut]).finish();
        let reply = String::from_utf8(reply).unwrap();
        assert!(reply.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{reply}");
        let report = format!(
            "{} the end, {cut} octets into a request: 400 Bad Request",
            stranger.address()
        );
        assert_eq!(server.line(), report);
    }
    assert_eq!(Stranger::at(&server).finish(), b"");
    serves_the_next(&server);
    assert_eq!(server.stop(), [""; 0]);
}

#[test]
fn silence_and_a_trickle() {
    let late = "408 Request Timeout";
    let server = start();
    is_answered(&server, b"", late);
    is_answered(&server, b"GET / HTTP/1.1\r\nHost: a\r\n", late);
    let mut slow = Stranger::at(&server);
    slow.trickle(WHOLE, PACE);
    let line = server.line();
    assert!(line.ends_with(late), "{line}");
    drop(slow);
    serves_the_next_after_reports(&server);
}

/// It has its answer, and keeps the connection: nobody else waits for it long.
#[test]
fn a_client_that_does_not_leave() {
    let server = start();
    let mut stream = connect(server.address);
    stream.write_all(WHOLE).unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    assert!(reply.ends_with("\"name\":\"Quito\"}\n"), "{reply}");
    assert!(server.line().ends_with("200 OK"));
    let about = server.report_about(stream.local_addr().unwrap());
    assert_eq!(about, "gave up: not done within 1s");
    serves_the_next(&server);
}
