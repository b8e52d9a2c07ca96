use super::*;

use bytes::BytesMut;
use http_client::body_length::{self, Body};
use http_client::response_head::{self, Fields, Limits};
use testkit::{check, every_split, note};

/// Enough for every head below that is not meant to be too large.
const LIMITS: Limits = Limits {
    octets: 256,
    lines: 8,
};

/// Octets as text, with everything that can't be printed escaped; of many the first.
fn show_octets(octets: &[u8]) -> String {
    const SHOWN: usize = 160;
    match octets.get(..SHOWN) {
        Some(first) if octets.len() > SHOWN => {
            format!("\"{}\" ... ({} octets)", first.escape_ascii(), octets.len())
        }
        _ => format!("\"{}\"", octets.escape_ascii()),
    }
}

/// What a head says, as a check expects it.
#[derive(Clone, Copy)]
struct Said<'a> {
    method: &'a str,
    host: &'a str,
    path: &'a str,
    query: Option<&'a str>,
    minor: u8,
    body: Body,
}

const GET: Said<'_> = Said {
    method: "GET",
    host: "a.example",
    path: "/",
    query: None,
    minor: 1,
    body: Body::Empty,
};

impl Said<'_> {
    /// The parts in which it differs from `head`, expected and got.
    fn differs(&self, head: &RequestHead) -> Option<(String, String)> {
        let expected = [
            ("method", format!("{:?}", self.method)),
            ("host", format!("{:?}", self.host)),
            ("path", format!("{:?}", self.path)),
            ("query", format!("{:?}", self.query)),
            ("minor", format!("{:?}", self.minor)),
            ("body", format!("{:?}", self.body)),
        ];
        let got = [
            format!("{:?}", head.method),
            format!("{:?}", head.host),
            format!("{:?}", head.path),
            format!("{:?}", head.query),
            format!("{:?}", head.minor),
            format!("{:?}", head.body),
        ];
        let differing = expected.into_iter().zip(got).filter(|((_, a), b)| a != b);
        let pairs: Vec<_> = differing
            .map(|((name, expected), got)| (format!("{name} {expected}"), format!("{name} {got}")))
            .collect();
        let (expected, got): (Vec<String>, Vec<String>) = pairs.into_iter().unzip();
        (!expected.is_empty()).then(|| (expected.join(", "), got.join(", ")))
    }
}

fn show(got: &Result<Option<RequestHead>, Error>) -> String {
    match got {
        Ok(None) => "Ok(None), which asks for more octets".to_owned(),
        Ok(Some(head)) => format!(
            "a head: method {:?}, host {:?}, path {:?}, query {:?}, minor {}, {} fields, body {:?}",
            head.method,
            head.host,
            head.path,
            head.query,
            head.minor,
            head.fields.len(),
            head.body
        ),
        Err(error) => format!("the error {error:?}"),
    }
}

/// Decodes what came all at once.
fn decoded(octets: &[u8]) -> Result<Option<RequestHead>, Error> {
    let _note = note(|| format!("(the read was {})", show_octets(octets)));
    decode(&mut BytesMut::from(octets), &LIMITS)
}

#[track_caller]
fn expect(octets: &[u8], expected: Said<'_>) -> RequestHead {
    let got = decoded(octets);
    let Ok(Some(head)) = got else {
        panic!(
            "the read was  {}\n  expected  a head\n  got       {}",
            show_octets(octets),
            show(&got)
        );
    };
    if let Some((expected, got)) = expected.differs(&head) {
        panic!(
            "the read was  {}\n  expected  {expected}\n  got       {got}",
            show_octets(octets)
        );
    }
    head
}

/// A request in HTTP/1.1 to a.example with this first line.
fn with_line(line: &str) -> Vec<u8> {
    format!("{line}\r\nHost: a.example\r\n\r\n").into_bytes()
}

