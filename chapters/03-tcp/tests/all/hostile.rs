//! What no server may fall to: a peer that sends too much, too little, too slowly,
//! or nonsense. It is refused with a report, and the next client is served.

use std::time::Duration;

use testkit::{Server, Stranger};

/// A message may take so long.
const TIMEOUT: &str = "0.5";
const TOO_SLOW: &str = "gave up: not done within 500ms";
/// Ten octets take longer than that.
const PACE: Duration = Duration::from_millis(60);

fn impatient(program: &str) -> Server {
    Server::of(program, &["--timeout", TIMEOUT])
}

/// Skips what the server prints about its ordinary work, to the report about the
/// stranger at `address`.
fn report(server: &Server, stranger: &Stranger) -> String {
    let begin = format!("{}: ", stranger.address());
    loop {
        if let Some(report) = server.line().strip_prefix(&begin) {
            return report.to_owned();
        }
    }
}

/// Holds that the server gives up on who says nothing, and on who sends `octets`,
/// ten or more, one at a time.
fn gives_up_on_the_slow(server: &Server, octets: &[u8]) {
    let mut silent = Stranger::at(server);
    silent.hear();
    let said = report(server, &silent);
    assert!(said.ends_with(TOO_SLOW), "{said}");

    let mut slow = Stranger::at(server);
    slow.trickle(octets, PACE);
    let said = report(server, &slow);
    assert!(said.ends_with(TOO_SLOW), "{said}");
}

fn says(server: &Server, question: &[u8], answer: &[u8]) {
    let heard = Stranger::at(server).send(question).finish();
    assert_eq!(
        String::from_utf8_lossy(&heard),
        String::from_utf8_lossy(answer)
    );
}

#[test]
fn tcp_sixteen() {
    let server = impatient(env!("CARGO_BIN_EXE_tcp-sixteen"));
    gives_up_on_the_slow(&server, b"Sixteen, please!");
    for cut in 0..16 {
        let mut stranger = Stranger::at(&server);
        stranger.send(&b"Sixteen, please!"[..cut]).finish();
        let said = report(&server, &stranger);
        let ended = format!("read: the stream ended after {cut} of 16 octets");
        assert_eq!(said, ended);
    }
    says(&server, b"\x1b[2J\xff\0\r\n 1234567", b"That was sixteen");
    server.line();
    let shown = "The client says \"\\u{1b}[2J\u{fffd}\\0\\r\\n 1234567\"";
    assert_eq!(server.line(), shown);
    // It takes no more than sixteen, and the rest is what resets the connection.
    Stranger::at(&server).send_for_ever(b"x");
    says(&server, b"Sixteen, please!", b"That was sixteen");
}

#[test]
fn tcp_echo() {
    let server = impatient(env!("CARGO_BIN_EXE_tcp-echo"));
    echoes(&server);
}

#[test]
fn tcp_echo_tokio() {
    let server = impatient(env!("CARGO_BIN_EXE_tcp-echo-tokio"));
    echoes(&server);
}

fn echoes(server: &Server) {
    let mut silent = Stranger::at(server);
    silent.hear();
    assert!(report(server, &silent).ends_with(TOO_SLOW));
    says(server, b"", b"");
    says(server, b"\0\xff", b"\0\xff");
    // It sends without end, and never takes an answer.
    let mut flood = Stranger::at(server);
    flood.send_for_ever(b"x");
    let said = report(server, &flood);
    assert!(said.ends_with(TOO_SLOW), "{said}");
    says(server, b"many small octets", b"many small octets");
}

#[test]
fn half_close() {
    let server = impatient(env!("CARGO_BIN_EXE_half-close"));
    gives_up_on_the_slow(&server, b"many small octets");
    let mut flood = Stranger::at(&server);
    flood.send_for_ever(b"x");
    let said = report(&server, &flood);
    assert_eq!(said, "refused: more than 65536 octets");
    says(&server, b"", b"got 0 octets");
    says(&server, &[b'x'; 65536], b"got 65536 octets");
}

