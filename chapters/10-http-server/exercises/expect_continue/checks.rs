#![allow(clippy::unwrap_used)] // a check that can't go on should say so at once

use super::*;

use bytes::BytesMut;
use http_client::response_head::Limits;
use http_server::request_head::{self, RequestHead};
use testkit::{Steps, check};

/// A request, and what its server asked so far.
struct Request {
    steps: Steps,
    expect: ExpectContinue,
}

/// The head of a PUT in HTTP/1.`minor` with these fields besides Host.
fn head(minor: u8, fields: &str) -> RequestHead {
    let text = format!("PUT /file HTTP/1.{minor}\r\nHost: a.example\r\n{fields}\r\n");
    let mut input = BytesMut::from(&text[..]);
    request_head::decode(&mut input, &Limits::default())
        .unwrap()
        .unwrap()
}

fn lines(fields: &str) -> String {
    fields.trim_end().replace("\r\n", ", ")
}

#[track_caller]
fn request_of(minor: u8, fields: &str) -> Request {
    let steps = Steps::new("what happened");
    steps.step(format!(
        "a PUT in HTTP/1.{minor} has come, with {}",
        lines(fields)
    ));
    match ExpectContinue::new(&head(minor, fields)) {
        Ok(expect) => Request { steps, expect },
        Err(ExpectationFailed) => steps.fail("expected new to accept it, got ExpectationFailed"),
    }
}

const WAITING: &str = "Content-Length: 9\r\nExpect: 100-continue\r\n";

#[track_caller]
fn waiting() -> Request {
    request_of(1, WAITING)
}

fn show(octets: Option<&[u8]>) -> String {
    match octets {
        Some(octets) => format!("\"{}\"", octets.escape_ascii()),
        None => "nothing to be sent".to_owned(),
    }
}

fn of_body(arrived: bool) -> &'static str {
    match arrived {
        true => "octets of the body have come",
        false => "nothing of the body has come",
    }
}

impl Request {
    #[track_caller]
    fn reads(&mut self, arrived: bool, expected: Option<&[u8]>) {
        let step = format!(
            "{}, and the application asks for it: before_reading",
            of_body(arrived)
        );
        self.steps.step(step);
        let got = self.expect.before_reading(arrived);
        self.steps.expect(got == expected, || {
            format!("expected {}, got {}", show(expected), show(got))
        });
    }

    #[track_caller]
    fn answers(&mut self, arrived: bool, expected: Rest) {
        let step = format!(
            "{}, and the final answer is given: before_answering",
            of_body(arrived)
        );
        self.steps.step(step);
        let got = self.expect.before_answering(arrived);
        self.steps.expect(got == expected, || {
            format!("expected {expected:?}, got {got:?}")
        });
    }
}

#[track_caller]
fn failed(minor: u8, fields: &str) {
    let got = ExpectContinue::new(&head(minor, fields));
    assert!(
        got.is_err(),
        "a PUT in HTTP/1.{minor} has come, with {}: expected new to return ExpectationFailed, got Ok",
        lines(fields)
    );
}

#[test]
#[ignore = "exercise"]
fn a_client_that_waits_is_told_to_go_on() {
    check(|| waiting().reads(false, Some(CONTINUE)));
}

#[test]
#[ignore = "exercise"]
fn whoever_does_not_wait_is_told_nothing() {
    check(|| {
        let mut request = request_of(1, "Content-Length: 9\r\n");
        request.reads(false, None);
        request.answers(false, Rest::Comes);
    });
}

#[test]
#[ignore = "exercise"]
fn it_is_told_once() {
    check(|| {
        let mut request = waiting();
        request.reads(false, Some(CONTINUE));
        request.reads(false, None);
        request.reads(true, None);
    });
}

#[test]
#[ignore = "exercise"]
fn capitals_do_not_matter() {
    check(|| {
        request_of(1, "Content-Length: 9\r\nExpect: 100-CONTINUE\r\n").reads(false, Some(CONTINUE));
        request_of(1, "Content-Length: 9\r\nexpect: 100-Continue\r\n").reads(false, Some(CONTINUE));
    });
}

#[test]
#[ignore = "exercise"]
fn a_body_in_chunks_may_be_waited_for_too() {
    check(|| {
        let fields = "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n";
        request_of(1, fields).reads(false, Some(CONTINUE));
        request_of(1, fields).answers(false, Rest::InDoubt);
    });
}

