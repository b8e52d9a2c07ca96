//! Peers that mean harm: documents and messages that are too deep, too large, cut or slow,
//! a handshake that is reflected, and what is no message at all.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use rpc::compare::{Client, PROTOCOLS, Protocol};
use rpc::kv::{ANSWER, CALLERS, CONNECTIONS, KEYS, MESSAGE, Store, TEXT};
use rpc::math::{attacks, call, methods};
use rpc::multicall::{MULTICALL, to_params};
use rpc::pickle::Value as Pickle;
use rpc::xmlrpc::{call_kv, decode_call, decode_reply, encode_call, respond};
use rpc::xmlrpc_values::Value;
use serde_json::json;
use testkit::{PATIENCE, Server, Stranger, connect};

/// How long a message may take here.
const SHORT: [&str; 2] = ["--timeout", "0.3"];
/// Ten octets take longer than that.
const PACE: Duration = Duration::from_millis(60);

/// The server of each protocol, with these options.
fn server(protocol: Protocol, options: &[&str]) -> Server {
    let (program, own): (_, &[&str]) = match protocol {
        Protocol::Xmlrpc => (env!("CARGO_BIN_EXE_xmlrpc-kv"), &[]),
        Protocol::JsonrpcHttp => (env!("CARGO_BIN_EXE_jsonrpc"), &["--http"]),
        Protocol::Jsonrpc => (env!("CARGO_BIN_EXE_jsonrpc"), &[]),
        Protocol::Connection => (env!("CARGO_BIN_EXE_connection"), &["--kv"]),
        Protocol::Grpc => (env!("CARGO_BIN_EXE_grpc-kv"), &[]),
    };
    Server::of(program, &[own, options].concat())
}

fn serves_the_next(protocol: Protocol, server: &Server) {
    let address = server.address.to_string();
    let since = Instant::now();
    // Whom a short patience gives up because the machine is busy, comes again.
    while let Err(error) = program::tasks::block_on(async {
        let mut client = Client::connect(protocol, &address).await?;
        client.set("greeting", "hello").await?;
        client.get("greeting", "hello").await
    }) {
        assert!(since.elapsed() < PATIENCE, "{protocol}: {error:#}");
    }
}

/// What a client of each protocol says first, until the server could answer.
fn beginning(protocol: Protocol) -> Vec<u8> {
    let post = |path: &str, kind: &str, body: &str| {
        let length = body.len();
        format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    };
    let json = r#"{"jsonrpc":"2.0","method":"keys","id":1}"#;
    match protocol {
        Protocol::Xmlrpc => {
            let call = "<methodCall><methodName>keys</methodName></methodCall>";
            post("/RPC2", "text/xml", call).into_bytes()
        }
        Protocol::JsonrpcHttp => post("/jsonrpc", "application/json", json).into_bytes(),
        Protocol::Jsonrpc => format!("{json}\n").into_bytes(),
        Protocol::Connection => [&20_u32.to_be_bytes()[..], &[b'x'; 20]].concat(),
        Protocol::Grpc => b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec(),
    }
}

#[test]
fn a_message_may_be_cut_anywhere() {
    for protocol in PROTOCOLS {
        let server = server(protocol, &[]);
        let whole = beginning(protocol);
        for cut in 0..whole.len() {
            let mut stranger = Stranger::at(&server);
            stranger.send(&whole[..cut]).finish();
        }
        serves_the_next(protocol, &server);
    }
}

#[test]
fn who_is_slow_or_silent_is_given_up() {
    thread::scope(|scope| {
        for protocol in PROTOCOLS {
            scope.spawn(move || {
                let server = server(protocol, &SHORT);
                // Never a word, half a message, and a message octet by octet.
                let whole = beginning(protocol);
                let mut strangers: Vec<_> = (0..3).map(|_| Stranger::at(&server)).collect();
                strangers[1].send(&whole[..whole.len() / 2]);
                strangers[2].trickle(&whole[..whole.len() - 1], PACE);
                strangers[0].hear();
                strangers[1].hear();
                serves_the_next(protocol, &server);
            });
        }
    });
}

/// A client of HTTP/2 that has begun and then answers no PING.
#[test]
fn who_answers_no_ping_is_given_up() {
    let server = server(Protocol::Grpc, &SHORT);
    let mut stranger = Stranger::at(&server);
    stranger.send(&beginning(Protocol::Grpc)).hear();
    serves_the_next(Protocol::Grpc, &server);
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
    [&head, payload].concat()
}

