//! The exercises' solutions, given anything at all.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Component, Path};

use bytes::BytesMut;
use http_client::response_head::is_token;
use http_server::authority::is_authority;
use http_server::expect_continue::{CONTINUE, ExpectContinue, Rest};
use http_server::pipelining::{Connection, Event, Limits};
use http_server::request_head::{self, RequestHead};
use http_server::router::{Match, Router};
use http_server::static_path::{inside, relative};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

const HEAD: http_client::response_head::Limits = http_client::response_head::Limits {
    octets: 512,
    lines: 12,
};

/// First lines, right ones and wrong ones.
const LINES: &[&str] = &[
    "GET / HTTP/1.1",
    "POST /a?b HTTP/1.1",
    "GET / HTTP/1.0",
    "GET / HTTP/1.7",
    "GET / HTTP/2.0",
    "GET http://b:80?c HTTP/1.1",
    "GET http:///c HTTP/1.1",
    "CONNECT a:443 HTTP/1.1",
    "CONNECT a HTTP/1.1",
    "OPTIONS * HTTP/1.1",
    "GET * HTTP/1.1",
    "GET  / HTTP/1.1",
    "GET /",
    "",
];

/// Field lines, right ones and wrong ones.
const FIELDS: &[&str] = &[
    "Host: a",
    "Host:",
    "Host: a b",
    "Content-Length: 5",
    "Content-Length: 6",
    "content-length: 5, 5",
    "Content-Length: +5",
    "Content-Length : 5",
    "Transfer-Encoding: chunked",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: xchunked",
    "Connection: close",
    "X:\t\u{fc} ",
    "X: a\0b",
    " folded",
    "no colon",
];

/// A head, most of the time without a fault, and now and then with some octets too many.
fn octets() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![3 => Just(LINES[0]), 2 => select(LINES)];
    let host = prop_oneof![4 => Just(&["Host: a"][..]), 1 => Just(&[][..])];
    let field = prop_oneof![
        2 => select(vec![FIELDS[3], FIELDS[8], FIELDS[11], FIELDS[12]]),
        1 => select(FIELDS),
    ];
    let end = prop_oneof![9 => Just("\r\n"), 1 => select(&["\n", "\r", "\r\r\n"][..])];
    let noise = prop_oneof![
        6 => Just(Vec::new()),
        1 => select(&["\0", "\r", "\n", "\r\n", " ", ":", ","][..]).prop_map(|text| text.into()),
        1 => vec(any::<u8>(), 0..3),
    ];
    let lines = (line, host, vec(field, 0..4), end);
    (lines, noise, any::<Index>(), vec(any::<u8>(), 0..4)).prop_map(
        |((line, host, fields, end), noise, at, rest)| {
            let lines = [&[line][..], host, &fields, &["", ""]].concat();
            let mut octets = lines.join(end).into_bytes();
            let at = at.index(octets.len() + 1);
            octets.splice(at..at, noise);
            octets.extend(rest);
            octets
        },
    )
}

type Decoded = Result<Option<RequestHead>, request_head::Error>;

/// What comes of it when it arrives in these pieces, and what is left.
fn decode(pieces: &[&[u8]]) -> (Decoded, Vec<u8>) {
    let mut input = BytesMut::new();
    for (at, piece) in pieces.iter().enumerate() {
        input.extend_from_slice(piece);
        match request_head::decode(&mut input, &HEAD) {
            Ok(None) => {}
            done => {
                let rest = pieces[at + 1..].concat();
                return (done, [&input[..], &rest].concat());
            }
        }
    }
    (Ok(None), input.to_vec())
}

