//! What the servers may not fall to, and the crawler: who sends too much, too little, too
//! slowly, or nonsense; who does not read; and what lies about its length.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use testkit::{PATIENCE, Server, Stranger, connect, ends_with_its_reader};
use web::chat::frames::{Frame, encode, opcode};

use crate::support::{get_blocking, visitor};

/// How long a client may take here.
const SHORT: [&str; 2] = ["--timeout", "1"];
/// Ten octets take longer than that.
const PACE: Duration = Duration::from_millis(200);

fn bank(options: &[&str]) -> Server {
    Server::of(env!("CARGO_BIN_EXE_bank"), options)
}

fn chat(options: &[&str]) -> Server {
    Server::of(env!("CARGO_BIN_EXE_chat"), options)
}

/// Sends `octets` and ends; the status of each answer.
fn statuses(server: &Server, octets: &[u8]) -> Vec<String> {
    heads(&Stranger::at(server).send(octets).finish())
}

fn heads(heard: &[u8]) -> Vec<String> {
    let heard = String::from_utf8_lossy(heard).into_owned();
    let heads = heard.split("HTTP/1.1 ").skip(1);
    heads.map(|head| head[..3].to_owned()).collect()
}

/// It still shows the first page.
fn serves_the_next(server: &Server) {
    assert_eq!(
        statuses(server, b"GET /style.css HTTP/1.1\r\nHost: a\r\n\r\n"),
        ["200"]
    );
}

/// The site that crawlers are tried at. A client there has a second, a connection three.
fn site(options: &[&str]) -> Server {
    let options = [&SHORT[..], &["--connection", "3"], options].concat();
    Server::of(bin("site"), &options)
}

/// A request for `path`.
fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").into_bytes()
}

#[test]
fn the_site_outlives_its_visitors() {
    let site = site(&[]);
    assert_eq!(statuses(&site, &get(&"/x".repeat(10_000))), ["431"]);
    let fields = "x: y\r\n".repeat(200);
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
    assert_eq!(statuses(&site, many.as_bytes()), ["431"]);
    // In order, and as many as were asked for.
    let asked = [get("/"), get("/old"), get("/broken"), get("/nowhere")].concat();
    let expected = ["200", "301", "500", "404"].repeat(50);
    assert_eq!(statuses(&site, &asked.repeat(50)), expected);
    let visitors: [Stranger; 6] = std::array::from_fn(|_| Stranger::at(&site));
    let [
        mut slow,
        mut silent,
        mut half,
        mut long,
        mut empty,
        mut deaf,
    ] = visitors;
    thread::scope(|scope| {
        // A head that trickles, one that never begins, and one that ends half-way.
        scope.spawn(move || slow.trickle(&get("/apples"), PACE));
        scope.spawn(move || assert_eq!(silent.hear(), b""));
        scope.spawn(move || assert_eq!(half.send(b"GET /app").finish(), b""));
        // A body that nobody wants, and that never ends, or never comes.
        let post = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        let chunk = b"10\r\n0123456789abcdef\r\n";
        scope.spawn(move || long.send(post).send_for_ever(chunk));
        scope.spawn(move || assert_eq!(heads(&empty.send(post).hear()), ["200"]));
        // Who asks and asks, and reads nothing.
        scope.spawn(move || deaf.send_for_ever(&get("/")));
        // It serves all the while.
        assert_eq!(statuses(&site, &get("/apples")), ["200"]);
    });
}

#[test]
fn no_visitor_of_the_site_stays_for_ever() {
    let site = site(&[]);
    let address = site.address;
    let began = Instant::now();
    let in_time = move || assert!(began.elapsed() < PATIENCE, "it stays");
    thread::scope(|scope| {
        // Half-open, a body without end, and a reader who takes a little of it each time.
        for ends in [true, false] {
            scope.spawn(move || {
                let mut stream = connect(address);
                stream.write_all(&get("/endless")).unwrap();
                if ends {
                    stream.shutdown(std::net::Shutdown::Write).unwrap();
                }
                stream.set_read_timeout(Some(PATIENCE)).unwrap();
                let mut some = vec![0; 1 << 20];
                while stream.read(&mut some).unwrap_or(0) > 0 {
                    thread::sleep(Duration::from_millis(20));
                    in_time();
                }
            });
        }
        // An answer after the other, for as long as the connection lasts.
        scope.spawn(move || {
            let mut stream = connect(address);
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let mut heard = Vec::new();
            while stream.write_all(&get("/apples")).is_ok() {
                in_time();
                let mut some = [0; 4096];
                match stream.read(&mut some) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => heard.extend_from_slice(&some[..read]),
                }
            }
            assert!(heads(&heard).iter().all(|status| status == "200"));
        });
        assert_eq!(statuses(&site, &get("/apples")), ["200"]);
    });
}

