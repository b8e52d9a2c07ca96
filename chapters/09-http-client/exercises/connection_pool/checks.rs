use super::*;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use http_client::body_length::Body;
use http_client::response_head::{Fields, Limits, ResponseHead, decode};
use testkit::{Steps, check, note};
use url::Url;

/// An exchange in the words of the wire, and what is asked of it.
#[derive(Clone, Copy)]
struct Case {
    request: &'static str,
    minor: u8,
    status: u16,
    response: &'static [&'static str],
    body: Body,
    whole: bool,
    extra: usize,
}

/// After this one, the connection may serve another request.
const GOOD: Case = Case {
    request: "Accept: */*",
    minor: 1,
    status: 200,
    response: &["Content-Length: 5"],
    body: Body::Length(5),
    whole: true,
    extra: 0,
};

fn head(minor: u8, status: u16, lines: &[&str]) -> ResponseHead {
    let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    let wire = format!("HTTP/1.{minor} {status} Something\r\n{lines}\r\n");
    match decode(&mut BytesMut::from(wire.as_bytes()), &Limits::default()) {
        Ok(Some(head)) => head,
        other => panic!("the check has a head that is none: {wire:?} is {other:?}"),
    }
}

#[track_caller]
fn expect(case: Case, expected: bool, why: &str) {
    let request = head(1, 200, &[case.request]).fields;
    let response = head(case.minor, case.status, case.response);
    let exchange = Exchange {
        request: &request,
        response: &response,
        body: case.body,
        whole: case.whole,
        extra: case.extra,
    };
    let told = format!(
        "the request had  {}\n  the response  HTTP/1.{} {} with  {}\n  its body was  {:?}, {}, {} \
         octets behind it",
        case.request,
        case.minor,
        case.status,
        match case.response {
            [] => "no fields".to_owned(),
            lines => lines.join(" | "),
        },
        case.body,
        match case.whole {
            true => "read to its end",
            false => "not read to its end",
        },
        case.extra
    );
    let got = {
        let _note = note(|| format!("({told})"));
        persists(&exchange)
    };
    assert!(
        got == expected,
        "{told}\n  expected  {expected}, because {why}\n  got       {got}"
    );
}

