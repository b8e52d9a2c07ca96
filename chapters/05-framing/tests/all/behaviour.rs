//! What the pages say of `assumptions`, of buffers, of errors and of tokio, and
//! what no peer may do to their servers.

use std::io::{BufRead, BufReader, BufWriter, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Command, Output};

use bytes::BytesMut;
use framing::Codec;
use framing::delimiter::Delimited;
use testkit::{Server, Stranger, connection, run_client};
use tokio_util::codec::{Decoder, LengthDelimitedCodec, LinesCodec};

const ASSUMPTIONS: &str = env!("CARGO_BIN_EXE_assumptions");
const BUFFERED: &str = env!("CARGO_BIN_EXE_buffered");
const CATCHING: &str = env!("CARGO_BIN_EXE_catching");
const SELECT_LOSES: &str = env!("CARGO_BIN_EXE_select-loses");
const TOKIO: &str = env!("CARGO_BIN_EXE_length-prefixed-tokio");
const ZERO_COPY: &str = env!("CARGO_BIN_EXE_zero-copy");

fn client(program: &str, server: &Server, options: &[&str]) -> String {
    let mut command = Command::new(program);
    command.args(["client", &server.address.to_string()]);
    command.args(options);
    run_client(command, "")
}

#[test]
fn the_reader_of_lines_pays_the_same_whatever_the_room() {
    let server = Server::of(ASSUMPTIONS, &[]);
    let mut lucky = Vec::new();
    for room in 1..=25 {
        let told = client(ASSUMPTIONS, &server, &["--room", &room.to_string()]);
        let paid: Vec<&str> = told.lines().rev().take(3).collect();
        for line in &paid {
            assert!(line.ends_with("bob 100, ann 5, cat 7"), "{room}: {told}");
        }
        if paid[0].matches("bob 100, ann 5, cat 7").count() == 2 {
            lucky.push(room);
        }
    }
    assert_eq!(lucky, [7], "where the other reader is right too");
}

#[test]
fn assumptions_refuses_who_orders_without_end_or_ends_in_an_order() {
    let server = Server::of(ASSUMPTIONS, &["--timeout", "5"]);
    let refused = |octets: &[u8], report: &str| {
        let mut stranger = Stranger::at(&server);
        stranger.send(octets).finish();
        assert_eq!(server.report_about(stranger.address()), report);
        let told = client(ASSUMPTIONS, &server, &[]);
        assert!(told.contains("Paid in the end"));
    };
    let endless = [&[0, 1][..], &b"x 1\n".repeat(500)].concat();
    refused(&endless, "refused: more than 1024 reads");
    let too_long = [&[0, 255][..], &[b'x'; 2000]].concat();
    refused(&too_long, "a message of more than 1024 octets");
    refused(b"\x00\xffbob 1", "the input ended 5 octets into a message");
    refused(b"\x00", "read how to read: failed to fill whole buffer");
}

#[test]
fn a_line_that_was_not_flushed_is_sent_when_the_buffer_is_dropped() {
    let mut sent = Vec::new();
    writeln!(BufWriter::new(&mut sent), "hello").unwrap();
    assert_eq!(sent, b"hello\n");
}

#[test]
fn a_second_buffer_misses_what_the_first_has_read() {
    let mut stream = &b"one\ntwo\nthree\n"[..];
    let mut first = BufReader::with_capacity(8, &mut stream);
    first.read_line(&mut String::new()).unwrap();
    drop(first);
    let second = BufReader::new(stream).lines().next();
    assert_eq!(second.unwrap().unwrap(), "three");
}

#[test]
fn buffered_sends_back_what_came_to_one_after_the_other() {
    let server = Server::of(BUFFERED, &[]);
    assert_eq!(
        Stranger::at(&server).send(b"half a li").finish(),
        b"half a li"
    );
    assert!(client(BUFFERED, &server, &[]).contains("300  write"));
}