/// As many as it has places for, and some more: they go, and it goes on.
#[test]
fn a_crowd_at_the_site_holds_up_nobody_for_long() {
    let site = site(&[]);
    let _crowd: Vec<_> = (0..200).map(|_| Stranger::at(&site)).collect();
    assert_eq!(statuses(&site, &get("/apples")), ["200"]);
}

#[test]
fn what_the_site_logs_moves_no_cursor() {
    let site = site(&["--log"]);
    // A control character of those that UTF-8 has beyond ASCII.
    let octets = b"GET /\xc2\x9b31m HTTP/1.1\r\nHost: a\r\nUser-Agent: \xc2\x9b31m\r\n\r\n";
    assert_eq!(statuses(&site, octets), ["404"]);
    assert_eq!(site.line(), r"/\u{9b}31m for \xc2\x9b31m");
    statuses(&site, &get("/apples"));
    assert_eq!(site.line(), "/apples for nobody");
}

/// A form for the bank, of whoever is logged in to the insecure one.
fn pay(fields: &str, more: &str) -> Vec<u8> {
    format!(
        "POST /pay HTTP/1.1\r\nHost: a\r\nCookie: session=alice\r\nContent-Length: {}\r\n{more}\r\n{fields}",
        fields.len()
    )
    .into_bytes()
}

fn balance(bank: &Server) -> i64 {
    let page = get_blocking(bank.address, "/", "session=alice").text();
    let (_, rest) = page.split_once("id=\"balance\">").unwrap();
    web::bank::money::parse(rest.split('<').next().unwrap()).unwrap_or(0)
}

#[test]
fn what_is_too_large_is_refused() {
    let bank = bank(&["--insecure"]);
    let head = format!(
        "GET / HTTP/1.1\r\nHost: a\r\nCookie: {}\r\n\r\n",
        "x".repeat(20_000)
    );
    assert_eq!(statuses(&bank, head.as_bytes()), ["431"]);
    let many = format!(
        "GET / HTTP/1.1\r\nHost: a\r\n{}\r\n",
        "x: y\r\n".repeat(200)
    );
    assert_eq!(statuses(&bank, many.as_bytes()), ["431"]);
    let body = format!("payee=bob&amount=1&memo={}", "x".repeat(20_000));
    assert_eq!(statuses(&bank, &pay(&body, "")), ["413"]);
    let pairs = "payee=bob&amount=1".to_owned() + &"&a".repeat(100);
    assert_eq!(statuses(&bank, &pay(&pairs, "")), ["400"]);
    let memo = format!("payee=bob&amount=1&memo={}", "x".repeat(201));
    assert_eq!(statuses(&bank, &pay(&memo, "")), ["400"]);
    // Announced, and never sent.
    let huge = b"POST /pay HTTP/1.1\r\nHost: a\r\nCookie: session=alice\r\nContent-Length: 9999999999\r\n\r\n";
    assert_eq!(statuses(&bank, huge), ["400"]);
    let mut stranger = Stranger::at(&bank);
    stranger.send(b"POST /pay HTTP/1.1\r\nHost: a\r\nCookie: session=alice\r\nTransfer-Encoding: chunked\r\n\r\n");
    stranger.send_for_ever(b"10\r\n0123456789abcdef\r\n");
    serves_the_next(&bank);
    assert_eq!(balance(&bank), 10_000);
}

#[test]
fn a_request_may_be_cut_anywhere_and_pays_only_when_it_is_whole() {
    let bank = bank(&["--insecure"]);
    let wire = pay("payee=bob&amount=1", "");
    for cut in 0..wire.len() {
        let answered = statuses(&bank, &wire[..cut]);
        assert!(
            answered.iter().all(|status| status.starts_with('4')),
            "{cut}: {answered:?}"
        );
    }
    assert_eq!(balance(&bank), 10_000);
    assert_eq!(statuses(&bank, &wire), ["303"]);
    assert_eq!(balance(&bank), 9_900);
}

#[test]
fn who_is_slow_is_not_waited_for() {
    let bank = bank(&[&["--insecure"], &SHORT[..]].concat());
    let (mut head, mut body, mut silent) = (
        Stranger::at(&bank),
        Stranger::at(&bank),
        Stranger::at(&bank),
    );
    thread::scope(|scope| {
        scope.spawn(|| head.trickle(&pay("payee=bob&amount=1", ""), PACE));
        scope.spawn(|| {
            let wire = pay("payee=bob&amount=1", "");
            let (start, end) = wire.split_at(wire.len() - 12);
            let heard = body.send(start).hear();
            assert!(
                heard.starts_with(b"HTTP/1.1 408 "),
                "{}",
                heard.escape_ascii()
            );
            body.send(end);
        });
        scope.spawn(|| assert_eq!(silent.hear(), b""));
    });
    assert_eq!(balance(&bank), 10_000);
    serves_the_next(&bank);
}

