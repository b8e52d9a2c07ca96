//! The server without a network: what it answers doesn't depend on how the octets come,
//! and no octets make it panic or wait.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use clap::Parser;
use http::StatusCode;
use http_server::application::{Application, Connection, Request, chunks, collect, text};
use http_server::server::talk;
use http_server::serving::Stop;
use http_server::settings::Settings;
use hyper_util::rt::TokioIo;
use proptest::prelude::*;
use testkit::every_split;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::{LocalSet, spawn_local};
use tokio::time::sleep;
use tower::service_fn;

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    settings: Settings,
}

/// What a server says to a client that sends these pieces, and then ends.
fn conversation(pieces: &[&[u8]]) -> String {
    let application = service_fn(async |request: Request| {
        Ok::<_, Infallible>(match request.uri().path() {
            "/echo" => http::Response::new(chunks(request.into_body())),
            "/ignore" => text(StatusCode::OK, "ignored\n"),
            _ => match collect(request.into_body(), 100).await {
                Ok(body) => text(StatusCode::OK, format!("{} octets\n", body.len())),
                Err(refused) => refused,
            },
        })
    });
    heard(pieces, async move |server| {
        by_hand(application, server).await
    })
}

async fn by_hand(application: impl Application, server: DuplexStream) {
    let peer = SocketAddr::from(([192, 0, 2, 1], 50001));
    let connection = Connection {
        peer,
        local: peer,
        secure: false,
    };
    let settings = Options::parse_from(["test", "127.0.0.1:0"]).settings;
    let _ = talk(application, server, connection, &Stop::new(), &settings).await;
}

/// What a client hears that sends these pieces, and then ends, of a server that is served by
/// `serve`. The clock is paused: time passes when both have nothing else to do.
fn heard(pieces: &[&[u8]], serve: impl AsyncFnOnce(DuplexStream) + 'static) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let (mut client, server) = duplex(1 << 20);
    let heard = LocalSet::new().block_on(&runtime, async {
        let served = spawn_local(async move { serve(server).await });
        for piece in pieces {
            if client.write_all(piece).await.is_err() {
                break;
            }
            sleep(Duration::from_millis(1)).await; // paused: the server's turn
        }
        client.shutdown().await.unwrap();
        let mut heard = Vec::new();
        client.read_to_end(&mut heard).await.unwrap();
        served.await.unwrap();
        heard
    });
    let heard = String::from_utf8(heard).unwrap();
    let lines = heard
        .split_inclusive("\r\n")
        .filter(|line| !line.starts_with("date: "));
    lines.collect()
}

/// A client that has asked and ends its direction may still want the answer. hyper takes it
/// for one that has left, unless it is told otherwise.
#[test]
fn who_ends_after_asking_is_answered_by_hand_and_by_hyper_if_told_so() {
    let asked = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let under_hyper = |half_close| {
        heard(&[asked], async move |server| {
            let service = hyper::service::service_fn(async |_| {
                sleep(Duration::from_secs(1)).await;
                Ok::<_, Infallible>(http::Response::new("late\n".to_owned()))
            });
            let _ = hyper::server::conn::http1::Builder::new()
                .half_close(half_close)
                .serve_connection(TokioIo::new(server), service)
                .await;
        })
    };
    assert_eq!(under_hyper(false), "");
    assert!(under_hyper(true).ends_with("late\n"));
    let ours = heard(&[asked], async |server| {
        let application = service_fn(async |_: Request| {
            sleep(Duration::from_secs(1)).await;
            Ok::<_, Infallible>(text(StatusCode::OK, "late\n"))
        });
        by_hand(application, server).await;
    });
    assert!(ours.ends_with("late\n"), "{ours}");
}

#[test]
fn requests_are_answered_in_order_however_they_come() {
    let wire = b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET /ignore HTTP/1.1\r\nHost: a\r\n\r\nPOST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nPOST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nxyzGET /c HTTP/1.0\r\n\r\n";
    let expected = conversation(&[wire]);
    let bodies: Vec<&str> = expected
        .lines()
        .filter(|line| line.ends_with("octets") || *line == "ignored")
        .collect();
    assert_eq!(
        bodies,
        ["5 octets", "ignored", "3 octets", "ignored", "0 octets"]
    );
    for split in every_split(wire) {
        let pieces: Vec<&[u8]> = split.iter().copied().collect();
        assert_eq!(conversation(&pieces), expected, "when it came as {split}");
    }
}

#[test]
fn an_echo_comes_back_however_it_comes() {
    let wire = b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello worldGET /x HTTP/1.1\r\nHost: a\r\n\r\n";
    for split in every_split(wire) {
        let pieces: Vec<&[u8]> = split.iter().copied().collect();
        let heard = conversation(&pieces);
        let echoed: String = heard
            .split("\r\n")
            .filter(|part| "hello world".contains(part))
            .collect();
        assert!(echoed.starts_with("hello world"), "{split}: {heard}");
        assert!(heard.ends_with("0 octets\n"), "{split}: {heard}");
    }
}

#[test]
fn a_client_that_waits_is_told_to_go_on_once_and_in_time() {
    let head = b"POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    let go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    assert!(conversation(&[head, b"hello"]).starts_with(go_on));
    // It hasn't waited.
    assert!(conversation(&[&[&head[..], b"hello"].concat()]).starts_with("HTTP/1.1 200"));
    // Nobody wants it: whether the body comes or the next request is in doubt.
    let head =
        b"POST /ignore HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    let heard = conversation(&[head, b"GET /x HTTP/1.1\r\nHost: a\r\n\r\n"]);
    assert_eq!(heard.matches("HTTP/1.1 ").count(), 1, "{heard}");
    assert!(heard.contains("connection: close"), "{heard}");
    let head =
        b"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    assert!(conversation(&[head, b"hello"]).starts_with(go_on));
    let head = b"POST /a HTTP/1.1\r\nHost: a\r\nExpect: something\r\nContent-Length: 5\r\n\r\n";
    assert!(conversation(&[head]).starts_with("HTTP/1.1 417"));
}

#[test]
fn a_body_that_nobody_reads_is_no_request() {
    let inside = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    for (length, answers) in [(inside.len(), 2), (100_000, 1), (1_000_000, 1)] {
        let head = format!("POST /ignore HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n");
        let body = inside.repeat(length / inside.len() + 1);
        let wire = format!(
            "{head}{}GET /next HTTP/1.1\r\nHost: a\r\n\r\n",
            &body[..length]
        );
        let heard = conversation(&[wire.as_bytes()]);
        assert_eq!(
            heard.matches("HTTP/1.1 200").count(),
            answers,
            "{length}: {heard}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_octets_end_the_conversation(octets: Vec<u8>, cut in 0usize..100) {
        let at = cut.min(octets.len());
        conversation(&[&octets[..at], &octets[at..]]);
    }

    /// Nearly requests.
    #[test]
    fn any_text_ends_the_conversation(text in "(GET|POST|HEAD|OPTIONS|CONNECT) (/echo|/ignore|/a|\\*|http://b/c)(\\?[a-z%&=]{0,5})? HTTP/1\\.[012]\r\n((Host|Content-Length|Transfer-Encoding|Expect|Connection|X): (a|5|chunked|100-continue|close|keep-alive)\r\n){0,4}\r\n[hello0-9\r\n]{0,20}") {
        let heard = conversation(&[text.as_bytes()]);
        prop_assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 "));
    }
}