#[test]
fn zero_copy_knows_its_ways() {
    let server = Server::of(ZERO_COPY, &[]);
    let told = client(ZERO_COPY, &server, &["vectored"]);
    assert_eq!(told.matches("vectored").count(), 1);
    let timed = client(ZERO_COPY, &server, &["slices", "--time", "2"]);
    assert!(
        timed.starts_with("sent in ") && timed.ends_with(" ms\n"),
        "{timed}"
    );

    let addr = server.address.to_string();
    let wrong = output(ZERO_COPY, &["client", &addr, "faster"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert_eq!(wrong.stderr, b"not a way on this system\n");
}

fn output(program: &str, arguments: &[&str]) -> Output {
    Command::new(program).args(arguments).output().unwrap()
}

#[test]
fn clients_say_whom_they_could_not_reach() {
    // Taken, and nobody listens there: the port of a connection's other end.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    for (program, more) in [
        (ASSUMPTIONS, None),
        (BUFFERED, None),
        (SELECT_LOSES, None),
        (TOKIO, Some("hello")),
        (ZERO_COPY, None),
    ] {
        let mut arguments = vec!["client", &addr];
        arguments.extend(more);
        let refused = output(program, &arguments);
        let told = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(told, format!("connect {addr}: connection refused\n"));
        assert_eq!(refused.status.code(), Some(1), "{program}");
    }
}

#[test]
fn catching_shows_an_answer_too() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap().to_string();
    let answers = std::thread::spawn(move || {
        for _ in 0..3 {
            listener.accept().unwrap().0.write_all(b"noon").unwrap();
        }
    });
    let told = String::from_utf8(output(CATCHING, &["client", &addr]).stdout).unwrap();
    answers.join().unwrap();
    assert_eq!(told.matches("\"noon\"").count(), 3, "{told}");
}

#[test]
fn both_of_tokio_s_servers_serve_others_while_one_is_slow() {
    for options in [&[][..], &["--ours"]] {
        let server = Server::of(TOKIO, options);
        let mut slow = Stranger::at(&server);
        slow.send(b"\0\0\0\x05he");
        assert!(client(TOKIO, &server, &["hi"]).contains("\"HI\""));
        assert_eq!(server.line(), "A message of 2 octets: \"hi\"");
        assert_eq!(slow.send(b"llo").finish(), b"\0\0\0\x05HELLO");
        assert_eq!(server.line(), "A message of 5 octets: \"hello\"");
    }
}

#[test]
fn a_frame_over_the_limit_ends_one_conversation_not_the_server() {
    let server = Server::of(SELECT_LOSES, &["--cancel-safe"]);
    let mut stranger = Stranger::at(&server);
    stranger.send(b"\xff\xff\xff\xff??").finish();
    assert_eq!(
        server.report_about(stranger.address()),
        "a message of 4294967295 octets where 65536 are allowed"
    );
    client(SELECT_LOSES, &server, &[]);
    assert_eq!(server.line(), "A frame of 5 octets: \"hello\"");
    assert_eq!(server.line(), "A frame of 5 octets: \"world\"");
}

/// Everything that a decoder makes of `input`, errors as their words.
fn all<D: Decoder>(mut decoder: D, input: &[u8]) -> Vec<String>
where
    D::Item: AsRef<[u8]>,
    D::Error: ToString,
{
    let mut input = BytesMut::from(input);
    let mut told = Vec::new();
    while let Some(next) = decoder.decode_eof(&mut input).transpose() {
        told.push(match next {
            Ok(message) => String::from_utf8_lossy(message.as_ref()).into_owned(),
            Err(error) => format!("error: {}", error.to_string()),
        });
        if told.len() > 9 {
            break; // an error that does not go away
        }
    }
    told
}