#[test]
#[ignore = "exercise"]
fn a_good_exchange_leaves_a_connection() {
    check(|| {
        expect(GOOD, true, "nothing speaks against it");
        expect(
            Case {
                response: &["Transfer-Encoding: chunked"],
                body: Body::Chunked,
                ..GOOD
            },
            true,
            "nothing speaks against it",
        );
        expect(
            Case {
                status: 204,
                response: &[],
                body: Body::Empty,
                ..GOOD
            },
            true,
            "a response without a body has been read to its end",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_body_has_to_be_read() {
    check(|| {
        expect(
            Case {
                whole: false,
                ..GOOD
            },
            false,
            "what was not read is the beginning of the next response",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_may_have_come_behind_the_body() {
    check(|| {
        expect(
            Case { extra: 1, ..GOOD },
            false,
            "what nobody asked for would be the response to the next request",
        );
        expect(
            Case {
                status: 204,
                response: &[],
                body: Body::Empty,
                extra: 40,
                ..GOOD
            },
            false,
            "what nobody asked for would be the response to the next request",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_body_until_the_end_leaves_nothing() {
    check(|| {
        for response in [&[][..], &["Connection: keep-alive"]] {
            expect(
                Case {
                    response,
                    body: Body::UntilClose,
                    ..GOOD
                },
                false,
                "the connection has ended",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_tunnel_stays_a_tunnel() {
    check(|| {
        expect(
            Case {
                response: &[],
                body: Body::Tunnel,
                ..GOOD
            },
            false,
            "at its other end is no HTTP",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn another_protocol_stays_another() {
    check(|| {
        expect(
            Case {
                status: 101,
                response: &["Connection: Upgrade", "Upgrade: websocket"],
                body: Body::Empty,
                ..GOOD
            },
            false,
            "the connection speaks another protocol now",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_server_may_close() {
    check(|| {
        for response in [
            &["Content-Length: 5", "Connection: close"][..],
            &["Content-Length: 5", "connection: Close"],
            &["Content-Length: 5", "Connection: x, CLOSE"],
            &["Content-Length: 5", "Connection: x", "Connection: close"],
        ] {
            expect(
                Case { response, ..GOOD },
                false,
                "the server says that it closes",
            );
        }
        for response in [
            &["Content-Length: 5", "Connection: closed"][..],
            &["Content-Length: 5", "Connection: not-close"],
            &["Content-Length: 5", "X-Connection: close"],
        ] {
            expect(
                Case { response, ..GOOD },
                true,
                "close is another word, or in another field",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_client_may_close() {
    check(|| {
        for request in ["Connection: close", "connection: TE, Close"] {
            expect(
                Case { request, ..GOOD },
                false,
                "the client has said that this request is the last",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn http_1_0_closes_unless_it_says_otherwise() {
    check(|| {
        expect(
            Case { minor: 0, ..GOOD },
            false,
            "HTTP/1.0 closes unless it says keep-alive",
        );
        expect(
            Case {
                request: "Connection: keep-alive",
                minor: 0,
                ..GOOD
            },
            false,
            "the client has asked for keep-alive, and the server has not said it",
        );
        for response in [
            &["Content-Length: 5", "Connection: keep-alive"][..],
            &["Content-Length: 5", "connection: x, Keep-Alive"],
        ] {
            expect(
                Case {
                    minor: 0,
                    response,
                    ..GOOD
                },
                true,
                "the server has said keep-alive",
            );
        }
        expect(
            Case {
                minor: 0,
                response: &["Content-Length: 5", "Connection: keep-alive, close"],
                ..GOOD
            },
            false,
            "close is said as well",
        );
        expect(
            Case { minor: 2, ..GOOD },
            true,
            "a version above HTTP/1.1 is like it",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn two_ends_leave_no_connection() {
    check(|| {
        expect(
            Case {
                response: &["Transfer-Encoding: chunked", "Content-Length: 5"],
                body: Body::Chunked,
                ..GOOD
            },
            false,
            "by the other field the body has another end",
        );
        expect(
            Case {
                status: 304,
                response: &["Transfer-Encoding: chunked", "Content-Length: 5"],
                body: Body::Empty,
                ..GOOD
            },
            true,
            "there is no body, whatever the fields say",
        );
    });
}

#[track_caller]
fn retry(failure: Failure, expected: bool, why: &str) {
    let told = format!(
        "{} on a {} connection, {} octets of the response had come, {}",
        failure.method,
        if failure.reused { "used" } else { "new" },
        failure.received,
        match failure.again {
            true => "sent for the second time",
            false => "sent for the first time",
        }
    );
    let got = may_retry(&failure);
    assert!(
        got == expected,
        "{told}\n  expected  {expected}, because {why}\n  got       {got}"
    );
}

/// May be sent again.
const STALE: Failure = Failure {
    method: "GET",
    reused: true,
    received: 0,
    again: false,
};

#[test]
#[ignore = "exercise"]
fn what_is_idempotent_may_be_sent_again() {
    check(|| {
        for method in ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"] {
            retry(
                Failure { method, ..STALE },
                true,
                "the connection was stale, and twice is as good as once",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_post_is_never_sent_again() {
    check(|| {
        retry(
            Failure {
                method: "POST",
                ..STALE
            },
            false,
            "the server may have done it before the connection ended",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_method_that_nobody_knows_is_not_sent_again() {
    check(|| {
        for method in ["PATCH", "CONNECT", "MOVE", "get", "Put"] {
            retry(
                Failure { method, ..STALE },
                false,
                "nobody has said that this method is idempotent",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_new_connection_that_failed_is_no_reason() {
    check(|| {
        retry(
            Failure {
                reused: false,
                ..STALE
            },
            false,
            "a new connection will fail as this one did",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn what_has_begun_is_not_sent_again() {
    check(|| {
        retry(
            Failure {
                received: 1,
                ..STALE
            },
            false,
            "the server has answered",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_is_sent_a_third_time() {
    check(|| {
        retry(
            Failure {
                again: true,
                ..STALE
            },
            false,
            "it failed twice",
        );
    });
}

/// The names of connections that were closed, in order.
type Closed = Rc<RefCell<Vec<&'static str>>>;

/// A connection that says so when it is closed.
struct Connection {
    name: &'static str,
    closed: Closed,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.closed.borrow_mut().push(self.name);
    }
}

/// A pool, and what was done with it: told, step by step, when a check fails.
struct Story {
    pool: Pool<Connection>,
    closed: Closed,
    start: Instant,
    now: u64,
    steps: Steps,
}

impl Story {
    /// A pool for connections that are idle for up to 10 s.
    fn new(limit: usize) -> Story {
        let steps = Steps::new("what was done with the pool");
        steps.step(format!(
            "a pool for {limit} connections, idle for up to 10 s"
        ));
        Story {
            pool: Pool::new(Rules {
                idle: Duration::from_secs(10),
                limit,
            }),
            closed: Closed::default(),
            start: Instant::now(),
            now: 0,
            steps,
        }
    }

    fn at(&mut self, seconds: u64) {
        self.now = seconds;
    }

    fn instant(&self) -> Instant {
        self.start + Duration::from_secs(self.now)
    }

    fn step(&self, what: String) {
        self.steps.step(format!("at {} s: {what}", self.now));
    }

    fn put(&mut self, url: &'static str, name: &'static str) {
        self.step(format!("put {url}  {name}"));
        let connection = Connection {
            name,
            closed: Rc::clone(&self.closed),
        };
        let now = self.instant();
        self.pool.put(&parse(url), connection, now);
    }

    /// Takes one out, where `loud` ones are no longer quiet.
    #[track_caller]
    fn take_among(
        &mut self,
        url: &'static str,
        loud: &[&'static str],
        expected: Option<&'static str>,
        why: &str,
    ) -> Vec<&'static str> {
        let now = self.instant();
        let asked = RefCell::new(Vec::new());
        let taken = self.pool.take(&parse(url), now, |connection| {
            asked.borrow_mut().push(connection.name);
            !loud.contains(&connection.name)
        });
        let got = taken.as_ref().map(|connection| connection.name);
        self.step(format!("take {url}  {}", got.unwrap_or("none")));
        self.steps.expect(got == expected, || {
            format!(
                "expected {}, because {why}; got {}",
                expected.unwrap_or("none"),
                got.unwrap_or("none")
            )
        });
        // The caller keeps it: what is closed from here on, the pool has closed.
        std::mem::forget(taken);
        asked.into_inner()
    }

    #[track_caller]
    fn take(&mut self, url: &'static str, expected: Option<&'static str>, why: &str) {
        self.take_among(url, &[], expected, why);
    }

    #[track_caller]
    fn closed(&mut self, expected: &[&str], why: &str) {
        let mut got = self.closed.borrow().clone();
        got.sort_unstable();
        let words = |names: &[&str]| match names {
            [] => "none".to_owned(),
            _ => names.join(", "),
        };
        self.steps.expect(got == expected, || {
            format!(
                "closed by now: expected {}, because {why}; got {}",
                words(expected),
                words(&got)
            )
        });
    }
}

fn parse(url: &str) -> Url {
    url.parse().expect("a URL")
}

#[test]
#[ignore = "exercise"]
fn an_idle_connection_is_given_out_once() {
    check(|| {
        let mut story = Story::new(4);
        story.take("http://a/", None, "nothing was put there");
        story.put("http://a/", "one");
        story.take("http://a/", Some("one"), "it is idle");
        story.take("http://a/", None, "it is in use");
        story.closed(&[], "none was idle too long");
    });
}

#[test]
#[ignore = "exercise"]
fn a_connection_is_for_its_origin() {
    check(|| {
        let mut story = Story::new(4);
        story.put("http://a/", "one");
        for (url, why) in [
            ("http://b/", "that is another host"),
            ("http://a:8080/", "that is another port"),
            (
                "https://a/",
                "that is another scheme: nobody would be asked for a certificate",
            ),
            (
                "https://a:80/",
                "that is another scheme: nobody would be asked for a certificate",
            ),
            ("http://www.a/", "that is another host"),
        ] {
            story.take(url, None, why);
        }
        story.take("http://a/", Some("one"), "it is idle");
    });
}

#[test]
#[ignore = "exercise"]
fn an_origin_has_many_urls() {
    check(|| {
        let mut story = Story::new(4);
        for url in [
            "http://a/x?y=z#here",
            "http://a:80/",
            "http://A/",
            "http://ada:secret@a/",
        ] {
            story.put("http://a/", "one");
            story.take(url, Some("one"), "scheme, host and port are the same");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_last_to_become_idle_is_the_first() {
    check(|| {
        let mut story = Story::new(4);
        story.put("http://a/", "one");
        story.put("http://b/", "two");
        story.put("http://a/", "three");
        story.take("http://a/", Some("three"), "it became idle last");
        story.take("http://a/", Some("one"), "it is left");
        story.take("http://b/", Some("two"), "it is idle");
    });
}

#[test]
#[ignore = "exercise"]
fn a_connection_that_is_not_quiet_is_closed() {
    check(|| {
        let mut story = Story::new(4);
        story.put("http://a/", "one");
        story.take_among("http://a/", &["one"], None, "one is not quiet");
        story.closed(&["one"], "it is not quiet");
        story.take("http://a/", None, "it is closed");
    });
}

#[test]
#[ignore = "exercise"]
fn behind_one_that_is_not_quiet_is_another() {
    check(|| {
        let mut story = Story::new(4);
        story.put("http://a/", "one");
        story.put("http://a/", "two");
        story.put("http://a/", "three");
        story.take_among(
            "http://a/",
            &["two", "three"],
            Some("one"),
            "three and two are not quiet",
        );
        story.closed(&["three", "two"], "they are not quiet");
    });
}

#[test]
#[ignore = "exercise"]
fn only_who_may_be_given_out_is_asked() {
    check(|| {
        let mut story = Story::new(4);
        story.put("http://a/", "one");
        story.put("http://a/", "two");
        story.put("http://b/", "three");
        let asked = story.take_among("http://a/", &[], Some("two"), "it became idle last");
        story.steps.expect(asked == ["two"], || {
            format!(
                "expected that quiet is asked about two; it was asked about {}",
                match asked.len() {
                    0 => "none",
                    _ => "others",
                }
            )
        });
        story.closed(&[], "nobody was asked about the others");
    });
}

#[test]
#[ignore = "exercise"]
fn a_connection_is_not_idle_for_ever() {
    check(|| {
        let mut story = Story::new(4);
        story.put("http://a/", "one");
        story.at(9);
        story.put("http://a/", "two");
        story.at(12);
        story.take("http://a/", Some("two"), "it has been idle for 3 s");
        story.closed(&["one"], "it has been idle for 12 s");
        story.take("http://a/", None, "one is closed");
    });
}

#[test]
#[ignore = "exercise"]
fn at_its_time_a_connection_is_closed() {
    check(|| {
        let mut story = Story::new(4);
        story.put("http://a/", "one");
        story.at(10);
        story.take("http://a/", None, "it has been idle for 10 s");
        story.closed(&["one"], "it has been idle for 10 s");
    });
}

#[test]
#[ignore = "exercise"]
fn just_before_its_time_a_connection_is_there() {
    check(|| {
        let mut story = Story::new(4);
        story.put("http://a/", "one");
        story.at(9);
        story.take("http://a/", Some("one"), "it has been idle for 9 s");
        story.put("http://a/", "one");
        story.at(18);
        story.take("http://a/", Some("one"), "it has been idle for 9 s again");
        story.put("http://a/", "one");
        story.at(30);
        story.take("http://a/", None, "it has been idle for 12 s");
    });
}

#[test]
#[ignore = "exercise"]
fn every_call_closes_what_was_idle_too_long() {
    check(|| {
        for call in ["put", "take", "expire"] {
            let mut story = Story::new(4);
            story.put("http://a/", "one");
            story.put("http://b/", "two");
            story.at(5);
            story.put("http://a/", "three");
            story.at(12);
            match call {
                "put" => story.put("http://c/", "four"),
                "take" => story.take("http://c/", None, "nothing was put there"),
                _ => {
                    story.step("expire".to_owned());
                    let now = story.instant();
                    story.pool.expire(now);
                }
            }
            story.closed(&["one", "two"], "they have been idle for 12 s");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_oldest_makes_room() {
    check(|| {
        let mut story = Story::new(2);
        story.put("http://a/", "one");
        story.at(1);
        story.put("http://b/", "two");
        story.closed(&[], "there is room for both");
        story.at(2);
        story.put("http://c/", "three");
        story.closed(&["one"], "two are kept, and it has been idle longest");
        story.take("http://c/", Some("three"), "it is idle");
        story.take("http://b/", Some("two"), "it is idle");
    });
}

#[test]
#[ignore = "exercise"]
fn a_pool_may_keep_nothing() {
    check(|| {
        let mut story = Story::new(0);
        story.put("http://a/", "one");
        story.closed(&["one"], "none is kept");
        story.take("http://a/", None, "none is kept");
    });
}