/// Answers the PINGs that come, until `is_it` or the server closes; whether it was the
/// latter. Each frame is shown: its kind, its stream, and how long it is.
fn answers_pings(stream: &mut TcpStream, mut is_it: impl FnMut(u8, u8, u32) -> bool) -> bool {
    let (since, mut head) = (Instant::now(), [0; 9]);
    loop {
        assert!(since.elapsed() < PATIENCE, "it waits on");
        if stream.read_exact(&mut head).is_err() {
            return true;
        }
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        if stream.read_exact(&mut payload).is_err() {
            return true;
        }
        if (head[3], head[4] & 1) == (6, 0) {
            let _ = stream.write_all(&frame(6, 1, 0, &payload));
        }
        if is_it(head[3], head[8], length) {
            return false;
        }
    }
}

/// The head of a call of gRPC.
fn grpc_call(method: &str, stream: u32) -> Vec<u8> {
    let path = format!("/onthewire.kv.KeyValue/{method}");
    // POST, http, a path and a content-type (RFC 7541, appendix A).
    let fields = [
        &b"\x83\x86\x04"[..],
        &[u8::try_from(path.len()).unwrap()],
        path.as_bytes(),
        b"\x0f\x10\x10application/grpc",
    ]
    .concat();
    frame(1, 4, stream, &fields)
}

/// A client of HTTP/2 that answers each PING, and begins a call whose message never comes.
#[test]
fn who_sends_no_message_is_given_up() {
    let server = server(Protocol::Grpc, &SHORT);
    let mut stream = connect(server.address);
    stream
        .write_all(&[beginning(Protocol::Grpc), grpc_call("Get", 1)].concat())
        .unwrap();
    answers_pings(&mut stream, |kind, stream, _| kind == 1 && stream == 1); // it has failed
    serves_the_next(Protocol::Grpc, &server);
}

