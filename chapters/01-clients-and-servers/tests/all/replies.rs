//! Our clients at a server that cuts its reply short, goes on for ever, or sends
//! what is no reply.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::thread;

const LIBRARY: &str = env!("CARGO_BIN_EXE_search-library");
const HTTP: &str = env!("CARGO_BIN_EXE_search-http");
const TEXT: &str = env!("CARGO_BIN_EXE_search-text");
const BYTES: &str = env!("CARGO_BIN_EXE_search-bytes");

/// Runs the client against a server that answers anything with `reply`, as often as
/// `times` says, and then closes.
fn ask(program: &str, reply: &[u8], times: usize) -> Output {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let reply = reply.to_vec();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut octet = [0];
            stream.read_exact(&mut octet).unwrap();
            request.push(octet[0]);
        }
        for _ in 0..times {
            if stream.write_all(&reply).is_err() {
                break; // it has had enough
            }
        }
    });
    let output = Command::new(program)
        .args([&address, "Quito", "--timeout", "5"])
        .output()
        .unwrap();
    server.join().unwrap();
    output
}

fn fails(program: &str, reply: &[u8], times: usize, why: &str) {
    let output = ask(program, reply, times);
    assert_eq!(output.status.code(), Some(1), "{program}");
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains(why), "{program}: {errors}");
    assert!(!errors.trim_end().contains(char::is_control), "{errors:?}");
}

#[test]
fn a_reply_cut_short_is_noticed_by_who_knows_its_length() {
    let cut = b"HTTP/1.1 200 OK\r\nContent-Length: 82\r\n\r\n{\"country\":";
    fails(HTTP, cut, 1, "the reply ended inside its body");
    fails(LIBRARY, cut, 1, "read the reply");
    fails(HTTP, &cut[..30], 1, "the reply ended inside its head");
    let text = ask(TEXT, cut, 1);
    assert!(text.status.success(), "it can't know");
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.ends_with("{\"country\":"), "{text}");
}

#[test]
fn a_reply_without_end_is_given_up() {
    let head = b"HTTP/1.1 200 OK\r\n\r\n";
    for program in [LIBRARY, HTTP, TEXT, BYTES] {
        let endless = [head, &[b'x'; 100_000][..]].concat();
        fails(program, &endless, 100, "");
    }
    fails(HTTP, b"HTTP/1.1 200 OK\r\nX: ", 100_000, "");
    fails(HTTP, b"a: b\r\n", 100_000, "not a reply");
}

#[test]
fn what_is_no_reply_is_refused() {
    fails(HTTP, b"220 mail.example ready\r\n\r\n", 1, "not a reply");
    fails(LIBRARY, b"220 mail.example ready\r\n\r\n", 1, "get http://");
    fails(TEXT, b"HTTP/1.1 200 OK\r\n\r\n\xff", 1, "no text");
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    fails(HTTP, chunked, 1, "chapter 9");
    let negative = b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n";
    fails(HTTP, negative, 1, "Content-Length");
    let huge = b"HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\n\r\n";
    fails(HTTP, huge, 1, "a reply of more than 65536 octets");
    let plus = b"HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nabcde";
    fails(HTTP, plus, 1, "no number");
    let two = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\nabcde";
    fails(HTTP, two, 1, "two lengths");
    let empty = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    fails(HTTP, empty, 1, "no JSON");
    fails(LIBRARY, empty, 1, "no JSON");
    let escape = b"HTTP/1.1 404 No\r\n\r\n{\"error\": \"\\u001b[2J\"}";
    for program in [HTTP, LIBRARY] {
        fails(program, escape, 1, "the server answered 404: \\u{1b}[2J");
    }
}

/// RFC 9110, section 15.2: a client has to be able to take any number of them.
#[test]
fn what_comes_before_the_reply_is_not_taken_for_it() {
    let place = r#"{"country":"Ecuador","latitude":-0.1807,"longitude":-78.4678,"name":"Quito"}"#;
    let length = place.len();
    let reply = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{place}");
    let before = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\n";
    for program in [HTTP, LIBRARY] {
        for before in ["", before] {
            let answer = ask(program, format!("{before}{reply}").as_bytes(), 1);
            let errors = String::from_utf8(answer.stderr).unwrap();
            assert!(answer.status.success(), "{program}: {errors}");
            let text = String::from_utf8(answer.stdout).unwrap();
            let found = text.lines().last();
            assert!(
                found.is_some_and(|line| line.starts_with("Quito")),
                "{text}"
            );
        }
    }
    fails(
        HTTP,
        before.as_bytes(),
        3,
        "the reply ended inside its head",
    );
}