proptest! {
    #[test]
    fn a_head_is_the_same_however_it_is_cut(octets in octets(), cuts: [Index; 2]) {
        let mut cuts = cuts.map(|cut| cut.index(octets.len() + 1));
        cuts.sort_unstable();
        let whole = decode(&[&octets]);
        let pieces = decode(&[&octets[..cuts[0]], &octets[cuts[0]..cuts[1]], &octets[cuts[1]..]]);
        let singly: Vec<&[u8]> = octets.chunks(1).collect();
        let singly = decode(&singly);
        prop_assert_eq!(&pieces.0, &whole.0);
        prop_assert_eq!(&singly.0, &whole.0);
        if let Ok(Some(_)) = &whole.0 {
            prop_assert_eq!(&pieces.1, &whole.1);
            prop_assert_eq!(&singly.1, &whole.1);
        }
    }

    /// Whoever wrote httparse reads the same in what we accept.
    #[test]
    fn what_is_accepted_others_read_alike(octets in octets()) {
        let (Ok(Some(head)), rest) = decode(&[&octets]) else { return Ok(()) };
        prop_assert!(is_token(head.method.as_bytes()));
        prop_assert!(is_authority(&head.host));
        prop_assert!(head.path.starts_with('/') || head.path == "*" || head.method == "CONNECT");
        // It knows no later minor versions.
        prop_assume!(head.minor < 2);
        let mut fields = [httparse::EMPTY_HEADER; HEAD.lines];
        let mut other = httparse::Request::new(&mut fields);
        let length = other.parse(&octets).unwrap();
        prop_assert_eq!(length, httparse::Status::Complete(octets.len() - rest.len()));
        prop_assert_eq!(other.method, Some(&head.method[..]));
        prop_assert_eq!(other.version, Some(head.minor));
        let theirs: Vec<(&str, &[u8])> = other.headers.iter().map(|f| (f.name, f.value)).collect();
        let ours: Vec<(&str, &[u8])> = head.fields.iter().collect();
        prop_assert_eq!(ours, theirs);
        let lengths = head.fields.all("content-length").len();
        let codings = head.fields.all("transfer-encoding").len();
        prop_assert!(lengths + codings <= 1, "{lengths} lengths, {codings} codings");
    }

    #[test]
    fn a_router_knows_no_order_of_adding(
        routes in vec((select(&["GET", "PUT", "HEAD"][..]), pattern()), 0..8),
        path in path(),
        method in select(&["GET", "PUT", "HEAD", "DELETE"][..]),
    ) {
        let mut one = Router::new();
        let mut other = Router::new();
        // Of two handlers for the same thing, either may be the one.
        let mut routes = routes;
        routes.sort_unstable();
        routes.dedup();
        for route in &routes {
            one.add(route.0, &route.1, route);
        }
        for route in routes.iter().rev() {
            other.add(route.0, &route.1, route);
        }
        let found = one.route(method, &path);
        prop_assert_eq!(&found, &other.route(method, &path));
        if let Match::Handler(route, parameters) = found {
            prop_assert!(route.0 == method || (method == "HEAD" && route.0 == "GET"));
            // The pattern with its parameters put back is the path that was asked for.
            let mut parameters = parameters.iter().map(|(_, value)| value.clone());
            let filled: Vec<String> = route.1.split('/').map(|segment| match segment.starts_with('{') {
                true => parameters.next().unwrap(),
                false => segment.to_owned(),
            }).collect();
            let asked: Vec<String> =
                path.split('/').map(|s| http_server::percent::decode_text(s).unwrap()).collect();
            prop_assert_eq!(filled, asked);
        }
    }

    #[test]
    fn a_router_takes_any_path(method: String, path: String) {
        let mut router = Router::new();
        router.add("GET", "/{a}/{b}", ());
        router.route(&method, &path);
    }

    #[test]
    fn a_relative_path_is_made_of_names(path in path()) {
        if let Some(below) = relative(&path) {
            prop_assert!(below.components().all(|part| matches!(part, Component::Normal(_))));
            prop_assert!(!below.as_os_str().as_encoded_bytes().contains(&0));
            let names = path.split('/').filter(|name| !name.is_empty()).count();
            prop_assert_eq!(below.components().count(), names);
            prop_assert_eq!(below.as_os_str().as_encoded_bytes().ends_with(b"/"), path.len() > 1 && path.ends_with('/'));
        }
    }
}