#[test]
#[ignore = "exercise"]
fn without_a_body_nothing_is_waited_for() {
    check(|| {
        let mut request = request_of(1, "Expect: 100-continue\r\n");
        request.reads(false, None);
        request.answers(false, Rest::Comes);
        request_of(1, "Content-Length: 0\r\nExpect: 100-continue\r\n").answers(false, Rest::Comes);
    });
}

#[test]
#[ignore = "exercise"]
fn a_body_of_no_octets_is_not_waited_for() {
    check(|| {
        request_of(1, "Content-Length: 0\r\nExpect: 100-continue\r\n").reads(false, None);
    });
}

#[test]
#[ignore = "exercise"]
fn in_http_1_0_the_field_is_ignored() {
    check(|| {
        request_of(0, WAITING).reads(false, None);
        request_of(0, WAITING).answers(false, Rest::Comes);
    });
}

#[test]
#[ignore = "exercise"]
fn in_http_1_0_other_expectations_are_ignored_too() {
    check(|| request_of(0, "Content-Length: 9\r\nExpect: miracles\r\n").reads(false, None));
}

#[test]
#[ignore = "exercise"]
fn later_versions_are_like_1_1() {
    check(|| {
        request_of(2, WAITING).reads(false, Some(CONTINUE));
        failed(2, "Content-Length: 9\r\nExpect: miracles\r\n");
    });
}

#[test]
#[ignore = "exercise"]
fn another_expectation_fails() {
    check(|| {
        failed(1, "Content-Length: 9\r\nExpect: miracles\r\n");
        failed(1, "Content-Length: 9\r\nExpect: 100-continue=yes\r\n");
        failed(1, "Content-Length: 9\r\nExpect: 100-continued\r\n");
    });
}

#[test]
#[ignore = "exercise"]
fn another_expectation_fails_without_a_body_too() {
    check(|| failed(1, "Expect: miracles\r\n"));
}

#[test]
#[ignore = "exercise"]
fn what_stands_behind_it_is_looked_at() {
    check(|| failed(1, "Content-Length: 9\r\nExpect: 100-continue, miracles\r\n"));
}

#[test]
#[ignore = "exercise"]
fn what_stands_before_it_is_looked_at() {
    check(|| failed(1, "Content-Length: 9\r\nExpect: miracles, 100-continue\r\n"));
}

#[test]
#[ignore = "exercise"]
fn a_line_behind_it_is_looked_at() {
    check(|| {
        failed(
            1,
            "Content-Length: 9\r\nExpect: 100-continue\r\nExpect: miracles\r\n",
        )
    });
}

#[test]
#[ignore = "exercise"]
fn a_line_before_it_is_looked_at() {
    check(|| {
        failed(
            1,
            "Content-Length: 9\r\nExpect: miracles\r\nExpect: 100-continue\r\n",
        )
    });
}

#[test]
#[ignore = "exercise"]
fn a_member_twice_is_still_one() {
    check(|| {
        let fields = "Content-Length: 9\r\nExpect: 100-continue, 100-continue\r\n";
        let mut request = request_of(1, fields);
        request.reads(false, Some(CONTINUE));
        request.reads(false, None);
    });
}

#[test]
#[ignore = "exercise"]
fn whoever_sends_already_is_told_nothing() {
    check(|| waiting().reads(true, None));
}

#[test]
#[ignore = "exercise"]
fn whoever_has_sent_is_told_nothing_later() {
    check(|| {
        let mut request = waiting();
        request.reads(true, None);
        // What had come is read, and more is asked for.
        request.reads(false, None);
        request.answers(false, Rest::Comes);
    });
}

#[test]
#[ignore = "exercise"]
fn after_the_final_answer_nothing_is_sent() {
    check(|| {
        let mut request = waiting();
        request.answers(false, Rest::InDoubt);
        request.reads(false, None);
    });
}

#[test]
#[ignore = "exercise"]
fn whoever_still_waits_leaves_the_rest_in_doubt() {
    check(|| waiting().answers(false, Rest::InDoubt));
}

#[test]
#[ignore = "exercise"]
fn whoever_was_told_to_go_on_sends_the_rest() {
    check(|| {
        let mut request = waiting();
        request.reads(false, Some(CONTINUE));
        request.answers(false, Rest::Comes);
        let mut request = waiting();
        request.reads(false, Some(CONTINUE));
        request.answers(true, Rest::Comes);
    });
}

#[test]
#[ignore = "exercise"]
fn whoever_did_not_wait_for_an_answer_sends_the_rest() {
    check(|| waiting().answers(true, Rest::Comes));
}