#[test]
fn who_does_not_read_is_not_waited_for() {
    let bank = bank(&[&["--insecure"], &SHORT[..]].concat());
    let mut stranger = Stranger::at(&bank);
    stranger.send_for_ever(b"GET /style.css HTTP/1.1\r\nHost: a\r\n\r\n");
    serves_the_next(&bank);
}

#[test]
fn nonsense_is_refused() {
    let bank = bank(&["--insecure"]);
    for (octets, expected) in [
        (&b"\x16\x03\x01\x02\0"[..], &["400"][..]),
        (b"GET /\r\n\r\n", &["400"]),
        (b"GET / HTTP/1.1\r\nHost: a\r\nCookie : session=alice\r\n\r\n", &["400"]),
        (b"GET / HTTP/1.1\r\nHost: a\r\nCookie: \xff\xfe; ;;=;session\r\n\r\n", &["303"]),
        (b"GET /?q=%ff%zz HTTP/1.1\r\nHost: a\r\nCookie: session=alice\r\n\r\n", &["200"]),
        (b"GET /%2e%2e/%00 HTTP/1.1\r\nHost: a\r\n\r\n", &["404"]),
        (b"DELETE /pay HTTP/1.1\r\nHost: a\r\n\r\n", &["405"]),
        (b"GET /?before=99999999999999999999&paid=-1 HTTP/1.1\r\nHost: a\r\nCookie: session=alice\r\n\r\n", &["200"]),
        // A name that is no account's has nothing, not even an empty page.
        (b"GET / HTTP/1.1\r\nHost: a\r\nCookie: session=nobody\r\n\r\n", &["303"]),
    ] {
        assert_eq!(statuses(&bank, octets), expected, "{}", octets.escape_ascii());
    }
    for amount in ["0", "-1", "1e9", "nan", "", "0.001", "99999999999999999999"] {
        let form = pay(&format!("payee=bob&amount={amount}"), "");
        assert_eq!(statuses(&bank, &form), ["422"], "{amount}");
    }
    for payee in ["alice", "nobody", "", "%00"] {
        let form = pay(&format!("payee={payee}&amount=1"), "");
        assert_eq!(statuses(&bank, &form), ["422"], "{payee}");
    }
    assert_eq!(balance(&bank), 10_000);
}

/// A line end from a parameter must not end a line of the answer.
#[test]
fn no_parameter_adds_a_field() {
    let login = |next: &str| {
        let form = format!("name=alice&password=down-the-hole&next={next}");
        format!(
            "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        )
    };
    for options in [&["--insecure"][..], &[]] {
        let bank = bank(options);
        for next in [
            "/%0d%0aX-Evil:+1",
            "/%0aX-Evil:+1",
            "/%0dX-Evil:+1",
            "/a%0d%0a%0d%0aX-Evil:+1",
            "/%00X-Evil:+1",
        ] {
            let heard = Stranger::at(&bank).send(login(next).as_bytes()).finish();
            let heard = String::from_utf8_lossy(&heard).into_owned();
            let evil = heard
                .split(['\r', '\n'])
                .any(|line| line.starts_with("X-Evil"));
            assert!(!evil, "{next}: {heard}");
        }
    }
}

#[test]
fn one_statement_is_prepared_and_no_second() {
    let bank = bank(&["--insecure"]);
    let query = "/?q='%3B+DROP+TABLE+payment%3B+--";
    let answer = get_blocking(bank.address, query, "session=alice");
    assert_eq!(
        (answer.status.as_u16(), answer.text().as_str()),
        (500, "This did not work.\n")
    );
    assert!(bank.line().starts_with("broken: "));
    assert_eq!(balance(&bank), 10_000);
}

/// Many at once pay what there is once.
#[test]
fn payments_that_race_take_no_more_than_there_is() {
    let bank = bank(&["--insecure"]);
    // All are there before the first is sent.
    let mut payers: Vec<_> = (0..30).map(|_| Stranger::at(&bank)).collect();
    let paid: usize = thread::scope(|scope| {
        let pay =
            |payer: &mut Stranger| heads(&payer.send(&pay("payee=bob&amount=10", "")).finish());
        let paying: Vec<_> = payers
            .iter_mut()
            .map(|payer| scope.spawn(move || pay(payer)))
            .collect();
        let statuses = paying.into_iter().map(|payment| payment.join().unwrap());
        statuses.filter(|status| status == &["303"]).count()
    });
    assert_eq!((paid, balance(&bank)), (10, 0));
}

#[test]
fn a_session_ends() {
    let logged_in = |bank: &Server| {
        program::tasks::block_on(async {
            let mut alice = visitor(bank.address, "none=0");
            let form = [("name", "alice"), ("password", "down-the-hole")];
            alice
                .post("/login", &form)
                .await
                .map(|_| alice.cookie.unwrap())
        })
        .unwrap()
    };
    let (bank, other, brief) = (bank(&[]), bank(&[]), bank(&["--session", "1"]));
    let cookie = logged_in(&bank);
    assert_eq!(
        get_blocking(bank.address, "/", &cookie).status.as_u16(),
        200
    );
    // Another bank has another key.
    assert_eq!(
        get_blocking(other.address, "/", &cookie).status.as_u16(),
        303
    );
    // Every octet of it counts.
    for at in "__Host-session=".len()..cookie.len() {
        let mut changed = cookie.clone().into_bytes();
        changed[at] ^= 1;
        if let Ok(changed) = String::from_utf8(changed)
            && !changed[at..=at].contains([';', '"', ',', ' '])
        {
            let answer = get_blocking(bank.address, "/", &changed);
            assert_eq!(answer.status.as_u16(), 303, "{at}");
        }
    }
    // It lasts for a second: asking is the pause.
    let cookie = logged_in(&brief);
    while get_blocking(brief.address, "/", &cookie).status.as_u16() == 200 {}
}

fn after<'a>(text: &'a str, label: &str) -> &'a str {
    text.split_once(label).unwrap().1
}