/// A POST to a.example with these field lines besides.
fn with_fields(fields: &[u8]) -> Vec<u8> {
    [
        b"POST / HTTP/1.1\r\nHost: a.example\r\n",
        fields,
        b"\r\n\r\n",
    ]
    .concat()
}

#[track_caller]
fn refuse(octets: &[u8], expected: Error, why: &str) {
    let got = decoded(octets);
    assert!(
        got.as_ref() == Err(&expected),
        "the read was  {}\n{why}\n  expected  the error {expected:?}\n  got       {}",
        show_octets(octets),
        show(&got)
    );
}

#[track_caller]
fn refuse_line(line: &str, expected: Error, why: &str) {
    refuse(&with_line(line), expected, why);
}

#[track_caller]
fn refuse_fields(fields: &[u8], expected: Error, why: &str) {
    refuse(&with_fields(fields), expected, why);
}

#[test]
#[ignore = "exercise"]
fn the_smallest_head() {
    check(|| {
        expect(b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", GET);
    });
}

#[test]
#[ignore = "exercise"]
fn what_follows_the_head_stays() {
    check(|| {
        let octets = b"POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\nhello";
        let mut input = BytesMut::from(&octets[..]);
        let got = decode(&mut input, &LIMITS);
        assert!(
            matches!(got, Ok(Some(_))),
            "expected a head, got {}",
            show(&got)
        );
        assert!(
            input == b"hello"[..],
            "the read was  {}\nexpected that \"hello\" is left in input, got {}",
            show_octets(octets),
            show_octets(&input)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn however_it_is_cut() {
    check(|| {
        let octets = b"PUT /a?b HTTP/1.1\r\nHost: a.example\r\nContent-Length: 5\r\n\r\n";
        let expected = Said {
            method: "PUT",
            path: "/a",
            query: Some("b"),
            body: Body::Length(5),
            ..GET
        };
        for split in every_split(octets) {
            let mut input = BytesMut::new();
            let (last, first) = split.split_last().expect("there are pieces");
            for piece in first {
                input.extend_from_slice(piece);
                let _note = note(|| format!("(the reads were {split})"));
                let got = decode(&mut input, &LIMITS);
                assert!(
                    got == Ok(None),
                    "the reads were  {split}\nthe head is not whole yet: expected Ok(None)\n  got  {}",
                    show(&got)
                );
            }
            input.extend_from_slice(last);
            let got = decode(&mut input, &LIMITS);
            let differs = match &got {
                Ok(Some(head)) => expected.differs(head),
                other => Some(("a head".to_owned(), show(other))),
            };
            if let Some((expected, got)) = differs {
                panic!("the reads were  {split}\n  expected  {expected}\n  got       {got}");
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn empty_lines_before_it_are_passed_over() {
    check(|| {
        expect(b"\r\nGET / HTTP/1.1\r\nHost: a.example\r\n\r\n", GET);
        expect(
            b"\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a.example\r\n\r\n",
            GET,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_line_alone_is_no_head() {
    check(|| {
        let got = decoded(b"\r\n");
        assert!(
            got == Ok(None),
            "the read was \"\\r\\n\": expected Ok(None), got {}",
            show(&got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn any_token_is_a_method() {
    check(|| {
        expect(
            &with_line("PROPFIND / HTTP/1.1"),
            Said {
                method: "PROPFIND",
                ..GET
            },
        );
        expect(
            &with_line("get / HTTP/1.1"),
            Said {
                method: "get",
                ..GET
            },
        );
        expect(
            &with_line("M-SEARCH / HTTP/1.1"),
            Said {
                method: "M-SEARCH",
                ..GET
            },
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_method_is_a_token() {
    check(|| {
        let why = "this method is no token";
        refuse_line("GE(T / HTTP/1.1", Error::RequestLine, why);
        refuse_line("GET: / HTTP/1.1", Error::RequestLine, why);
        refuse_line("G\u{c9}T / HTTP/1.1", Error::RequestLine, why);
        refuse_line("G\0T / HTTP/1.1", Error::RequestLine, why);
        refuse_line(" / HTTP/1.1", Error::RequestLine, "there is no method");
        refuse(
            b"G\xffT / HTTP/1.1\r\nHost: a.example\r\n\r\n",
            Error::RequestLine,
            why,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn there_is_one_space_between_two_words() {
    check(|| {
        let why = "there is more than one space, or something else";
        refuse_line("GET  / HTTP/1.1", Error::RequestLine, why);
        refuse_line("GET /  HTTP/1.1", Error::RequestLine, why);
        refuse_line("GET\t/ HTTP/1.1", Error::RequestLine, why);
        refuse_line("GET /\tHTTP/1.1", Error::RequestLine, why);
        refuse_line("GET / HTTP/1.1 ", Error::RequestLine, why);
        refuse_line(" GET / HTTP/1.1", Error::RequestLine, why);
    });
}

#[test]
#[ignore = "exercise"]
fn three_words_are_no_four() {
    check(|| {
        let why = "there is a space in the target, and nobody can tell where it ends";
        refuse_line("GET /a b HTTP/1.1", Error::RequestLine, why);
        refuse_line("GET / HTTP/1.1 HTTP/1.1", Error::RequestLine, why);
    });
}

#[test]
#[ignore = "exercise"]
fn three_words_are_no_two() {
    check(|| {
        refuse_line("GET /", Error::RequestLine, "there is no version");
        refuse_line("GET HTTP/1.1", Error::RequestLine, "there is no target");
        refuse_line("GET", Error::RequestLine, "there is one word");
    });
}

#[test]
#[ignore = "exercise"]
fn a_version_has_two_digits() {
    check(|| {
        let why = "this is no version of HTTP";
        for version in [
            "HTTP/1",
            "HTTP/1.",
            "HTTP/1.10",
            "HTTP/01.1",
            "HTTP/1,1",
            "HTTP/1.x",
        ] {
            refuse_line(&format!("GET / {version}"), Error::RequestLine, why);
        }
        refuse_line("GET / HTTPS/1.1", Error::RequestLine, why);
        refuse_line("GET / ICY/1.1", Error::RequestLine, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_version_is_in_capitals() {
    check(|| {
        refuse_line(
            "GET / http/1.1",
            Error::RequestLine,
            "HTTP-version is told apart by case",
        )
    });
}

#[test]
#[ignore = "exercise"]
fn other_major_versions_are_refused() {
    check(|| {
        let why = "another version of HTTP has other rules";
        refuse_line("GET / HTTP/2.0", Error::Version, why);
        refuse_line("GET / HTTP/0.9", Error::Version, why);
    });
}

#[test]
#[ignore = "exercise"]
fn all_minor_versions_are_read() {
    check(|| {
        expect(&with_line("GET / HTTP/1.0"), Said { minor: 0, ..GET });
        expect(&with_line("GET / HTTP/1.2"), Said { minor: 2, ..GET });
    });
}

#[test]
#[ignore = "exercise"]
fn a_target_has_path_and_query() {
    check(|| {
        let found = Said {
            path: "/a/b",
            query: Some("c=d"),
            ..GET
        };
        expect(&with_line("GET /a/b?c=d HTTP/1.1"), found);
        expect(
            &with_line("GET /a/b HTTP/1.1"),
            Said {
                path: "/a/b",
                ..GET
            },
        );
        expect(
            &with_line("GET /? HTTP/1.1"),
            Said {
                query: Some(""),
                ..GET
            },
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_first_question_mark_divides() {
    check(|| {
        let found = Said {
            path: "/a",
            query: Some("b?c"),
            ..GET
        };
        expect(&with_line("GET /a?b?c HTTP/1.1"), found);
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_is_decoded() {
    check(|| {
        let path = "//a/../%2e%2F%zz;|\"";
        expect(
            &with_line(&format!("GET {path}?+%20 HTTP/1.1")),
            Said {
                path,
                query: Some("+%20"),
                ..GET
            },
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_target_is_visible_ascii() {
    check(|| {
        let why = "the target has something else than visible ASCII characters";
        refuse_line("GET /\u{fc} HTTP/1.1", Error::Target, why);
        refuse_line("GET /\u{1} HTTP/1.1", Error::Target, why);
        refuse_line("GET /\0 HTTP/1.1", Error::Target, why);
        refuse_line("GET /\u{7f} HTTP/1.1", Error::Target, why);
        refuse_line("GET /a\tb HTTP/1.1", Error::Target, why);
        refuse(
            b"GET /\x80 HTTP/1.1\r\nHost: a.example\r\n\r\n",
            Error::Target,
            why,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_fragment_is_not_sent() {
    check(|| {
        let why = "what stands behind # is no part of a target";
        refuse_line("GET /a#b HTTP/1.1", Error::Target, why);
        refuse_line("GET /a?b#c HTTP/1.1", Error::Target, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_target_may_be_absolute() {
    check(|| {
        let found = Said {
            path: "/b",
            query: Some("c"),
            ..GET
        };
        expect(&with_line("GET http://a.example/b?c HTTP/1.1"), found);
        expect(&with_line("GET https://a.example/b?c HTTP/1.1"), found);
        let path = "/http://b.example/";
        expect(
            &with_line(&format!("GET http://a.example{path} HTTP/1.1")),
            Said { path, ..GET },
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_scheme_may_be_in_capitals() {
    check(|| {
        expect(
            &with_line("GET HTTP://a.example/b HTTP/1.1"),
            Said { path: "/b", ..GET },
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_absolute_target_may_do_without_a_path() {
    check(|| {
        expect(&with_line("GET http://a.example HTTP/1.1"), GET);
        let found = Said {
            query: Some("b/c"),
            ..GET
        };
        expect(&with_line("GET http://a.example?b/c HTTP/1.1"), found);
        expect(
            &with_line("OPTIONS http://a.example HTTP/1.1"),
            Said {
                method: "OPTIONS",
                ..GET
            },
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_host_of_the_target_counts() {
    check(|| {
        let found = Said {
            host: "b.example:80",
            path: "/c",
            ..GET
        };
        expect(&with_line("GET http://b.example:80/c HTTP/1.1"), found);
        expect(
            &with_line("GET http://[::1]:80/c HTTP/1.1"),
            Said {
                host: "[::1]:80",
                ..found
            },
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_absolute_target_has_a_host() {
    check(|| {
        let why = "the target names no host";
        refuse_line("GET http:///a HTTP/1.1", Error::Target, why);
        refuse_line("GET http://:80/a HTTP/1.1", Error::Target, why);
        refuse_line("GET http://?a HTTP/1.1", Error::Target, why);
    });
}

#[test]
#[ignore = "exercise"]
fn the_host_of_a_target_is_one() {
    check(|| {
        let why = "what stands there is no host";
        refuse_line("GET http://ann@a.example/ HTTP/1.1", Error::Target, why);
        refuse_line("GET http://a.example:x/ HTTP/1.1", Error::Target, why);
        refuse_line("GET http://a.example\\/ HTTP/1.1", Error::Target, why);
    });
}

#[test]
#[ignore = "exercise"]
fn other_forms_are_refused() {
    check(|| {
        let why = "the target has none of the four forms";
        refuse_line("GET a.example/ HTTP/1.1", Error::Target, why);
        refuse_line("GET ftp://a.example/ HTTP/1.1", Error::Target, why);
        refuse_line("GET http:/a HTTP/1.1", Error::Target, why);
        refuse_line("GET ?a HTTP/1.1", Error::Target, why);
        refuse_line("GET a.example:80 HTTP/1.1", Error::Target, why);
    });
}

#[test]
#[ignore = "exercise"]
fn connect_has_a_host_and_a_port() {
    check(|| {
        let tunnel = Said {
            method: "CONNECT",
            host: "b.example:443",
            path: "",
            ..GET
        };
        expect(&with_line("CONNECT b.example:443 HTTP/1.1"), tunnel);
        expect(
            &with_line("CONNECT [::1]:443 HTTP/1.1"),
            Said {
                host: "[::1]:443",
                ..tunnel
            },
        );
    });
}

#[test]
#[ignore = "exercise"]
fn connect_has_nothing_else() {
    check(|| {
        let why = "a CONNECT names host and port, and nothing besides";
        refuse_line("CONNECT / HTTP/1.1", Error::Target, why);
        refuse_line("CONNECT http://b.example:443/ HTTP/1.1", Error::Target, why);
        refuse_line("CONNECT b.example:443/ HTTP/1.1", Error::Target, why);
        refuse_line("CONNECT b.example:443?a HTTP/1.1", Error::Target, why);
        refuse_line("CONNECT * HTTP/1.1", Error::Target, why);
    });
}

#[test]
#[ignore = "exercise"]
fn connect_without_a_host_or_a_port_is_refused() {
    check(|| {
        let why = "a CONNECT names host and port";
        refuse_line("CONNECT b.example HTTP/1.1", Error::Target, why);
        refuse_line("CONNECT b.example: HTTP/1.1", Error::Target, why);
        refuse_line("CONNECT :443 HTTP/1.1", Error::Target, why);
        refuse_line("CONNECT [::1] HTTP/1.1", Error::Target, why);
    });
}

#[test]
#[ignore = "exercise"]
fn options_may_ask_the_server_itself() {
    check(|| {
        let options = Said {
            method: "OPTIONS",
            ..GET
        };
        expect(
            &with_line("OPTIONS * HTTP/1.1"),
            Said {
                path: "*",
                ..options
            },
        );
        expect(
            &with_line("OPTIONS /a HTTP/1.1"),
            Said {
                path: "/a",
                ..options
            },
        );
    });
}

#[test]
#[ignore = "exercise"]
fn nobody_else_asks_the_server_itself() {
    check(|| {
        refuse_line(
            "GET * HTTP/1.1",
            Error::Target,
            "the form * is for OPTIONS alone",
        );
        refuse_line(
            "OPTIONS *?a HTTP/1.1",
            Error::Target,
            "the form * is * alone",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_method_in_small_letters_has_no_form_of_its_own() {
    check(|| {
        let why = "this is another method, and takes a path or a URL";
        refuse_line("options * HTTP/1.1", Error::Target, why);
        refuse_line("connect b.example:443 HTTP/1.1", Error::Target, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_host_is_text() {
    check(|| {
        refuse(
            b"GET / HTTP/1.1\r\nHost: \xff\r\n\r\n",
            Error::Host,
            "what stands in the field is no host",
        )
    });
}

#[test]
#[ignore = "exercise"]
fn without_a_host_it_is_refused() {
    check(|| {
        refuse(
            b"GET / HTTP/1.1\r\n\r\n",
            Error::Host,
            "HTTP/1.1 demands the field Host",
        );
        refuse(
            b"GET / HTTP/1.1\r\nX-Host: a\r\n\r\n",
            Error::Host,
            "HTTP/1.1 demands the field Host",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_absolute_target_does_not_replace_the_field() {
    check(|| {
        let why = "the target names a host, and still HTTP/1.1 demands the field Host";
        refuse(b"GET http://a.example/ HTTP/1.1\r\n\r\n", Error::Host, why);
    });
}

#[test]
#[ignore = "exercise"]
fn an_absolute_target_does_not_excuse_the_field() {
    check(|| {
        let octets = b"GET http://a.example/ HTTP/1.1\r\nHost: a b\r\n\r\n";
        let why = "the target names a host, and still the field is none";
        refuse(octets, Error::Host, why);
    });
}

#[test]
#[ignore = "exercise"]
fn in_http_1_0_the_host_may_be_missing() {
    check(|| {
        expect(
            b"GET / HTTP/1.0\r\n\r\n",
            Said {
                host: "",
                minor: 0,
                ..GET
            },
        );
    });
}

#[test]
#[ignore = "exercise"]
fn two_hosts_are_refused() {
    check(|| {
        let why = "there are two fields Host";
        let octets = b"GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n";
        refuse(octets, Error::Host, why);
        let octets = b"GET / HTTP/1.1\r\nHost: a.example\r\nhost: a.example\r\n\r\n";
        refuse(octets, Error::Host, why);
    });
}

#[test]
#[ignore = "exercise"]
fn two_hosts_are_refused_in_http_1_0_too() {
    check(|| {
        let octets = b"GET / HTTP/1.0\r\nHost: a.example\r\nHost: b.example\r\n\r\n";
        refuse(octets, Error::Host, "there are two fields Host");
    });
}

#[test]
#[ignore = "exercise"]
fn what_stands_in_the_field_is_a_host() {
    check(|| {
        for host in [
            "a b",
            "a/b",
            "ann@a.example",
            "a, b",
            "http://a.example",
            "a:b",
            "[::1",
            "\u{fc}",
        ] {
            let octets = format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
            refuse(octets.as_bytes(), Error::Host, "this is no host");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_host_may_be_empty() {
    check(|| {
        expect(b"GET / HTTP/1.1\r\nHost:\r\n\r\n", Said { host: "", ..GET });
    });
}

#[test]
#[ignore = "exercise"]
fn a_host_keeps_its_capitals() {
    check(|| {
        expect(
            b"GET / HTTP/1.1\r\nHost: A.Example\r\n\r\n",
            Said {
                host: "A.Example",
                ..GET
            },
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_host_may_have_a_port() {
    check(|| {
        expect(
            b"GET / HTTP/1.1\r\nHost: a.example:8080\r\n\r\n",
            Said {
                host: "a.example:8080",
                ..GET
            },
        );
    });
}

#[test]
#[ignore = "exercise"]
fn all_fields_are_kept() {
    check(|| {
        let octets = with_fields(b"Accept: a\r\nX: \x80\r\naccept: b");
        let head = expect(
            &octets,
            Said {
                method: "POST",
                ..GET
            },
        );
        let expected: [(&str, &[u8]); 4] = [
            ("Host", b"a.example"),
            ("Accept", b"a"),
            ("X", b"\x80"),
            ("accept", b"b"),
        ];
        let got: Vec<(&str, &[u8])> = head.fields.iter().collect();
        let show = |fields: &[(&str, &[u8])]| {
            let lines = fields
                .iter()
                .map(|(name, value)| format!("{name}: {}", value.escape_ascii()));
            lines.collect::<Vec<_>>().join(", ")
        };
        assert!(
            got == expected,
            "the read was  {}\n  expected  {}\n  got       {}",
            show_octets(&octets),
            show(&expected),
            show(&got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_name_ends_with_its_colon() {
    check(|| {
        let why = "there is a blank between a name and its colon. Who trims it finds a field where \
                   others find none";
        let expected = Error::Head(response_head::Error::FieldName);
        refuse_fields(b"Content-Length : 5", expected, why);
        refuse_fields(b"Transfer-Encoding\t: chunked", expected, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_line_does_not_go_on_in_the_next() {
    check(|| {
        let why = "a line begins with a blank. Who reads it as a part of the line before finds \
                   another value than others do";
        let expected = Error::Head(response_head::Error::Folded);
        refuse_fields(b"X: a\r\n b", expected, why);
        refuse_fields(b"X: a\r\n\tContent-Length: 5", expected, why);
    });
}

#[test]
#[ignore = "exercise"]
fn the_first_field_line_begins_with_a_name() {
    check(|| {
        let octets = b"GET / HTTP/1.1\r\n Host: a.example\r\nHost: b.example\r\n\r\n";
        let expected = Error::Head(response_head::Error::Folded);
        refuse(
            octets,
            expected,
            "the first line behind the request line begins with a blank",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_field_line_has_a_name_and_a_colon() {
    check(|| {
        let expected = Error::Head(response_head::Error::FieldName);
        refuse_fields(b"Content-Length", expected, "there is no colon");
        refuse_fields(b": 5", expected, "there is no name");
        refuse_fields(b"Content Length: 5", expected, "this name is no token");
        refuse_fields(b"Content-Length\0: 5", expected, "this name is no token");
    });
}

#[test]
#[ignore = "exercise"]
fn a_value_has_no_control_characters() {
    check(|| {
        let expected = Error::Head(response_head::Error::FieldValue);
        refuse_fields(b"X: a\0b", expected, "there is a NUL in the value");
        refuse_fields(
            b"X: a\x0bb",
            expected,
            "there is a control character in the value",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_line_ends_with_cr_lf() {
    check(|| {
        let expected = Error::Head(response_head::Error::LineEnd);
        let why = "a CR or LF stands alone";
        refuse(b"GET / HTTP/1.1\nHost: a.example\r\n\r\n", expected, why);
        refuse_fields(b"X: a\nContent-Length: 5", expected, why);
        refuse_fields(b"X: a\rContent-Length: 5", expected, why);
        refuse(b"GET / HTTP/1.1\r\nHost: a.example\r\n\n", expected, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_body_has_a_length() {
    check(|| {
        let post = Said {
            method: "POST",
            ..GET
        };
        expect(
            &with_fields(b"Content-Length: 5"),
            Said {
                body: Body::Length(5),
                ..post
            },
        );
        expect(
            &with_fields(b"content-length: 0"),
            Said {
                body: Body::Length(0),
                ..post
            },
        );
        expect(
            &with_fields(b"X: 5"),
            Said {
                body: Body::Empty,
                ..post
            },
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_body_has_chunks() {
    check(|| {
        let chunked = Said {
            method: "POST",
            body: Body::Chunked,
            ..GET
        };
        expect(&with_fields(b"Transfer-Encoding: chunked"), chunked);
        expect(&with_fields(b"transfer-encoding: Chunked"), chunked);
    });
}

const NO_LENGTH: Error = Error::Body(body_length::Error::ContentLength);

#[test]
#[ignore = "exercise"]
fn two_lengths_that_differ_are_refused() {
    check(|| {
        let why = "there are two lengths";
        refuse_fields(b"Content-Length: 5\r\nContent-Length: 6", NO_LENGTH, why);
        refuse_fields(b"Content-Length: 6\r\ncontent-length: 5", NO_LENGTH, why);
    });
}

#[test]
#[ignore = "exercise"]
fn the_same_length_twice_is_refused() {
    check(|| {
        let why = "there are two lengths, the same this time";
        refuse_fields(b"Content-Length: 5\r\nContent-Length: 5", NO_LENGTH, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_list_of_lengths_is_refused() {
    check(|| {
        let why = "the length is a list";
        refuse_fields(b"Content-Length: 5, 5", NO_LENGTH, why);
        refuse_fields(b"Content-Length: 5,", NO_LENGTH, why);
        refuse_fields(b"Content-Length: 5, 6", NO_LENGTH, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_length_is_digits() {
    check(|| {
        for length in [
            "+5",
            "-5",
            "0x5",
            "5 5",
            "",
            "5;",
            "five",
            "18446744073709551616",
        ] {
            let field = format!("Content-Length: {length}");
            refuse_fields(
                field.as_bytes(),
                NO_LENGTH,
                "this length is no number of octets",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_length_and_chunks_are_refused() {
    check(|| {
        let why = "there are a length and chunks";
        let expected = Error::Body(body_length::Error::TwoEnds);
        refuse_fields(
            b"Content-Length: 5\r\nTransfer-Encoding: chunked",
            expected,
            why,
        );
        refuse_fields(
            b"Transfer-Encoding: chunked\r\nContent-Length: 5",
            expected,
            why,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn another_coding_before_chunked_is_refused() {
    check(|| {
        let why = "chunked is not the only coding";
        refuse_fields(b"Transfer-Encoding: gzip, chunked", Error::Coding, why);
        refuse_fields(b"Transfer-Encoding: chunked, chunked", Error::Coding, why);
    });
}

#[test]
#[ignore = "exercise"]
fn another_coding_in_a_line_before_is_refused() {
    check(|| {
        let fields = b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked";
        refuse_fields(fields, Error::Coding, "chunked is not the only coding");
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_coding_is_one_too_many() {
    check(|| {
        let why = "the value is more than the word chunked";
        for list in [",chunked", "chunked,", ", ,\tchunked"] {
            let field = format!("Transfer-Encoding: {list}");
            refuse_fields(field.as_bytes(), Error::Coding, why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_line_of_codings_is_one_too_many() {
    check(|| {
        let why = "there are two lines";
        let fields = b"Transfer-Encoding:\r\nTransfer-Encoding: chunked";
        refuse_fields(fields, Error::Coding, why);
    });
}

#[test]
#[ignore = "exercise"]
fn another_coding_than_chunked_is_refused() {
    check(|| {
        for coding in ["gzip", "xchunked"] {
            let octets = with_fields(format!("Transfer-Encoding: {coding}").as_bytes());
            let got = decoded(&octets);
            // It is no end of a body, and it is not the word chunked: one of the two is said.
            let refused = matches!(
                got,
                Err(Error::Coding | Error::Body(body_length::Error::NotChunked))
            );
            assert!(
                refused,
                "the read was  {}\nchunked is not the coding\n  expected  the error \
                 Body(NotChunked), or Coding\n  got       {}",
                show_octets(&octets),
                show(&got)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn http_1_0_has_no_chunks() {
    check(|| {
        let octets = b"POST / HTTP/1.0\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n";
        let expected = Error::Body(body_length::Error::TransferEncoding);
        refuse(octets, expected, "HTTP/1.0 knows no Transfer-Encoding");
    });
}

#[test]
#[ignore = "exercise"]
fn a_request_line_without_an_end_is_too_long() {
    check(|| {
        let line = [b"GET /", &[b'a'; 300][..]].concat();
        refuse(
            &line,
            Error::TooLong,
            "256 octets are allowed, and the line has no end yet",
        );
        let whole = with_line(&format!("GET /{} HTTP/1.1", "a".repeat(300)));
        refuse(
            &whole,
            Error::TooLong,
            "256 octets are allowed, and the request line has more",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_head_without_an_end_is_too_large() {
    check(|| {
        let expected = Error::Head(response_head::Error::TooLong { limit: 256 });
        let octets = with_fields(&[b"X: ", &[b'a'; 300][..]].concat());
        refuse(
            &octets,
            expected,
            "256 octets are allowed, and the head has more",
        );
        let why = "256 octets are allowed, and the head has no end yet";
        refuse(&octets[..300], expected, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_head_of_just_the_limit_passes() {
    check(|| {
        let head = with_line("GET / HTTP/1.1");
        let path = format!("/{}", "a".repeat(256 - head.len()));
        expect(
            &with_line(&format!("GET {path} HTTP/1.1")),
            Said { path: &path, ..GET },
        );
    });
}

#[test]
#[ignore = "exercise"]
fn too_many_fields_are_refused() {
    check(|| {
        let expected = Error::Head(response_head::Error::TooManyLines { limit: 8 });
        let fields = ["X: a"; 7].join("\r\n");
        refuse_fields(
            fields.as_bytes(),
            expected,
            "8 lines are allowed, and there are 9",
        );
    });
}