#[test]
fn what_has_no_end_is_not_read_to_its_end() {
    for (protocol, octets) in [
        (Protocol::Xmlrpc, &b"POST /RPC2 HTTP/1.1\r\nX: y"[..]),
        (Protocol::Xmlrpc, b"POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\nx"),
        (Protocol::JsonrpcHttp, b"POST /jsonrpc HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999999\r\n\r\n"),
        (Protocol::Jsonrpc, b"["),
        (Protocol::Connection, b"\x7f\xff\xff\xff"),
        (Protocol::Connection, b"\xff\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff"),
        (Protocol::Connection, b"\xff\xff\xff\xfe"),
        (Protocol::Grpc, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\x04\0\0\0\0\0"),
        (Protocol::Grpc, b"GET / HTTP/1.1\r\n\r\n"),
    ] {
        let server = server(protocol, &[]);
        let mut stranger = Stranger::at(&server);
        stranger.send(octets).send_for_ever(b"x");
        serves_the_next(protocol, &server);
    }
}

#[test]
fn documents_that_mean_harm_are_refused_quickly() {
    let started = Instant::now();
    for (what, document) in attacks() {
        let reply = respond(document.as_bytes(), &methods(), call);
        let fault = decode_reply(&reply).unwrap().expect_err(what);
        assert_eq!(fault.code, -32700, "{what}");
        assert!(reply.len() < 600, "{what}: {reply}");
    }
    // Many calls in one, each of many.
    let one = "<value><struct><member><name>methodName</name><value>system.listMethods</value></member>\
        <member><name>params</name><value><array><data></data></array></value></member></struct></value>";
    let many = format!(
        "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>{}</data></array></value></param></params></methodCall>",
        one.repeat(1001)
    );
    let reply = decode_reply(&respond(many.as_bytes(), &methods(), call));
    assert_eq!(reply.unwrap().unwrap_err().code, -32602);
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

/// A `double` has no infinity, and none is made of two that are finite.
#[test]
fn what_no_double_can_hold_is_a_fault() {
    for (a, b) in [
        (1e308, 1e-308),
        (f64::INFINITY, 1.0),
        (f64::NAN, 1.0),
        (1.0, 0.0),
    ] {
        let called = call("divide", &[Value::Double(a), Value::Double(b)]);
        assert!(called.is_err(), "{a} / {b}: {called:?}");
    }
}

#[test]
fn json_that_means_harm_is_refused_quickly() {
    let started = Instant::now();
    let store = Store::default();
    let deep = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
    let open = vec![b'['; 100_000];
    let number = format!(
        r#"{{"jsonrpc":"2.0","method":"get","params":[{}],"id":1}}"#,
        "9".repeat(100_000)
    );
    let exponent = br#"{"jsonrpc":"2.0","method":"keys","id":1e999999999}"#;
    let name = format!(
        r#"{{"jsonrpc":"2.0","method":"{}","id":1}}"#,
        "m".repeat(100_000)
    );
    let batch = format!("[{}1]", "1,".repeat(100_000));
    for message in [
        &deep[..],
        &open,
        number.as_bytes(),
        exponent,
        name.as_bytes(),
        batch.as_bytes(),
    ] {
        let answer = rpc::jsonrpc::answer(&store, message).unwrap();
        assert!(answer.len() < 200, "{}", answer.escape_ascii());
        assert!(
            answer.starts_with(b"{\"error\""),
            "{}",
            answer.escape_ascii()
        );
    }
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

/// JSON has numbers of any length, and its readers don't.
#[test]
fn an_id_comes_back_as_it_was_read() {
    for (id, answered) in [
        ("12345678901234567890123", "1.2345678901234568e+22"),
        ("9007199254740991", "9007199254740991"),
        ("\"12345678901234567890123\"", "\"12345678901234567890123\""),
    ] {
        let message = format!(r#"{{"jsonrpc":"2.0","method":"keys","id":{id}}}"#);
        let answer = rpc::jsonrpc::answer(&Store::default(), message.as_bytes()).unwrap();
        let expected = format!(r#"{{"id":{answered},"jsonrpc":"2.0","result":[]}}"#);
        assert_eq!(String::from_utf8(answer).unwrap(), expected);
    }
}

#[test]
fn the_store_holds_no_more_than_it_says() {
    let store = Store::default();
    let long = "x".repeat(TEXT + 1);
    assert!(store.call("set", &["a", &long], &mut { ANSWER }).is_err());
    assert!(store.call("set", &[&long, "a"], &mut { ANSWER }).is_err());
    assert!(store.call("get", &[&long], &mut { ANSWER }).is_err());
    for number in 0..KEYS {
        store
            .call("set", &[&number.to_string(), "a"], &mut { ANSWER })
            .unwrap();
    }
    assert!(
        store
            .call("set", &["one more", "a"], &mut { ANSWER })
            .is_err()
    );
    store.call("set", &["7", "b"], &mut { ANSWER }).unwrap();
}

/// What a short message asks for may be long: in many calls, or in one.
#[test]
fn a_short_message_has_no_endless_answer() {
    let store = Store::default();
    for number in 0..10 {
        let long = "k".repeat(TEXT - 1) + &number.to_string();
        store.call("set", &[&long, &long], &mut { ANSWER }).unwrap();
    }
    store
        .call("set", &["a", &"v".repeat(TEXT)], &mut { ANSWER })
        .unwrap();
    let most = ANSWER + 200 * 1000;
    for method in [r#""get","params":["a"]"#, r#""keys""#] {
        let one = format!(r#"{{"jsonrpc":"2.0","method":{method},"id":1}}"#);
        let batch = format!("[{}]", vec![&one[..]; 1000].join(","));
        let answer = rpc::jsonrpc::answer(&store, batch.as_bytes()).unwrap();
        assert!(answer.len() < most, "{method}: {} octets", answer.len());
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.contains("in an answer"), "{method}");
    }
    for (method, params) in [("get", vec![text("a")]), ("keys", vec![])] {
        let calls = to_params(&vec![(method, params); 1000]);
        let document = encode_call(MULTICALL, &[calls]).unwrap();
        let mut room = ANSWER;
        let reply = respond(document.as_bytes(), &[], |name, params| {
            call_kv(&store, name, params, &mut room)
        });
        assert!(reply.len() < most * 2, "{method}: {} octets", reply.len());
        assert!(reply.contains("in an answer"), "{method}");
    }
    let keys = Pickle::List(vec![Pickle::Text("keys".to_owned())]);
    let answer = rpc::connection::call_kv(&store, &keys).to_string();
    assert!(answer.contains("in an answer"), "{answer:.100}");
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

/// The listener's challenge comes back as the client's own, on another connection, and its
/// answer would be the right one here.
#[test]
fn a_handshake_is_not_reflected() {
    let server = server(Protocol::Connection, &[]);
    let (mut first, mut second) = (connect(server.address), connect(server.address));
    let challenge = message(&mut first);
    message(&mut second);
    // Who doesn't know the key has nothing but what the listener says.
    send(&mut second, &challenge);
    assert_eq!(message(&mut second), b"#FAILURE#");
    let line = server.line();
    assert!(line.contains("handshake"), "{line}");
    drop(first);
    serves_the_next(Protocol::Connection, &server);
}

fn message(stream: &mut TcpStream) -> Vec<u8> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).unwrap();
    let mut octets = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut octets).unwrap();
    octets
}

fn send(stream: &mut TcpStream, octets: &[u8]) {
    let length = u32::try_from(octets.len()).unwrap();
    stream.write_all(&length.to_be_bytes()).unwrap();
    stream.write_all(octets).unwrap();
}

/// A message over the limit is refused by its length, and the server says so.
#[test]
fn a_message_over_the_limit_of_grpc_is_refused() {
    let server = server(Protocol::Grpc, &[]);
    let address = server.address.to_string();
    let value = "x".repeat(MESSAGE);
    let refused = program::tasks::block_on(async {
        let mut client = Client::connect(Protocol::Grpc, &address).await?;
        client.set("a", &value).await
    });
    let error = format!("{:#}", refused.unwrap_err());
    assert!(error.contains("message length too large"), "{error}");
    serves_the_next(Protocol::Grpc, &server);
}

/// Who doesn't read what it watches is told that it has missed something.
#[test]
fn a_watcher_that_does_not_read_costs_no_memory() {
    use rpc::grpc::{channel, proto::Nothing, proto::key_value_client::KeyValueClient};
    let server = server(Protocol::Grpc, &[]);
    let address = server.address.to_string();
    let said = program::tasks::block_on(async {
        let mut watcher = KeyValueClient::new(channel(&address)?);
        let mut changes = watcher.watch(Nothing {}).await?.into_inner();
        let mut client = Client::connect(Protocol::Grpc, &address).await?;
        let value = "x".repeat(TEXT);
        for _ in 0..200 {
            client.set("a", &value).await?;
        }
        loop {
            match changes.message().await {
                Ok(Some(_)) => {}
                Ok(None) => anyhow::bail!("an end without a reason"),
                Err(status) => return Ok(status.message().to_owned()),
            }
        }
    })
    .unwrap();
    assert!(said.starts_with("missed "), "{said}");
}

/// Callers that answer PINGs and give the server no window to send in: they watch, or call for
/// as much as an answer may have. What waits for them is bounded, and so is their time.
#[cfg(target_os = "linux")] // which says how much memory a process has
#[test]
fn callers_that_answer_pings_and_never_read_go() {
    let server = server(Protocol::Grpc, &["--age", "2", "--timeout", "1"]);
    let address = server.address.to_string();
    let filled = program::tasks::block_on(async {
        let mut client = Client::connect(Protocol::Grpc, &address).await?;
        for letter in ["x", "y", "z"] {
            client.set(&letter.repeat(TEXT), "").await?;
        }
        Ok(())
    });
    filled.unwrap();
    let before = memory(&server);
    let no_window = frame(4, 0, 0, b"\0\x04\0\0\0\0");
    let mut octets = [&beginning(Protocol::Grpc)[..24], &no_window].concat();
    for stream in (0..100).map(|nth| 2 * nth + 1) {
        let method = ["Watch", "Keys"][stream as usize / 2 % 2];
        octets.extend(grpc_call(method, stream));
        octets.extend(frame(0, 1, stream, &[0; 5])); // its message, which is empty
    }
    let mut callers: Vec<_> = (0..4).map(|_| connect(server.address)).collect();
    for caller in &mut callers {
        caller.set_read_timeout(Some(PATIENCE)).unwrap();
        caller.write_all(&octets).unwrap();
    }
    thread::scope(|scope| {
        for mut caller in callers {
            scope.spawn(move || {
                let gone = answers_pings(&mut caller, |kind, _, length| {
                    assert!(kind != 0 || length == 0, "that was no window");
                    false
                });
                assert!(gone);
            });
        }
        let value = "x".repeat(TEXT);
        let changed = program::tasks::block_on(async {
            let mut client = Client::connect(Protocol::Grpc, &address).await?;
            let (mut changes, mut ended) = (0, 0);
            while changes < 200 {
                match client.set("a", &value).await {
                    Ok(_) => changes += 1,
                    // Its connection has an age, too, which a slow machine reaches.
                    Err(_) if ended < 20 => {
                        ended += 1;
                        client = Client::connect(Protocol::Grpc, &address).await?;
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        });
        changed.unwrap();
    });
    // 20 watchers, each with 13 MB of changes to come, and 20 answers of 196 kB.
    let more = memory(&server) - before;
    assert!(more < 40 << 20, "{more} octets");
    serves_the_next(Protocol::Grpc, &server);
}

/// The most octets that a process has held in memory.
#[cfg(target_os = "linux")]
fn memory(server: &Server) -> u64 {
    let path = format!("/proc/{}/status", server.pid().as_raw_pid());
    let status = std::fs::read_to_string(path).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse::<u64>().unwrap() * 1024
}

#[test]
fn more_callers_than_places_wait_for_one() {
    for (protocol, places) in [(Protocol::Jsonrpc, CALLERS), (Protocol::Grpc, CONNECTIONS)] {
        let server = server(protocol, &["--timeout", "1"]);
        let crowd: Vec<TcpStream> = (0..places + 5).map(|_| connect(server.address)).collect();
        // They are silent, and lose their places in a second.
        serves_the_next(protocol, &server);
        drop(crowd);
    }
}

/// A form of a web page can't call, and a media type may be written in many ways.
#[test]
fn a_page_on_the_web_cannot_call() {
    let server = server(Protocol::Xmlrpc, &[]);
    for (kind, expected) in [
        ("text/plain", "415"),
        ("application/x-www-form-urlencoded", "415"),
        ("multipart/form-data", "415"),
        ("Text/XML", "200"),
        ("text/xml;charset=utf-8", "200"),
        ("text/xml ; charset=\"utf-8\"", "200"),
    ] {
        let request = String::from_utf8(beginning(Protocol::Xmlrpc)).unwrap();
        let request = request.replace("text/xml", kind);
        let heard = Stranger::at(&server).send(request.as_bytes()).finish();
        let heard = String::from_utf8(heard).unwrap();
        let start = format!("HTTP/1.1 {expected} ");
        assert!(heard.starts_with(&start), "{kind}: {heard}");
    }
}

/// What is escaped on its way takes more octets than what was asked for.
#[test]
fn a_client_reads_whatever_a_server_may_answer() {
    for (protocol, letter, length) in [
        (Protocol::Xmlrpc, "&", ANSWER / 6),
        (Protocol::JsonrpcHttp, "\u{1}", ANSWER / 6 - 100),
        (Protocol::Jsonrpc, "\u{1}", ANSWER / 6 - 100),
        (Protocol::Connection, "&", TEXT),
    ] {
        let server = server(protocol, &[]);
        let address = server.address.to_string();
        let keys = program::tasks::block_on(async {
            let mut client = Client::connect(protocol, &address).await?;
            for digit in ["1", "2", "3", "4", "5", "6"].iter().take(ANSWER / length) {
                let key = digit.to_string() + &letter.repeat(length - 1);
                client.set(&key, "").await?;
            }
            anyhow::Ok(match &mut client {
                Client::Xmlrpc(client) => format!("{:?}", client.call("keys", &[]).await?),
                Client::Jsonrpc(client) => format!("{:?}", client.call("keys", &json!([])).await?),
                Client::Connection(client) => {
                    let keys = client.ask(&Pickle::from(json!(["keys"]))).await?;
                    format!("{keys:?}")
                }
                Client::Grpc(_) => unreachable!("is not tried"),
            })
        });
        let keys = keys.unwrap_or_else(|error| panic!("{protocol}: {error:#}"));
        assert!(
            keys.len() > ANSWER / 7 * 6,
            "{protocol}: {} octets",
            keys.len()
        );
    }
}

/// What two readers of HTTP could take for different requests is refused, or the last on its
/// connection.
#[test]
fn a_request_is_one_request_or_none() {
    let server = server(Protocol::Xmlrpc, &[]);
    let call = "<methodCall><methodName>keys</methodName></methodCall>";
    let (host, chunked) = ("Host: x\r\n", "Transfer-Encoding: chunked\r\n");
    let length = format!("Content-Length: {}\r\n", call.len());
    let post = |fields: &[&str], body: &str| {
        let fields = fields.concat();
        format!("POST /RPC2 HTTP/1.1\r\nContent-Type: text/xml\r\n{fields}\r\n{body}")
    };
    let hidden = post(&[host, &length], call);
    for (request, expected) in [
        (post(&[host, &length], call), "200"),
        (post(&[&length], call), "400"),
        (post(&[host, host, &length], call), "400"),
        (post(&[host, &length, "Content-Length: 3\r\n"], call), "400"),
        (post(&[host, "Content-Length: +54\r\n"], call), "400"),
        (post(&[host, "Content-Length: 54, 54\r\n"], call), "400"),
        (
            post(&[host, "Transfer-Encoding: xchunked\r\n"], call),
            "400",
        ),
        (
            post(&[host, "Transfer-Encoding : chunked\r\n"], call),
            "400",
        ),
        (
            post(&[host, chunked, "Transfer-Encoding: identity\r\n"], call),
            "400",
        ),
        (post(&[host, "X: a\r\n b\r\n", &length], call), "400"),
        (post(&[host, "X: a\rb\r\n", &length], call), "400"),
        (post(&[host, "X: a\0b\r\n", &length], call), "400"),
        (post(&[host, chunked], "-1\r\n"), "400"),
        (post(&[host, chunked], "0x36\r\n"), "400"),
        (post(&[host, chunked], "fffffffffffffffff\r\n"), "400"),
        (post(&[host, chunked], "36;a\nb\r\n"), "400"),
        (
            post(&[host, &length, chunked], &format!("0\r\n\r\n{hidden}")),
            "200",
        ),
    ] {
        let mut stranger = Stranger::at(&server);
        let heard = stranger.send(request.as_bytes()).finish();
        let heard = String::from_utf8_lossy(&heard);
        let start = format!("HTTP/1.1 {expected} ");
        assert!(heard.starts_with(&start), "{request:?}: {heard}");
        assert_eq!(
            heard.matches("HTTP/1.1 ").count(),
            1,
            "{request:?}: {heard}"
        );
    }
    serves_the_next(Protocol::Xmlrpc, &server);
}

/// Whatever a server says, its octets are shown and not followed: ESC, and U+009B, which is
/// ESC and `[` in one.
#[test]
fn what_a_server_says_moves_no_cursor() {
    let line = b"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"\xc2\x9b2J\x7f\"}\n".to_vec();
    let other = b"{\"id\":\"\xc2\x9b2J\"}\n".to_vec();
    let error = b"{\"id\":1,\"error\":{\"code\":\"\xc2\x9b2J\"}}\n".to_vec();
    let xml = |inner: &str| {
        let body = format!("<methodResponse>{inner}</methodResponse>");
        let length = body.len();
        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
    };
    let value = |text: &str| {
        xml(&format!(
            "<params><param><value>{text}</value></param></params>"
        ))
    };
    let struct_of = "<struct><member><name>faultCode</name><value><int>1</int></value></member>\
        <member><name>faultString</name><value>\u{9b}2J</value></member></struct>";
    let fault = xml(&format!("<fault><value>{struct_of}</value></fault>"));
    let list = value("<array><data><value>\u{9b}2J</value></data></array>");
    let many = value(&format!(
        "<array><data><value>{struct_of}</value></data></array>"
    ));
    let (kv, math) = (
        env!("CARGO_BIN_EXE_xmlrpc-kv"),
        env!("CARGO_BIN_EXE_xmlrpc-math"),
    );
    let jsonrpc = env!("CARGO_BIN_EXE_jsonrpc");
    for (program, role, rest, answers) in [
        (jsonrpc, "send", &["{}"][..], vec![b"\x1b[2J\n".to_vec()]),
        (jsonrpc, "client", &["keys"], vec![line]),
        (jsonrpc, "client", &["keys"], vec![other]),
        (jsonrpc, "client", &["keys"], vec![error]),
        (kv, "client", &["--xml", "keys"], vec![value("\u{9b}2J")]),
        (kv, "client", &["keys"], vec![fault.clone()]),
        (kv, "methods", &[], vec![list, value("\u{9b}2J"), fault]),
        (math, "many", &["add"], vec![many]),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let output = thread::scope(|scope| {
            scope.spawn(|| {
                let (mut stream, _) = listener.accept().unwrap();
                for answer in answers {
                    // A line of JSON, or a document: both end so.
                    let mut asked = Vec::new();
                    while ![&b"}\n"[..], b"</methodCall>\n"]
                        .iter()
                        .any(|end| asked.ends_with(end))
                    {
                        let mut octet = [0];
                        stream.read_exact(&mut octet).unwrap();
                        asked.extend(octet);
                    }
                    stream.write_all(&answer).unwrap();
                }
            });
            let mut client = Command::new(program);
            client.args([role, &address]).args(rest).output().unwrap()
        });
        let shown = [output.stdout, output.stderr].concat();
        let shown = String::from_utf8(shown).unwrap();
        assert!(shown.contains("2J"), "{role} {rest:?}: {shown:?}");
        let moves = |c: char| c.is_control() && c != '\n';
        assert!(!shown.contains(moves), "{role} {rest:?}: {shown:?}");
    }
}

/// It takes what a client says, and answers nothing.
#[test]
fn a_server_that_is_silent_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let jsonrpc = env!("CARGO_BIN_EXE_jsonrpc");
    for (program, role, rest) in [
        (jsonrpc, "client", &["keys"][..]),
        (jsonrpc, "client", &["keys", "--http"]),
        (jsonrpc, "send", &["{}"]),
        (env!("CARGO_BIN_EXE_xmlrpc-kv"), "client", &["keys"]),
        (env!("CARGO_BIN_EXE_connection"), "client", &["1"]),
        (env!("CARGO_BIN_EXE_grpc-kv"), "client", &["keys"]),
    ] {
        let mut client = Command::new(program);
        client.args([role, &address, "--timeout", "0.2"]).args(rest);
        let output = client.output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        let gave_up = said.contains("gave up: ") || said.contains("Cancelled: Timeout expired");
        assert!(gave_up, "{role} {rest:?}: {said}");
    }
}

/// A repeated `set` overwrites what somebody else has set in between.
#[test]
fn a_call_that_is_sent_again_undoes_another() {
    let server = server(Protocol::Xmlrpc, &["--lose", "1"]);
    let address = server.address.to_string();
    let client = |arguments: &[&str]| {
        let mut client = Command::new(env!("CARGO_BIN_EXE_xmlrpc-kv"));
        client.args(["client", &address]).args(arguments);
        let output = client.output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    assert!(
        client(&["set", "a", "old"]).starts_with("call: "),
        "no answer"
    );
    assert_eq!(client(&["set", "a", "new"]), "nil\n");
    assert_eq!(client(&["set", "a", "old"]), "nil\n"); // again, as Python does by itself
    assert_eq!(client(&["get", "a"]), "\"old\"\n");
}

#[test]
fn a_pickle_of_any_kind_of_message_is_answered_or_refused() {
    let store = Store::default();
    for message in [
        Pickle::None,
        Pickle::List(vec![]),
        Pickle::Tuple(vec![Pickle::Int(1)]),
    ] {
        let answer = rpc::connection::call_kv(&store, &message);
        assert!(answer.to_string().starts_with("('error', "), "{answer}");
    }
}

proptest! {
    #[test]
    fn arbitrary_text_is_no_harm(text in ".{0,200}") {
        let _ = decode_call(&text);
        let _ = decode_reply(&text);
        respond(text.as_bytes(), &methods(), call);
    }

    #[test]
    fn a_cut_document_is_refused(cut in 0_usize..1000) {
        let document = "<?xml version=\"1.0\"?><methodCall><methodName>echo</methodName><params><param>\
            <value><struct><member><name>a</name><value>&amp;</value></member></struct></value>\
            </param></params></methodCall>";
        let cut = cut % document.len();
        prop_assert!(decode_call(&document[..cut]).is_err());
    }

    #[test]
    fn arbitrary_octets_have_an_answer(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        decode_reply(&respond(&octets, &methods(), call)).unwrap().unwrap_err();
        let answer = rpc::jsonrpc::answer(&Store::default(), &octets);
        prop_assert!(answer.is_some());
    }
}