/// Ways that have led past other servers' cookies and tokens, Werkzeug's among them
/// (CVE-2023-23934), and lead nowhere here.
#[test]
fn there_is_no_way_around_the_cookie_and_the_token() {
    let bank = bank(&[]);
    let login = "name=alice&password=down-the-hole";
    let octets = format!(
        "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\n\r\n{login}",
        login.len()
    );
    let heard = Stranger::at(&bank).send(octets.as_bytes()).finish();
    let heard = String::from_utf8_lossy(&heard).into_owned();
    let cookie = after(&heard, "set-cookie: ").split(';').next().unwrap();
    let value = after(cookie, "=");
    let page = || get_blocking(bank.address, "/", cookie);
    assert_eq!(page().status.as_u16(), 200);
    for other in [
        format!("={cookie}"),
        format!("a={cookie}"),
        format!("__Host-session ={value}"),
        format!("__HOST-SESSION={value}"),
        format!("__Host-session=\"{value}\""),
        format!("\"{cookie}\""),
        format!("session={value}"),
        format!("__Host-session={value}, a=b"),
        format!("a=b, {cookie}"),
        // The first counts, and a browser sends that of the longest path first: none but
        // the bank can set one with this prefix.
        format!("__Host-session=; {cookie}"),
        format!("__Host-session=x\r\nCookie: {cookie}"),
        format!("a=b\r\nX-Cookie: {cookie}"),
    ] {
        let octets = format!("GET / HTTP/1.1\r\nHost: a\r\nCookie: {other}\r\n\r\n");
        assert_eq!(statuses(&bank, octets.as_bytes()), ["303"], "{other:?}");
    }
    let text = page().text();
    let token = after(after(&text, "name=\"token\""), "value=\"");
    let token = token.split('"').next().unwrap();
    let pay = "payee=bob&amount=1";
    let post = |path: &str, more: &str, body: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: a\r\nCookie: {cookie}\r\nContent-Length: {}\r\n{more}\r\n{body}",
            body.len()
        )
    };
    let get = |path: &str, more: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: a\r\nCookie: {cookie}\r\n{more}\r\n")
    };
    let whole = format!("{pay}&token={token}");
    for (octets, status) in [
        (post("/pay", "", pay), "403"),
        (post("/pay", "", &format!("{pay}&token=")), "403"),
        (post("/pay", "", &format!("{pay}&token={value}")), "403"),
        (
            post("/pay", "", &format!("{pay}&token=&token={token}")),
            "403",
        ),
        (post("/pay", "", &format!("{pay}&Token={token}")), "403"),
        (post("/pay", "", &format!("{pay}&token[]={token}")), "403"),
        (
            post("/pay", "", &format!("{pay}&token={}", token.to_uppercase())),
            "403",
        ),
        (post(&format!("/pay?token={token}"), "", pay), "403"),
        (
            post("/pay", &format!("X-CSRF-Token: {token}\r\n"), pay),
            "403",
        ),
        (
            post(
                "/pay",
                "Content-Type: application/json\r\n",
                &format!("{{\"payee\": \"bob\", \"amount\": \"1\", \"token\": \"{token}\"}}"),
            ),
            "403",
        ),
        (get(&format!("/pay?{whole}"), ""), "405"),
        (get(&format!("/pay?{whole}&_method=POST"), ""), "405"),
        (
            get(&format!("/pay?{whole}"), "X-HTTP-Method-Override: POST\r\n"),
            "405",
        ),
        (
            get(&format!("/pay?{whole}"), "").replacen("GET", "HEAD", 1),
            "405",
        ),
        (
            get(&format!("/pay?{whole}"), "").replacen("GET", "post", 1),
            "405",
        ),
        (post("/pay/", "", &whole), "404"),
        (post("//pay", "", &whole), "404"),
        (post("/%70ay", "", &whole), "404"),
        (post("/PAY", "", &whole), "404"),
    ] {
        assert_eq!(statuses(&bank, octets.as_bytes()), [status], "{octets}");
    }
    assert!(
        page().text().contains("id=\"balance\">100.00"),
        "somebody paid"
    );
    assert_eq!(
        statuses(&bank, post("/pay", "", &whole).as_bytes()),
        ["303"]
    );
    assert!(
        page().text().contains("id=\"balance\">99.00"),
        "nobody paid"
    );
}