#[test]
fn tcp_deadlock() {
    let server = impatient(env!("CARGO_BIN_EXE_tcp-deadlock"));
    let mut silent = Stranger::at(&server);
    silent.hear();
    assert!(report(&server, &silent).ends_with(TOO_SLOW));
    // It sends without end, and never takes an answer.
    let mut flood = Stranger::at(&server);
    flood.send_for_ever(b"x");
    let said = report(&server, &flood);
    assert!(said.ends_with(TOO_SLOW), "{said}");
    says(&server, b"", b"");
    says(&server, b"many\0\xff octets", b"MANY\0\xff OCTETS");
}

#[test]
fn short_write() {
    // Its input is at its end, so it does not wait for Enter.
    let server = impatient(env!("CARGO_BIN_EXE_short-write"));
    let mut silent = Stranger::at(&server);
    silent.hear();
    assert!(report(&server, &silent).ends_with(TOO_SLOW));
    says(&server, b"abc", b"");
    assert_eq!(server.line(), "Connected. Press Enter, and I read.");
    assert!(server.line().ends_with(" octets wait"));
    assert_eq!(server.line(), "read 3 octets, and the end");
}

#[test]
fn nagle() {
    let server = impatient(env!("CARGO_BIN_EXE_nagle"));
    gives_up_on_the_slow(&server, b"ROUND TRIP 1060\n");
    let mut cut = Stranger::at(&server);
    cut.send(b"ROUND").finish();
    assert_eq!(report(&server, &cut), "failed to fill whole buffer");
    says(&server, &[b'x'; 32], b"!!");
}

#[test]
fn timestamp() {
    let server = impatient(env!("CARGO_BIN_EXE_timestamp"));
    takes_lines(&server);
    let heard = Stranger::at(&server).send(b"\xff \x1b\r\n").finish();
    let heard = String::from_utf8(heard).unwrap();
    let (time, line) = heard.split_at("2030-01-02 03:04:05".len());
    assert!(time.starts_with("20"), "{heard}");
    assert_eq!(line, " \u{fffd} \x1b\n");
}

#[test]
fn hello_threads() {
    let server = impatient(env!("CARGO_BIN_EXE_hello-threads"));
    takes_lines(&server);
    says(
        &server,
        b"Ann\nBob\nexit\n",
        b"Hello, Ann\nHello, Bob\nGoodbye\n",
    );
}

fn takes_lines(server: &Server) {
    gives_up_on_the_slow(server, b"many small octets\n");
    let mut flood = Stranger::at(server);
    flood.send_for_ever(b"x");
    let said = report(server, &flood);
    assert_eq!(said, "refused: a line of more than 1024 octets");
    let mut cut = Stranger::at(server);
    cut.send(b"Ann\nBo").finish();
    let said = report(server, &cut);
    assert_eq!(said, "the stream ended 2 octets into a line");
}

/// One client more than allowed is turned away, and a place that is free again is
/// given to the next.
#[test]
fn hello_threads_has_a_limit() {
    let server = Server::of(env!("CARGO_BIN_EXE_hello-threads"), &["--most", "2"]);
    let mut first = Stranger::at(&server);
    let _second = Stranger::at(&server);
    let mut third = Stranger::at(&server);
    assert_eq!(third.hear(), b"");
    assert_eq!(report(&server, &third), "refused: 2 clients are here");
    assert_eq!(first.finish(), b"");
}

/// The client that finds no place waits for one.
#[test]
fn tcp_echo_tokio_has_a_limit() {
    let server = Server::of(env!("CARGO_BIN_EXE_tcp-echo-tokio"), &["--most", "1"]);
    let mut first = Stranger::at(&server);
    assert_eq!(server.line(), format!("Serving {}", first.address()));
    let mut second = Stranger::at(&server);
    second.send(b"hello");
    assert_eq!(first.send(b"abc").finish(), b"abc");
    assert_eq!(second.finish(), b"hello");
    let [took, end, next] = [server.line(), server.line(), server.line()];
    assert_eq!(took, format!("read 3 octets from {}", first.address()));
    assert_eq!(end, format!("read 0 octets from {}", first.address()));
    assert_eq!(next, format!("Serving {}", second.address()));
}

/// It accepts nothing here, and who fills its queue up does no harm.
#[test]
fn backlog() {
    let server = Server::of(env!("CARGO_BIN_EXE_backlog"), &[]);
    for _ in 0..2 {
        Stranger::at(&server).send(b"x");
    }
    assert_eq!(server.stop(), [""; 0]);
}
