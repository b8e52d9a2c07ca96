//! What a server may not fall to: requests that say two things, that are too large, too
//! slow or nonsense, and clients that do not read.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use http_server::h2::{END_HEADERS, END_STREAM, Kind, PREFACE, get, put};
use testkit::{PATIENCE, Server, Stranger, connect, ends_with_its_reader};

use crate::support::{
    Certificate, DISPATCH, DISPATCH_AXUM, FILE_SERVER, GATEWAY, H2_SERVER, HTTPD, Site, UNDER, ask,
    ask_to_close, body, statuses,
};

/// Longer than a second, ten octets at this pace take.
const PACE: Duration = Duration::from_millis(150);

fn httpd(options: &[&str]) -> Server {
    Server::of(HTTPD, options)
}

fn serves_the_next(server: &Server) {
    let heard = ask(server.address, b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(body(&heard), "this is /next\n");
}

/// Each is answered with one status, and what comes behind it is no request.
fn refused(server: &Server, status: u16, request: &[u8]) {
    let smuggled = [request, b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"].concat();
    let heard = ask(server.address, &smuggled);
    assert_eq!(
        statuses(&heard),
        [status],
        "{}\n{heard}",
        request.escape_ascii()
    );
    assert!(heard.contains("\r\nconnection: close\r\n"), "{heard}");
}

#[test]
fn a_request_that_says_two_things_is_refused_in_all_its_forms() {
    let server = httpd(&[]);
    let with = |fields: &str| format!("POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n\r\n");
    for fields in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 6",
        "Content-Length: +5",
        "Content-Length: -5",
        "Content-Length: 0x5",
        "Content-Length: 5 5",
        "Content-Length: five",
        "Content-Length:",
        "Content-Length: 99999999999999999999999",
        "Content-Length : 5",
        "Content-Length\t: 5",
        " Content-Length: 5",
        "X: 1\r\n Content-Length: 5",
        "X: 1\r\n\tTransfer-Encoding: chunked",
        "Content-Length: 5\nTransfer-Encoding: chunked",
        "X: a\rContent-Length: 5",
        "X: a\0b",
        "X\0: a",
        ": a",
        "no colon",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: \x0bchunked",
        "Transfer-Encoding:",
        "Host: b",
    ] {
        refused(&server, 400, with(fields).as_bytes());
    }
    for codings in [
        "gzip, chunked",
        "chunked, chunked",
        ",chunked",
        "chunked,",
        "\r\nTransfer-Encoding: chunked",
    ] {
        let octets = with(&format!("Transfer-Encoding: {codings}"));
        refused(&server, 501, octets.as_bytes());
    }
    for first in [
        "GET / HTTP/1.1\nHost: a\n\n",
        "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
        "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET /\r\n",
        "GET / http/1.1\r\nHost: a\r\n\r\n",
        "G\0T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET relative HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /#fragment HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
    ] {
        refused(&server, 400, first.as_bytes());
    }
    refused(&server, 505, b"GET / HTTP/2.0\r\nHost: a\r\n\r\n");
    serves_the_next(&server);
}

#[test]
fn chunks_that_are_none_end_the_connection() {
    let server = Server::of(GATEWAY, &[]);
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for chunks in [
        "+5\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        "\r\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "4\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "ffffffffffffffffff\r\nhello\r\n0\r\n\r\n",
        "10000000000000005\r\nhello\r\n0\r\n\r\n",
        "ffffffffffffffff\r\nhello\r\n0\r\n\r\n",
        "5;a=\0\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\nno colon\r\n\r\n",
    ] {
        refused(&server, 400, [head, chunks].concat().as_bytes());
    }
    let good = [head, "5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n"].concat();
    let heard = ask(server.address, good.as_bytes());
    assert!(heard.ends_with("with 5 octets\n"), "{heard}");
}

#[test]
fn heads_have_limits() {
    let server = httpd(&[]);
    let fields = |count: usize| {
        format!(
            "GET / HTTP/1.1\r\nHost: a\r\n{}\r\n",
            "X: y\r\n".repeat(count)
        )
    };
    assert_eq!(statuses(&ask(server.address, fields(99).as_bytes())), [200]);
    refused(&server, 431, fields(100).as_bytes());
    refused(&server, 431, fields(100_000).as_bytes());
    let long = "x".repeat(20_000);
    refused(
        &server,
        414,
        format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes(),
    );
    refused(
        &server,
        431,
        format!("GET / HTTP/1.1\r\nHost: {long}\r\n\r\n").as_bytes(),
    );
    // What has no end is refused before it has one.
    let server = httpd(&[]);
    for (begin, more, status) in [
        (&b""[..], &b"x"[..], 414),
        (b"GET / HTTP/1.1\r\nX: ", b"x", 431),
        (b"GET / HTTP/1.1\r\n", b"X: y\r\n", 431),
        (b"", b"\r\n", 400),
    ] {
        let mut stranger = Stranger::at(&server);
        stranger.send(begin).send_for_ever(more);
        let line = server.line();
        let expected = format!("{}: refused with {status}: ", stranger.address());
        assert!(line.starts_with(&expected), "{line}");
    }
    serves_the_next(&server);
}

#[test]
fn a_body_may_have_so_many_octets() {
    let server = Server::of(GATEWAY, &["--body", "10"]);
    let with = |length: usize| {
        format!(
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{}",
            "x".repeat(length)
        )
    };
    let chunked = |length: usize| {
        format!(
            "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n{length:x}\r\n{}\r\n0\r\n\r\n",
            "x".repeat(length)
        )
    };
    for request in [with(10), chunked(5)] {
        assert!(ask(server.address, request.as_bytes()).ends_with("with 10 octets\n"));
    }
    for request in [with(11), chunked(6)] {
        refused(&server, 413, request.as_bytes());
    }
    // Under the others as well, where the application collects it.
    for under in ["hyper", "axum"] {
        let server = Server::of(GATEWAY, &["--body", "10", "--under", under]);
        for request in [with(11), chunked(6)] {
            let heard = ask_to_close(server.address, request.as_bytes());
            assert_eq!(statuses(&heard), [413], "{under}");
        }
    }
}

#[test]
fn each_phase_has_its_time() {
    let options = ["--head-time", "1", "--body-time", "1", "--idle-time", "1"];
    let server = Server::of(GATEWAY, &options);
    let mut strangers: Vec<Stranger> = (0..4).map(|_| Stranger::at(&server)).collect();
    let [head, body, silent, idle] = &mut strangers[..] else {
        unreachable!()
    };
    std::thread::scope(|scope| {
        // However often something comes.
        scope.spawn(|| head.trickle(b"GET / HTTP/1.1\r\nHost: a\r\n", PACE));
        scope.spawn(|| {
            body.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");
            body.trickle(&[b'x'; 50], PACE);
        });
        scope.spawn(|| assert_eq!(silent.hear(), b""));
        scope.spawn(|| {
            let heard = idle.send(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").hear();
            assert_eq!(statuses(&String::from_utf8_lossy(&heard)), [200]);
        });
    });
    let report = server.report_about(head.address());
    let late = "refused with 408: gave up: the head did not end within 1s";
    assert_eq!(report, late);
    ask(server.address, b"GET / HTTP/1.0\r\n\r\n");
}

#[test]
fn a_slow_body_is_an_error_under_each() {
    for under in UNDER {
        let server = Server::of(GATEWAY, &["--body-time", "1", "--under", under]);
        let mut stream = connect(server.address);
        stream
            .write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhello")
            .unwrap();
        let mut heard = [0; 12];
        stream.read_exact(&mut heard).unwrap();
        assert_eq!(&heard, b"HTTP/1.1 408", "{under}");
    }
}

/// What `axum::serve` leaves to others: it waits for half a head, also when it should stop.
#[test]
fn axum_serve_waits_for_half_a_head_even_after_ctrl_c() {
    let server = Server::of(
        GATEWAY,
        &[
            "--under",
            "axum",
            "--head-time",
            "0.1",
            "--stop-time",
            "0.1",
        ],
    );
    let mut stream = connect(server.address);
    stream.write_all(b"GET / HTTP/1.1\r\nHo").unwrap();
    assert_eq!(
        statuses(&ask_to_close(server.address, b"GET / HTTP/1.0\r\n\r\n")),
        [200]
    );
    server.interrupt();
    stream
        .set_read_timeout(Some(Duration::from_secs(1)))
        .unwrap();
    assert!(stream.read(&mut [0]).is_err(), "it has closed");
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"st: a\r\n\r\n").unwrap();
    let mut heard = String::new();
    stream.read_to_string(&mut heard).unwrap();
    assert_eq!(statuses(&heard), [200]);
    assert_eq!(server.end(), ["Stopped."]);
}

#[test]
fn who_does_not_read_is_given_up() {
    let server = httpd(&["--write-time", "1", "--body", "1000000000"]);
    let mut stream = connect(server.address);
    stream
        .write_all(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n")
        .unwrap();
    let block = [b'x'; 65536];
    let since = Instant::now();
    // The server stops reading as well, and so nothing more is taken; until it closes.
    while stream.write_all(&block).is_ok() {
        assert!(since.elapsed() < PATIENCE, "it takes everything");
    }
    let report = server.report_about(stream.local_addr().unwrap());
    assert_eq!(
        report,
        "gave up: nothing was read of the response within 1s"
    );
    serves_the_next(&server);
}

/// Many requests, none of whose answers is read: they are not collected without end.
#[test]
fn answers_that_nobody_reads_hold_the_next_requests_back() {
    let server = httpd(&["--write-time", "1"]);
    let mut stranger = Stranger::at(&server);
    // Of long answers a few hundred fill all that lies between, and a slow machine makes those.
    let path = "a".repeat(8000);
    stranger.send_for_ever(format!("GET /{path} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes());
    serves_the_next(&server);
}

#[test]
fn more_clients_than_allowed_wait() {
    let server = httpd(&["--clients", "2", "--idle-time", "20"]);
    let request = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    let held: Vec<TcpStream> = (0..2)
        .map(|_| {
            let mut stream = connect(server.address);
            stream.write_all(request).unwrap();
            stream.read_exact(&mut [0; 12]).unwrap();
            stream
        })
        .collect();
    let mut third = connect(server.address);
    third.write_all(request).unwrap();
    third
        .set_read_timeout(Some(Duration::from_millis(300)))
        .unwrap();
    assert!(third.read(&mut [0]).is_err(), "it is served at once");
    drop(held);
    third.set_read_timeout(Some(PATIENCE)).unwrap();
    third.read_exact(&mut [0; 12]).unwrap();
}

#[test]
fn a_request_may_be_cut_anywhere() {
    let server = httpd(&[]);
    let wire = b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    for cut in 0..wire.len() {
        let heard = ask(server.address, &wire[..cut]);
        assert!(
            !heard.contains("0\r\n\r\n") || heard.contains("content-length"),
            "{cut}: {heard}"
        );
    }
    serves_the_next(&server);
}

/// Nothing that a client sends becomes a field of the response.
#[test]
fn no_field_comes_from_a_parameter() {
    let site = Site::new();
    let server = site.server(&[]);
    for path in [
        "/docs%0d%0aSet-Cookie:%20a=b",
        "/%0d%0aSet-Cookie:%20a=b/",
        "/docs?%0d%0aSet-Cookie:%20a=b",
        "/docs/%E5%98%8D%E5%98%8ASet-Cookie:a=b",
    ] {
        let heard = ask(
            server.address,
            format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes(),
        );
        let (head, _) = heard.split_once("\r\n\r\n").unwrap();
        assert!(
            !head.to_ascii_lowercase().contains("\nset-cookie"),
            "{head}"
        );
    }
    assert!(http::HeaderValue::from_str("a\r\nSet-Cookie: b").is_err());
    // A redirect leads to this server, whatever the path begins with.
    for path in ["//docs", "///docs", "/\\docs", "//evil.example/docs"] {
        let heard = ask(
            server.address,
            format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes(),
        );
        assert!(!heard.contains("location"), "{path}: {heard}");
    }
}

#[test]
fn no_path_leaves_the_root() {
    let site = Site::new();
    let deep = "../".repeat(20);
    let paths = [
        "/../secret.txt",
        "/docs/../../secret.txt",
        "/./../secret.txt",
        "/%2e%2e/secret.txt",
        "/.%2e/secret.txt",
        "/%252e%252e/secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/docs/..%2f..%2fsecret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "/docs/leak",
        "/docs/leak/",
        "//secret.txt",
        "/digits.txt%00.html",
        "/digits.txt/",
        "/%2fetc%2fpasswd",
        "//etc/passwd",
        "/docs/%zz",
        "/docs/%",
        &format!("/{deep}etc/passwd"),
        &format!("/{}", "a/".repeat(5_000)),
    ];
    for under in UNDER {
        let server = site.server(&["--under", under, "--list"]);
        for path in paths {
            let heard = ask_to_close(
                server.address,
                format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes(),
            );
            let status = statuses(&heard);
            assert!(
                [[404], [400], [414], [431]].contains(&status[..].try_into().unwrap_or([0])),
                "{under}, {path}: {heard}"
            );
            assert!(
                !heard.contains("not beneath") && !heard.contains("root:"),
                "{path}"
            );
        }
        let heard = ask_to_close(server.address, b"GET /docs/poem.txt HTTP/1.0\r\n\r\n");
        assert!(heard.ends_with("sockets are blue.\n"), "{heard}");
    }
}

/// The most that the process has had in memory, as the system counts it.
#[cfg(target_os = "linux")]
fn peak(server: &Server) -> usize {
    let status = format!("/proc/{}/status", server.pid().as_raw_pid());
    let status = std::fs::read_to_string(status).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse::<usize>()
        .unwrap()
        * 1024
}

/// What the page says.
#[cfg(target_os = "linux")]
const MEMORY: usize = 48 << 20;

#[cfg(target_os = "linux")]
#[test]
fn attacks_on_http_2_cost_no_memory() {
    let certificate = Certificate::new();
    let server = certificate.server(H2_SERVER);
    for _ in 0..3 {
        for attack in ["resets", "continuation"] {
            let mut client = Command::new(H2_SERVER);
            client.args(["client", &server.address.to_string(), attack, "--ca"]);
            client.arg(certificate.path("ca.pem"));
            let said = testkit::run_client(client, "");
            assert_eq!(
                said,
                "ALPN: h2\nGOAWAY, ENHANCE_YOUR_CALM\nthe server has gone\n"
            );
        }
    }
    assert!(peak(&server) < MEMORY, "{} octets", peak(&server));
}

/// What a client of HTTP/2 says, time and again.
#[cfg(target_os = "linux")]
type Flood = (&'static str, Vec<u8>, fn(u32, &mut BytesMut));

/// Other attacks that had a name and a number once: CVE-2019-9511 to 9518, CVE-2016-6581.
/// Nothing of the answers is read, until the server takes no more or has gone.
#[cfg(target_os = "linux")]
#[test]
fn floods_of_frames_cost_no_memory() {
    let certificate = Certificate::new();
    let server = certificate.server(H2_SERVER);
    let begun = |frames: &[(Kind, u8, &[u8])]| {
        let mut octets = BytesMut::from(PREFACE);
        put(Kind::Settings, 0, 0, &[], &mut octets);
        for (kind, flags, payload) in frames {
            let stream = if *kind == Kind::Settings { 0 } else { 1 };
            put(*kind, *flags, stream, payload, &mut octets);
        }
        octets.to_vec()
    };
    let ask = get("/");
    // The same value of 4,000 octets, 10,000 times, each of them one octet.
    let mut bomb = ask.clone();
    bomb.extend([0x40, 1, b'x', 0x7f, 0xa1, 0x1e]);
    bomb.extend([b'x'; 4_000]);
    bomb.extend([0xbe; 10_000]);
    let no_room = [0, 4, 0, 0, 0, 0];
    let floods: [Flood; 9] = [
        ("settings", begun(&[]), |_, out| {
            put(Kind::Settings, 0, 0, &[], out)
        }),
        ("settings of 2,000 parts", begun(&[]), |_, out| {
            put(
                Kind::Settings,
                0,
                0,
                &[0, 0x99, 0, 0, 0, 0].repeat(2_000),
                out,
            );
        }),
        ("pings", begun(&[]), |_, out| {
            put(Kind::Ping, 0, 0, &[0; 8], out)
        }),
        ("priorities", begun(&[]), |number, out| {
            put(Kind::Other(2), 0, 2 * number + 1, &[0, 0, 0, 0, 1], out);
        }),
        (
            "empty pieces of a body",
            begun(&[(Kind::Headers, END_HEADERS, &ask)]),
            |_, out| put(Kind::Data, 0, 1, &[], out),
        ),
        (
            "empty pieces of a head",
            begun(&[(Kind::Headers, END_STREAM, &ask)]),
            |_, out| put(Kind::Continuation, 0, 1, &[], out),
        ),
        (
            "responses without room for them",
            begun(&[(Kind::Settings, 0, &no_room)]),
            |number, out| {
                let whole = END_STREAM | END_HEADERS;
                put(Kind::Headers, whole, 2 * number + 1, &get("/"), out);
            },
        ),
        (
            "a small head that becomes a large one",
            begun(&[(Kind::Headers, END_STREAM | END_HEADERS, &bomb)]),
            |number, out| {
                let head = [&get("/")[..], &[0xbe; 10_000]].concat();
                let whole = END_STREAM | END_HEADERS;
                put(Kind::Headers, whole, 2 * number + 3, &head, out);
            },
        ),
        (
            "more of a body than there is room for",
            begun(&[(Kind::Headers, END_HEADERS, &ask)]),
            |_, out| put(Kind::Data, 0, 1, &[0; 16_000], out),
        ),
    ];
    let mut held = Vec::new();
    for (what, first, next) in floods {
        let mut stream = certificate.h2(&server);
        let patience = Some(Duration::from_secs(1));
        stream.sock.set_write_timeout(patience).unwrap();
        let mut sent = stream.write_all(&first);
        for turn in 0..100 {
            let mut out = BytesMut::new();
            (0..100).for_each(|number| next(100 * turn + number, &mut out));
            if sent.is_err() {
                break;
            }
            sent = stream.write_all(&out);
        }
        let memory = peak(&server);
        assert!(memory < MEMORY, "{what}: {memory} octets");
        held.push(stream); // it stays, and holds up nobody
        let mut client = Command::new(H2_SERVER);
        client.args(["client", &server.address.to_string(), "--ca"]);
        client.arg(certificate.path("ca.pem"));
        let said = testkit::run_client(client, "");
        assert!(said.contains("DATA"), "after {what}: {said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn large_requests_and_many_cost_no_memory() {
    let server = httpd(&["--body", "1000000000"]);
    // A body that nobody holds, and heads that are as large as they may be.
    let octets = 64 << 20;
    let head = format!("POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: {octets}\r\n\r\n");
    ask(
        server.address,
        &[head.as_bytes(), &vec![b'x'; octets]].concat(),
    );
    let held: Vec<Stranger> = (0..200)
        .map(|_| {
            let mut stranger = Stranger::at(&server);
            stranger
                .send(b"GET / HTTP/1.1\r\nX: ")
                .send(&[b'x'; 16_000]);
            stranger
        })
        .collect();
    serves_the_next(&server);
    assert!(peak(&server) < MEMORY, "{} octets", peak(&server));
    drop(held);
}

/// Every program that serves, as it is started.
fn commands(site: &Site, certificate: &Certificate) -> Vec<Command> {
    let serve = |program: &str, options: &[&str]| {
        let mut command = Command::new(program);
        command.args(["server", "127.0.0.1:0"]).args(options);
        command
    };
    let mut files = serve(FILE_SERVER, &[]);
    files.arg(site.root());
    let mut h2 = serve(H2_SERVER, &["--tls"]);
    h2.arg(certificate.path("server"));
    vec![
        serve(HTTPD, &[]),
        serve(GATEWAY, &[]),
        serve(GATEWAY, &["--under", "hyper"]),
        serve(DISPATCH, &[]),
        serve(DISPATCH_AXUM, &[]),
        files,
        h2,
    ]
}

#[test]
fn every_program_ends_with_its_reader() {
    let (site, certificate) = (Site::new(), Certificate::new());
    commands(&site, &certificate)
        .into_iter()
        .for_each(ends_with_its_reader);
    let mut axum = Command::new(GATEWAY);
    axum.args(["server", "127.0.0.1:0", "--under", "axum"]);
    ends_with_its_reader(axum);
    let server = httpd(&[]);
    let mut client = Command::new(HTTPD);
    client.args(["client", &server.address.to_string(), "GET / HTTP/1.0", ""]);
    ends_with_its_reader(client);
}

/// But for `axum::serve`, which waits as well, and says nothing.
#[cfg(target_os = "linux")] // the limit is set from outside
#[test]
fn every_server_outlives_a_shortage_of_descriptors() {
    let (site, certificate) = (Site::new(), Certificate::new());
    for command in commands(&site, &certificate) {
        testkit::outlives_shortage(&Server::start(command));
    }
}