#[test]
fn a_login_from_another_page_is_none() {
    let bank = bank(&[]);
    program::tasks::block_on(async {
        let mut alice = visitor(bank.address, "none=0");
        let form = [("name", "mallory"), ("password", "in-the-middle")];
        for origin in ["http://evil.example", "null", ""] {
            alice.origin = Some(origin.to_owned());
            assert_eq!(
                alice.post("/login", &form).await?.status.as_u16(),
                403,
                "{origin}"
            );
        }
        alice.origin = Some(format!("http://{}", bank.address));
        assert_eq!(alice.post("/login", &form).await?.status.as_u16(), 303);
        Ok(())
    })
    .unwrap();
}

// The room.

/// What a visitor says at the door.
fn entrance(room: &Server) -> String {
    format!(
        "GET /room?name=Eve HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
        room.address
    )
}

/// A visitor of the room who follows no rules.
struct Visitor {
    stranger: Stranger,
}

impl Visitor {
    fn enter(room: &Server, more: &str) -> Visitor {
        let mut stranger = Stranger::at(room);
        let request = entrance(room).replace("\r\n\r\n", &format!("\r\n{more}\r\n"));
        stranger.send(request.as_bytes());
        Visitor { stranger }
    }

    /// What the server says until it closes.
    fn frames(&mut self) -> Vec<Frame> {
        let heard = self.stranger.hear();
        let at = heard
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let mut octets = bytes::BytesMut::from(&heard[at + 4..]);
        let mut frames = Vec::new();
        while let Some(frame) = web::chat::frames::decode(&mut octets, 1 << 16).unwrap() {
            assert!(frame.last && frame.mask.is_none(), "{frame:?}");
            frames.push(frame);
        }
        assert!(octets.is_empty(), "half a frame");
        frames
    }

    /// The number for why the server closes, if it gives one.
    fn closed_for(&mut self) -> Option<u16> {
        let last = self.frames().pop()?;
        let code = last.payload.first_chunk();
        code.filter(|_| last.opcode == opcode::CLOSE)
            .map(|code| u16::from_be_bytes(*code))
    }
}

fn frame(last: bool, opcode: u8, payload: &[u8]) -> Vec<u8> {
    let frame = Frame {
        last,
        opcode,
        mask: Some([1, 2, 3, 4]),
        payload: payload.to_vec(),
    };
    let mut octets = Vec::new();
    encode(&frame, &mut octets);
    octets
}