/// Patterns whose parameters at a place have one name.
fn pattern() -> impl Strategy<Value = String> {
    let segment = select(&["", "a", "b", "{}"][..]);
    vec(segment, 1..4).prop_map(|segments| {
        let named = segments
            .iter()
            .enumerate()
            .map(|(at, segment)| match *segment {
                "{}" => format!("/{{p{at}}}"),
                text => format!("/{text}"),
            });
        named.collect()
    })
}

fn path() -> impl Strategy<Value = String> {
    let segment = select(
        &[
            "",
            "a",
            "b",
            "..",
            ".",
            "%2e%2e",
            "%2E",
            "%252e%252e",
            "%2F",
            "..%2F",
            "%00",
            "a%20b",
            "%",
            "docs",
            "up",
            "out",
            "etc",
            "file",
            "c:",
            "~",
            "\\..",
            "..;",
        ][..],
    );
    vec(segment, 1..6).prop_map(|segments| format!("/{}", segments.join("/")))
}

#[test]
fn no_path_leads_out_of_the_root() {
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().canonicalize().unwrap().join("root");
    fs::create_dir_all(root.join("docs")).unwrap();
    fs::write(root.join("file"), "inside").unwrap();
    fs::write(root.join("docs/file"), "inside").unwrap();
    fs::write(root.with_file_name("a"), "outside").unwrap();
    fs::create_dir(root.with_file_name("root-other")).unwrap();
    let link = |to: &str, name: &str| symlink(to, root.join(name)).unwrap();
    link("..", "out");
    link(".", "up");
    link("/etc", "etc");
    link("../root-other", "b");
    link("../file", "docs/up");
    proptest!(|(path in path())| {
        if let Some(found) = inside(&root, &path) {
            prop_assert!(found.starts_with(&root), "{path} leads to {}", found.display());
            prop_assert_eq!(&found, &found.canonicalize().unwrap());
        }
    });
    let found = |path: &str| inside(&root, path);
    assert_eq!(found("/up/up/docs/up"), Some(root.join("file")));
    assert_eq!(found("/out/a"), None);
    assert_eq!(found("/etc/passwd"), None);
    assert_eq!(found("/b"), None);
    assert_eq!(found("/docs/../../a"), None);
    assert!(Path::new("/etc/passwd").exists());
}

/// Every way to ask four times: 100 Continue comes once at most, never behind the final
/// answer, and never to a client that sends already.
#[test]
fn one_continue_and_none_behind_the_answer() {
    let head = b"PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n";
    let head = request_head::decode(&mut BytesMut::from(&head[..]), &HEAD);
    let head = head.unwrap().unwrap();
    for way in 0..256_u32 {
        let mut expect = ExpectContinue::new(&head).unwrap();
        let (mut told, mut sends, mut answered) = (false, false, false);
        for ask in 0..4 {
            let arrived = way >> (2 * ask) & 1 == 1;
            if way >> (2 * ask + 1) & 1 == 1 && !answered {
                let rest = expect.before_answering(arrived);
                let certain = told || sends || arrived;
                let expected = if certain { Rest::Comes } else { Rest::InDoubt };
                assert_eq!(rest, expected, "way {way:08b}, at {ask}");
                answered = true;
            } else {
                let octets = expect.before_reading(arrived);
                let due = !told && !sends && !arrived && !answered;
                assert_eq!(octets, due.then_some(CONTINUE), "way {way:08b}, at {ask}");
                told |= due;
            }
            sends |= arrived;
        }
    }
}

/// A request of a pipeline, and what its server does with it.
#[derive(Clone, Debug)]
struct Asked {
    /// None, by length, or in chunks.
    body: Option<(bool, usize)>,
    /// Whether it is answered when the head is there, and not when the body is.
    at_once: bool,
    /// The more, the later it is answered.
    late: u8,
}

/// What stands in bodies looks like requests.
const HIDDEN: &[u8] = b"GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