#[test]
fn where_our_lines_and_tokio_util_s_differ() {
    let ours = || Codec(Delimited::new(b'\n', 4));
    let theirs = || LinesCodec::new_with_max_length(4);

    assert_eq!(all(ours(), b"one\r\n"), ["one\r"]);
    assert_eq!(all(theirs(), b"one\r\n"), ["one"]);

    let unfinished = "error: the input ended 3 octets into a message";
    assert_eq!(all(ours(), b"one\ntwo")[..2], ["one", unfinished]);
    assert_eq!(all(theirs(), b"one\ntwo"), ["one", "two"]);

    let too_long = "error: a message of more than 4 octets";
    assert_eq!(all(ours(), b"longer\ntwo\n")[..2], [too_long, too_long]);
    let exceeded = "error: max line length exceeded";
    assert_eq!(all(theirs(), b"longer\ntwo\n"), [exceeded, "two"]);

    assert_eq!(all(ours(), b"\xff\n"), ["\u{fffd}"]);
    assert!(all(theirs(), b"\xff\n")[0].starts_with("error: "));

    assert_eq!(LinesCodec::new().max_length(), usize::MAX);
    assert_eq!(LengthDelimitedCodec::new().max_frame_length(), 8 << 20);
}

/// Page: The same in tokio. A `send` that was dropped may be sent all the same.
#[tokio::test]
async fn a_send_of_framed_that_is_dropped_stays_in_its_buffer_or_is_gone() {
    use futures_util::{FutureExt, SinkExt, StreamExt};
    use tokio_util::codec::Framed;

    let (near, far) = tokio::io::duplex(16);
    let mut near = Framed::new(near, LinesCodec::new());
    near.set_backpressure_boundary(1024);
    let mut far = Framed::new(far, LinesCodec::new());

    // It waits until 16 octets of its line have been read, and is dropped there.
    let long = "long ".repeat(1000);
    assert_eq!(near.send(long.clone()).now_or_never().map(drop), None);
    // So much is under way that this one waits for room, and is dropped there.
    let gone = near.send("gone".to_owned()).now_or_never();
    assert_eq!(gone.map(drop), None);

    let send = near.send("last".to_owned());
    let receive = async { [far.next().await, far.next().await] };
    let (sent, received) = tokio::join!(send, receive);
    sent.unwrap();
    let received = received.map(|line| line.unwrap().unwrap());
    assert_eq!(received, [long, "last".to_owned()]);
}

/// Octets that come to the far end, and that nobody there has read.
fn unread(near: &mut TcpStream, far: &TcpStream) {
    near.write_all(b"unread").unwrap();
    far.peek(&mut [0]).unwrap(); // they have come
}

/// Page: Where a message ends. A program dies over what it has not read.
#[cfg(unix)]
#[test]
fn who_is_killed_with_octets_unread_resets() {
    let (mut near, far) = connection();
    unread(&mut near, &far);
    let mut reader = Command::new("sleep")
        .arg("600")
        .stdin(std::os::fd::OwnedFd::from(far))
        .spawn()
        .unwrap();
    reader.kill().unwrap();
    reader.wait().unwrap();
    let error = near.read(&mut [0]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

/// Page: Errors. Who has read the end of the stream hears of no reset.
#[cfg(target_os = "linux")]
#[test]
fn after_the_end_of_the_stream_a_reset_is_a_broken_pipe() {
    let (mut near, far) = connection();
    far.shutdown(Shutdown::Write).unwrap();
    assert_eq!(near.read(&mut [0]).unwrap(), 0);
    unread(&mut near, &far);
    drop(far);
    let error = std::iter::repeat_with(|| near.write(b"x")).find_map(Result::err);
    assert_eq!(error.unwrap().kind(), ErrorKind::BrokenPipe);
    assert_eq!(near.read(&mut [0]).unwrap(), 0);
}

/// Page: Errata. What C copies out of memory is what `to_be_bytes` gives at once.
#[test]
fn htonl_gives_a_number() {
    let number: u32 = 4253;
    let htonl = number.to_be();
    assert_eq!(htonl.to_ne_bytes(), number.to_be_bytes());
    // To write the octets of *that* number swaps them once more.
    let swapped = htonl.to_be_bytes() != number.to_be_bytes();
    assert_eq!(swapped, cfg!(target_endian = "little"));
}