#[test]
fn a_visitor_who_sends_no_frames_is_told_why() {
    let room = chat(&[]);
    let unmasked = [0x81, 2, b'h', b'i'];
    let lies = |length: u64| [&[0x81, 0xff][..], &length.to_be_bytes(), &[0; 4]].concat();
    for (what, octets, code) in [
        ("not masked", unmasked.to_vec(), 1002),
        ("a length of 2^63", lies(1 << 63), 1009),
        ("a length of 2^64 - 1", lies(u64::MAX), 1009),
        ("a length of a gibibyte", lies(1 << 30), 1009),
        ("one octet too many", lies(4097), 1009),
        (
            "one octet too many in fragments",
            [frame(false, 1, &[b'x'; 4000]), frame(true, 0, &[b'x'; 97])].concat(),
            1009,
        ),
        (
            "fragments without end",
            frame(false, 1, b"")
                .into_iter()
                .chain(frame(false, 0, b"x").repeat(4097))
                .collect(),
            1009,
        ),
        ("a reserved bit", frame(true, 0x41, b"hi"), 1002),
        ("a reserved number", frame(true, 3, b"hi"), 1002),
        ("more of nothing", frame(true, 0, b"hi"), 1002),
        (
            "a message within one",
            [frame(false, 1, b"hi"), frame(true, 1, b"hi")].concat(),
            1002,
        ),
        ("a ping in fragments", frame(false, 9, b"hi"), 1002),
        ("a long ping", frame(true, 9, &[0; 126]), 1002),
        ("no UTF-8", frame(true, 1, b"\xff"), 1007),
        ("half a character", frame(true, 1, b"\xf0\x9f"), 1007),
        ("octets", frame(true, 2, b"hi"), 1003),
        (
            "no UTF-8, in the second fragment",
            [
                frame(false, 1, b"\xce\xba"),
                frame(true, 0, b"\xed\xa0\x80"),
            ]
            .concat(),
            1007,
        ),
        (
            "half a character, ended by an empty fragment",
            [frame(false, 1, b"\xf0\x9f"), frame(true, 0, b"")].concat(),
            1007,
        ),
        (
            "a character beyond the last",
            frame(true, 1, b"\xf4\x90\x80\x80"),
            1007,
        ),
        ("a long pong", frame(true, 10, &[0; 126]), 1002),
        ("a close in fragments", frame(false, 8, b"\x03\xe8"), 1002),
        ("a long close", frame(true, 8, &[3; 126]), 1002),
        ("half a number for why", frame(true, 8, b"\x03"), 1002),
        (
            "a reason that is no UTF-8",
            frame(true, 8, b"\x03\xe8\xff"),
            1007,
        ),
    ] {
        let mut eve = Visitor::enter(&room, "");
        eve.stranger.send(&octets);
        assert_eq!(eve.closed_for(), Some(code), "{what}");
    }
    for bit in [0x10, 0x20, 0x40, 0x70] {
        for opcode in [1, 8, 9] {
            let mut eve = Visitor::enter(&room, "");
            eve.stranger.send(&frame(true, bit | opcode, b""));
            assert_eq!(
                eve.closed_for(),
                Some(1002),
                "bits {bit:x}, opcode {opcode}"
            );
        }
    }
    for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
        let mut eve = Visitor::enter(&room, "");
        eve.stranger.send(&frame(true, opcode, b""));
        assert_eq!(eve.closed_for(), Some(1002), "opcode {opcode}");
    }
    // RFC 6455, section 7.4: those that no peer may send, and those that one may.
    for (code, answer) in [
        (0, 1002),
        (999, 1002),
        (1004, 1002),
        (1005, 1002),
        (1006, 1002),
        (1015, 1002),
        (1016, 1002),
        (2999, 1002),
        (5000, 1002),
        (u16::MAX, 1002),
        (1000, 1000),
        (3000, 3000),
        (4999, 4999),
    ] {
        let mut eve = Visitor::enter(&room, "");
        eve.stranger.send(&frame(true, 8, &u16::to_be_bytes(code)));
        assert_eq!(eve.closed_for(), Some(answer), "{code}");
    }
    serves_the_next(&room);
    // A length that is true, a cut, and a head and then nothing, hold up nobody.
    let hello = frame(true, 1, &[b'x'; 4096]);
    for cut in [1, 2, 3, 4, 7, 8, 9, hello.len() - 1] {
        let mut eve = Visitor::enter(&room, "");
        eve.stranger.send(&hello[..cut]);
        eve.stranger.finish();
    }
    serves_the_next(&room);
}