impl Asked {
    fn octets(&self, number: usize) -> Vec<u8> {
        let body = |length: usize| {
            HIDDEN
                .iter()
                .copied()
                .cycle()
                .take(length)
                .collect::<Vec<u8>>()
        };
        let head = format!("POST /{number} HTTP/1.1\r\nHost: a\r\n");
        match self.body {
            None => format!("{head}\r\n").into_bytes(),
            Some((false, length)) => {
                let head = format!("{head}Content-Length: {length}\r\n\r\n");
                [head.as_bytes(), &body(length)].concat()
            }
            Some((true, length)) => {
                let mut octets = format!("{head}Transfer-Encoding: chunked\r\n\r\n").into_bytes();
                for chunk in body(length).chunks(7) {
                    octets.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                    octets.extend_from_slice(chunk);
                    octets.extend_from_slice(b"\r\n");
                }
                octets.extend_from_slice(b"0\r\n\r\n");
                octets
            }
        }
    }
}

fn asked() -> impl Strategy<Value = Asked> {
    let body = proptest::option::of((any::<bool>(), 0..80_usize));
    (body, any::<bool>(), 0..4_u8).prop_map(|(body, at_once, late)| Asked {
        body,
        at_once,
        late,
    })
}

proptest! {
    /// Whatever is read, left and answered when: each request is one that was sent, and the
    /// answers come in their order.
    #[test]
    fn a_pipeline_keeps_its_order(all in vec(asked(), 1..6), reads in vec(1..60_usize, 1..12), unanswered in 1..4_usize) {
        let octets: Vec<u8> =
            all.iter().enumerate().flat_map(|(number, asked)| asked.octets(number)).collect();
        let mut connection = Connection::new(Limits { head: HEAD, unanswered, dropped: 1000 });
        let mut reads = reads.iter().cycle();
        let (mut rest, mut sent) = (&octets[..], Vec::new());
        let mut waiting: Vec<(u8, u64)> = Vec::new();
        let (mut newest, mut ended, mut done) = (None, true, 0);
        while done < all.len() {
            match connection.next_event() {
                Some(Event::Request(number, head)) => {
                    prop_assert!(ended, "a request inside the body of {newest:?}");
                    prop_assert_eq!(&head.path, &format!("/{number}"));
                    prop_assert_eq!(number, newest.map_or(0, |newest: u64| newest + 1));
                    newest = Some(number);
                    ended = all[number as usize].at_once;
                    if ended {
                        waiting.push((all[number as usize].late, number));
                    }
                }
                Some(Event::Data(octets)) => prop_assert!(!octets.is_empty()),
                Some(Event::End) => {
                    let number = newest.unwrap();
                    if !all[number as usize].at_once {
                        waiting.push((all[number as usize].late, number));
                        ended = true;
                    }
                }
                Some(other) => prop_assert!(false, "{other:?}"),
                None => {
                    waiting.sort_unstable();
                    let room = waiting.len() < unanswered;
                    if !rest.is_empty() && room {
                        let (piece, left) = rest.split_at(rest.len().min(*reads.next().unwrap()));
                        connection.input.extend_from_slice(piece);
                        rest = left;
                    } else {
                        prop_assert!(!waiting.is_empty(), "nobody waits, and nothing comes");
                        let (_, number) = waiting.remove(0);
                        connection.answer(number, format!("({number}").as_bytes());
                        connection.answer(number, b")");
                        connection.complete(number, true);
                        done += 1;
                    }
                }
            }
            sent.extend_from_slice(&connection.output.split());
        }
        let expected: String = (0..all.len()).map(|number| format!("({number})")).collect();
        prop_assert_eq!(String::from_utf8(sent).unwrap(), expected);
    }

    /// Anything at all comes: it ends, and what is kept is bounded by what came.
    #[test]
    fn a_connection_takes_anything(reads in vec(octets(), 0..6)) {
        let mut connection = Connection::new(Limits { head: HEAD, unanswered: 2, dropped: 20 });
        let most = reads.iter().map(Vec::len).sum::<usize>() + 10;
        let mut events = 0;
        for read in &reads {
            connection.input.extend_from_slice(read);
            while let Some(event) = connection.next_event() {
                events += 1;
                prop_assert!(events <= most, "{events} events");
                if let Event::Request(number, _) | Event::Refused(number, _) = event {
                    connection.answer(number, b"x");
                    connection.complete(number, number % 3 != 2);
                }
            }
        }
    }
}