/// What is strange and allowed: a character cut in two, an empty fragment, a ping between
/// two fragments, a pong that nobody asked for; and nothing is heard behind a close.
#[test]
fn fragments_may_be_cut_anywhere_and_pings_may_come_between_them() {
    let room = chat(&[]);
    let mut bob = connect(room.address);
    bob.write_all(entrance(&room).as_bytes()).unwrap();
    let mut heard = Vec::new();
    let mut hear = |words: &str| {
        while !String::from_utf8_lossy(&heard).contains(words) {
            let mut buffer = [0; 4096];
            let read = bob.read(&mut buffer).unwrap();
            assert_ne!(read, 0, "{words}: {}", heard.escape_ascii());
            heard.extend_from_slice(&buffer[..read]);
        }
        String::from_utf8_lossy(&heard).into_owned()
    };
    hear("has come.");
    let mut eve = Visitor::enter(&room, "");
    let text = "κόσμε";
    eve.stranger.send(&frame(true, 10, b"nobody asked"));
    eve.stranger.send(&frame(false, 1, b""));
    for octet in text.bytes() {
        eve.stranger.send(&frame(false, 0, &[octet]));
        eve.stranger.send(&frame(true, 9, &[octet; 125]));
    }
    eve.stranger.send(&frame(true, 0, b""));
    eve.stranger.send(&frame(true, 8, b""));
    eve.stranger.send(&frame(true, 1, b"too late"));
    let frames = eve.frames();
    let pongs: Vec<&Frame> = frames.iter().filter(|frame| frame.opcode == 10).collect();
    assert!(pongs.iter().all(|pong| pong.payload.len() == 125));
    let octets: Vec<u8> = pongs.iter().map(|pong| pong.payload[0]).collect();
    assert_eq!(octets, text.as_bytes());
    assert_eq!(frames.last().unwrap().opcode, 8);
    let heard = hear("has gone.");
    assert!(heard.contains(text) && !heard.contains("late"), "{heard}");
    serves_the_next(&room);
}

#[test]
fn who_is_silent_leaves_the_room() {
    let room = chat(&SHORT);
    let mut eve = Visitor::enter(&room, "");
    assert_eq!(eve.closed_for(), Some(1008));
    // So does who begins a frame and does not end it.
    let mut eve = Visitor::enter(&room, "");
    eve.stranger.send(&frame(true, 1, b"hello")[..4]);
    assert_eq!(eve.closed_for(), Some(1008));
}

#[test]
fn the_door_is_for_visitors_with_a_name_from_its_own_page() {
    let room = chat(&[]);
    let enter = |path: &str, more: &str| {
        let request = format!("GET {path} HTTP/1.1\r\nHost: room\r\n{more}\r\n");
        statuses(&room, request.as_bytes())
    };
    let upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    assert_eq!(enter("/room?name=Eve", upgrade), ["101"]);
    assert_eq!(
        enter(
            "/room?name=Eve",
            &format!("{upgrade}Origin: http://room\r\n")
        ),
        ["101"]
    );
    for origin in [
        "http://evil.example",
        "http://room.evil.example",
        "http://roo",
        "null",
        "",
        "https://room:1",
    ] {
        assert_eq!(
            enter("/room?name=Eve", &format!("{upgrade}Origin: {origin}\r\n")),
            ["403"],
            "{origin}"
        );
    }
    let long = format!("/room?name={}", "x".repeat(21));
    for path in [
        "/room?name=",
        "/room",
        "/room?name=a%00b",
        "/room?name=%3Cb%3E",
        "/room?name=a+b",
        &long,
    ] {
        assert_eq!(enter(path, upgrade), ["400"], "{path}");
    }
    assert_eq!(enter("/room?name=Eve", ""), ["400"]);
    let old = upgrade.replace("13", "8");
    assert_eq!(enter("/room?name=Eve", &old), ["400"]);
    assert_eq!(enter("/?name=%3Cscript%3E", ""), ["200"]);
}

/// The octets that a process holds in memory.
#[cfg(target_os = "linux")]
fn memory(server: &Server) -> u64 {
    let path = format!("/proc/{}/status", server.pid().as_raw_pid());
    let status = std::fs::read_to_string(path).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    line.split_whitespace()
        .next()
        .unwrap()
        .parse::<u64>()
        .unwrap()
        * 1024
}

/// Says so many times 400 kB in the room, and hears what it says. Returns once all of it
/// was heard, which is when the room closes.
fn say_much(room: &Server, times: usize) {
    let mut talker = connect(room.address);
    let mut listener = talker.try_clone().unwrap();
    talker.write_all(entrance(room).as_bytes()).unwrap();
    let said = frame(true, opcode::TEXT, &[b'x'; 4096]).repeat(100);
    thread::scope(|scope| {
        // If it did not read, the room would not hear it either.
        scope.spawn(move || while listener.read(&mut [0; 65536]).is_ok_and(|read| read > 0) {});
        // It answers no ping: on a machine that stops for a while it may be shown out.
        let mut sent = (0..times).map(|_| talker.write_all(&said));
        if sent.all(|sent| sent.is_ok()) {
            let _ = talker.write_all(&frame(true, opcode::CLOSE, &[]));
        }
    });
}

/// Twenty megabytes are said in a room in which somebody does not read.
#[cfg(target_os = "linux")]
#[test]
fn a_slow_reader_costs_little_and_leaves() {
    let room = chat(&SHORT);
    let mut slow = Visitor::enter(&room, "");
    let before = memory(&room);
    say_much(&room, 50);
    slow.stranger.hear(); // to the end: it has been given up, or is when it does not answer
    let more = memory(&room) - before;
    assert!(more < 8 << 20, "{more} octets more");
    serves_the_next(&room);
}

/// Whoever reads, but too late, is told how much there was.
#[test]
fn a_late_reader_is_told_what_it_has_missed() {
    let room = chat(&["--timeout", "600"]);
    let mut late = connect(room.address);
    late.write_all(entrance(&room).as_bytes()).unwrap();
    // It is in the room once it hears something from there.
    late.read_exact(&mut [0; 200]).unwrap();
    say_much(&room, 50);
    let (mut heard, mut buffer) = (Vec::new(), [0; 65536]);
    while !heard.windows(15).any(|words| words == b"You have missed") {
        let read = late.read(&mut buffer).unwrap();
        assert_ne!(read, 0, "the room closes, and no word of what is missing");
        heard = [&heard[heard.len().saturating_sub(14)..], &buffer[..read]].concat();
    }
}

#[test]
fn a_room_has_so_many_places() {
    // Nobody answers a ping here, and nobody is to leave for that before all are in.
    let room = chat(&["--timeout", "600"]);
    let enter = || {
        let mut visitor = connect(room.address);
        visitor.write_all(entrance(&room).as_bytes()).unwrap();
        let mut status = [0; 12];
        visitor.read_exact(&mut status).unwrap();
        (String::from_utf8_lossy(&status[9..]).into_owned(), visitor)
    };
    let visitors: Vec<_> = (0..128).map(|_| enter()).collect();
    assert!(visitors.iter().all(|visitor| visitor.0 == "101"));
    assert_eq!(enter().0, "503");
    drop(visitors);
    while enter().0 == "503" {}
}

// All of them.

#[cfg(target_os = "linux")]
#[test]
fn every_server_outlives_a_shortage_of_descriptors() {
    thread::scope(|scope| {
        for program in ["bank", "chat", "site"] {
            scope.spawn(move || testkit::outlives_shortage(&Server::of(bin(program), &[])));
        }
        scope.spawn(|| {
            let mut attacks = Command::new(bin("attacks"));
            attacks.args(["server", "127.0.0.1:0", "http://127.0.0.1:1/"]);
            testkit::outlives_shortage(&Server::start(attacks));
        });
    });
}

fn bin(name: &str) -> &'static str {
    match name {
        "attacks" => env!("CARGO_BIN_EXE_attacks"),
        "bank" => env!("CARGO_BIN_EXE_bank"),
        "chat" => env!("CARGO_BIN_EXE_chat"),
        "crawler" => env!("CARGO_BIN_EXE_crawler"),
        "site" => env!("CARGO_BIN_EXE_site"),
        "urls" => env!("CARGO_BIN_EXE_urls"),
        _ => panic!("no program {name}"),
    }
}

#[test]
fn every_program_ends_with_its_reader() {
    let (site, bank, room) = (Server::of(bin("site"), &[]), bank(&[]), chat(&[]));
    let at = |server: &Server| format!("http://{}/", server.address);
    let room = room.address.to_string();
    for (program, arguments) in [
        ("attacks", ["forged-cookie", &at(&bank), ""]),
        ("attacks", ["server", "127.0.0.1:0", &at(&bank)]),
        ("bank", ["server", "127.0.0.1:0", ""]),
        ("chat", ["server", "127.0.0.1:0", ""]),
        ("chat", ["client", &room, "Anna"]),
        ("chat", ["frames", &room, ""]),
        ("chat", ["slow", "", ""]),
        ("crawler", [&at(&site), "", ""]),
        ("site", ["server", "127.0.0.1:0", ""]),
        ("urls", ["query", "a=b", ""]),
    ] {
        let mut command = Command::new(bin(program));
        command.args(arguments.iter().filter(|argument| !argument.is_empty()));
        ends_with_its_reader(command);
    }
}

/// A client that listens at the address of a site that says only what it is told to.
pub fn site_that_says(answer: impl Fn(&str) -> Option<Vec<u8>> + Send + 'static) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut octet = [0];
            while !head.ends_with(b"\r\n\r\n")
                && stream.read(&mut octet).is_ok_and(|read| read == 1)
            {
                head.push(octet[0]);
            }
            let head = String::from_utf8_lossy(&head).into_owned();
            let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
            let _ = match answer(&path) {
                Some(octets) => stream.write_all(&octets),
                None => stream.read(&mut octet).map(drop), // until the client has left
            };
        }
    });
    address
}
