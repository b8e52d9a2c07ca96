use super::*;

use http_client::response_head;
use testkit::{Steps, check, every_split};

const LIMITS: Limits = Limits {
    head: response_head::Limits {
        octets: 1024,
        lines: 16,
    },
    unanswered: 4,
    dropped: 8,
};

/// A connection, and what was done with it so far.
struct Talk {
    steps: Steps,
    connection: Connection,
}

/// The head of a request to this path, with these field lines besides Host.
fn head(method: &str, path: &str, fields: &[&str]) -> String {
    let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
    format!("{method} {path} HTTP/1.1\r\nHost: a\r\n{fields}\r\n")
}

fn get(path: &str) -> String {
    head("GET", path, &[])
}

/// A request with a body of this length, which is not part of it.
fn post(path: &str, length: usize) -> String {
    head("POST", path, &[&format!("Content-Length: {length}")])
}

fn chunked(path: &str) -> String {
    head("POST", path, &["Transfer-Encoding: chunked"])
}

/// A head shows its first line alone.
fn show_octets(octets: &[u8]) -> String {
    const SHOWN: usize = 40;
    let text = String::from_utf8_lossy(octets);
    let mut shown = Vec::new();
    for part in text.split_inclusive("\r\n\r\n") {
        match part.split_once("\r\nHost: a\r\n") {
            Some((line, rest)) => {
                let fields = rest.trim_end().replace("\r\n", ", ");
                let fields = if fields.is_empty() {
                    fields
                } else {
                    format!(" ({fields})")
                };
                shown.push(format!("[{line}{fields}]"));
            }
            None if part.len() > SHOWN => {
                shown.push(format!("{:?} ... ({} octets)", &part[..SHOWN], part.len()));
            }
            None => shown.push(format!("{part:?}")),
        }
    }
    match &shown[..] {
        [] => "nothing".to_owned(),
        _ => shown.join(" "),
    }
}

fn show(event: &Option<Event>) -> String {
    match event {
        None => "None".to_owned(),
        Some(Event::Request(number, head)) => {
            format!("Request {number}, {} {}", head.method, head.path)
        }
        Some(Event::Data(octets)) => format!("Data \"{}\"", octets.escape_ascii()),
        Some(Event::End) => "End".to_owned(),
        Some(Event::Refused(number, _)) => format!("Refused {number}"),
        Some(Event::Broken) => "Broken".to_owned(),
    }
}

impl Talk {
    fn new() -> Talk {
        Talk::within(LIMITS)
    }

    fn within(limits: Limits) -> Talk {
        Talk {
            steps: Steps::new("what happened"),
            connection: Connection::new(limits),
        }
    }

    fn comes(&mut self, octets: &(impl AsRef<[u8]> + ?Sized)) {
        self.steps
            .step(format!("{} comes", show_octets(octets.as_ref())));
        self.connection.input.extend_from_slice(octets.as_ref());
    }

    /// The next events are these.
    #[track_caller]
    fn events(&mut self, expected: &[&str]) {
        for expected in expected {
            let got = show(&self.connection.next_event());
            self.steps.expect(got == *expected, || {
                format!("next_event\n  expected  {expected}\n  got       {got}")
            });
            self.steps.step(format!("next_event: {got}"));
        }
    }

    fn answers(&mut self, number: u64, octets: &str) {
        self.steps.step(format!("answer {number} with {octets:?}"));
        self.connection.answer(number, octets.as_bytes());
    }

    fn completes(&mut self, number: u64) {
        self.steps.step(format!("complete {number}"));
        self.connection.complete(number, true);
    }

    fn closes(&mut self, number: u64) {
        self.steps
            .step(format!("complete {number}, with keep false"));
        self.connection.complete(number, false);
    }

    /// All that is in the output is sent, and is this.
    #[track_caller]
    fn sends(&mut self, expected: &str) {
        let got = self.connection.output.split();
        self.steps.expect(got == expected.as_bytes(), || {
            format!(
                "output\n  expected  {expected:?}\n  got       \"{}\"",
                got.escape_ascii()
            )
        });
        self.steps.step(format!("{expected:?} is sent"));
    }

    #[track_caller]
    fn is_last(&mut self, number: u64, expected: bool) {
        let got = self.connection.is_last(number);
        self.steps.expect(got == expected, || {
            format!("is_last({number}): expected {expected}, got {got}")
        });
        self.steps.step(format!("is_last({number}): {got}"));
    }

    #[track_caller]
    fn is_over(&mut self, expected: bool) {
        let got = self.connection.is_over();
        self.steps.expect(got == expected, || {
            format!("is_over: expected {expected}, got {got}")
        });
        self.steps.step(format!("is_over: {got}"));
    }
}

#[test]
#[ignore = "exercise"]
fn a_request_and_its_end() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&get("/a"));
        talk.events(&["Request 0, GET /a", "End", "None"]);
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_is_there_before_a_head_is_whole() {
    check(|| {
        let mut talk = Talk::new();
        talk.events(&["None"]);
        talk.comes(&get("/a")[..20]);
        talk.events(&["None"]);
        talk.comes(&get("/a")[20..]);
        talk.events(&["Request 0, GET /a", "End"]);
    });
}

#[test]
#[ignore = "exercise"]
fn two_requests_in_one_read() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&[get("/a"), get("/b")].concat());
        talk.events(&[
            "Request 0, GET /a",
            "End",
            "Request 1, GET /b",
            "End",
            "None",
        ]);
    });
}

#[test]
#[ignore = "exercise"]
fn the_beginning_of_the_next_is_kept() {
    check(|| {
        let mut talk = Talk::new();
        let (first, rest) = (get("/a"), get("/b"));
        talk.comes(&[&first, &rest[..9]].concat());
        talk.events(&["Request 0, GET /a", "End", "None"]);
        talk.answers(0, "a");
        talk.completes(0);
        talk.comes(&rest[9..]);
        talk.events(&["Request 1, GET /b", "End"]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_body_is_handed_on_as_it_comes() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&[&post("/a", 5), "he"].concat());
        talk.events(&["Request 0, POST /a", "Data \"he\"", "None"]);
        talk.comes("llo");
        talk.events(&["Data \"llo\"", "End", "None"]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_body_ends_where_the_next_head_begins() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&[&post("/a", 5), "hello", &get("/b")].concat());
        talk.events(&[
            "Request 0, POST /a",
            "Data \"hello\"",
            "End",
            "Request 1, GET /b",
            "End",
        ]);
    });
}

#[test]
#[ignore = "exercise"]
fn chunks_end_where_the_next_head_begins() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&[&chunked("/a"), "5\r\nhello\r\n0\r\n\r\n", &get("/b")].concat());
        talk.events(&[
            "Request 0, POST /a",
            "Data \"hello\"",
            "End",
            "Request 1, GET /b",
            "End",
        ]);
    });
}

#[test]
#[ignore = "exercise"]
fn however_it_is_cut() {
    check(|| {
        let octets = [&post("/a", 2), "hi", &get("/b")].concat();
        let whole = "Request 0, POST /a|Data|End|Request 1, GET /b|End";
        for split in every_split(octets.as_bytes()) {
            let mut connection = Connection::new(LIMITS);
            let mut all: Vec<String> = Vec::new();
            let mut body = Vec::new();
            for piece in split.iter() {
                connection.input.extend_from_slice(piece);
                while let Some(event) = connection.next_event() {
                    match &event {
                        Event::Data(octets) => {
                            body.extend_from_slice(octets);
                            if all.last().is_none_or(|last| last != "Data") {
                                all.push("Data".to_owned());
                            }
                        }
                        _ => all.push(show(&Some(event))),
                    }
                    assert!(
                        all.len() < 8,
                        "the reads were  {split}\nthere is no end of events: {}",
                        all.join(", ")
                    );
                }
            }
            let got = all.join("|");
            assert!(
                got == whole && body == b"hi",
                "the reads were  {split}\n  expected  {}, with \"hi\"\n  got       {}, with \"{}\"",
                whole.replace('|', ", "),
                got.replace('|', ", "),
                body.escape_ascii()
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_goes_out_as_it_is_made() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&get("/a"));
        talk.events(&["Request 0, GET /a", "End"]);
        talk.answers(0, "first, ");
        talk.sends("first, ");
        talk.answers(0, "second");
        talk.sends("second");
        talk.completes(0);
        talk.sends("");
        talk.is_over(false);
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_may_come_before_the_body() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&post("/a", 5));
        talk.events(&["Request 0, POST /a", "None"]);
        talk.answers(0, "half");
        talk.sends("half");
        talk.comes("hello");
        // It isn't complete: perhaps it needs the body.
        talk.events(&["Data \"hello\"", "End", "None"]);
    });
}

fn three() -> Talk {
    let mut talk = Talk::new();
    talk.comes(&[get("/a"), get("/b"), get("/c")].concat());
    talk.events(&[
        "Request 0, GET /a",
        "End",
        "Request 1, GET /b",
        "End",
        "Request 2, GET /c",
        "End",
    ]);
    talk
}

#[test]
#[ignore = "exercise"]
fn answers_in_order_go_out_in_order() {
    check(|| {
        let mut talk = three();
        for (number, text) in [(0, "a"), (1, "b"), (2, "c")] {
            talk.answers(number, text);
            talk.completes(number);
            talk.sends(text);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_waits_for_those_before_it() {
    check(|| {
        let mut talk = three();
        talk.answers(1, "b");
        talk.completes(1);
        talk.sends("");
        talk.answers(0, "a");
        talk.sends("a");
        talk.completes(0);
        talk.sends("b");
    });
}

#[test]
#[ignore = "exercise"]
fn all_that_wait_go_out_at_once() {
    check(|| {
        let mut talk = three();
        talk.answers(2, "c");
        talk.completes(2);
        talk.answers(1, "b");
        talk.completes(1);
        talk.answers(0, "a");
        talk.completes(0);
        talk.sends("abc");
        talk.is_over(false);
    });
}

#[test]
#[ignore = "exercise"]
fn pieces_of_several_answers_are_not_mixed() {
    check(|| {
        let mut talk = three();
        talk.answers(1, "b1 ");
        talk.answers(0, "a1 ");
        talk.answers(1, "b2 ");
        talk.answers(0, "a2 ");
        talk.completes(0);
        talk.completes(1);
        talk.sends("a1 a2 b1 b2 ");
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_whose_turn_has_come_goes_out_as_it_is_made() {
    check(|| {
        let mut talk = three();
        talk.answers(1, "b1");
        talk.completes(0);
        // It isn't complete, but nothing is before it.
        talk.sends("b1");
        talk.answers(1, "b2");
        talk.sends("b2");
    });
}

#[test]
#[ignore = "exercise"]
fn numbers_go_on_behind_complete_answers() {
    check(|| {
        let mut talk = Talk::new();
        for (number, path, text) in [(0, "/a", "a"), (1, "/b", "b"), (2, "/c", "c")] {
            talk.comes(&get(path));
            talk.events(&[&format!("Request {number}, GET {path}"), "End", "None"]);
            talk.answers(number, text);
            talk.completes(number);
            talk.sends(text);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn so_many_requests_wait_and_no_more() {
    check(|| {
        let mut talk = Talk::within(Limits {
            unanswered: 2,
            ..LIMITS
        });
        talk.comes(&[get("/a"), get("/b"), get("/c")].concat());
        talk.events(&[
            "Request 0, GET /a",
            "End",
            "Request 1, GET /b",
            "End",
            "None",
        ]);
        talk.completes(0);
        talk.events(&["Request 2, GET /c", "End", "None"]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_flood_of_requests_waits_in_the_input() {
    check(|| {
        const FLOOD: usize = 50;
        let mut talk = Talk::within(Limits {
            unanswered: 2,
            ..LIMITS
        });
        talk.steps.step(format!("{FLOOD} requests come"));
        talk.connection
            .input
            .extend_from_slice(get("/a").repeat(FLOOD).as_bytes());
        let mut requests = 0;
        for _ in 0..3 * FLOOD {
            if let Some(Event::Request(..)) = talk.connection.next_event() {
                requests += 1;
            }
        }
        talk.steps.expect(requests == 2, || {
            format!("2 may be unanswered: expected 2 events Request, got {requests}")
        });
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_that_waits_makes_no_room() {
    check(|| {
        let mut talk = Talk::within(Limits {
            unanswered: 2,
            ..LIMITS
        });
        talk.comes(&[get("/a"), get("/b"), get("/c"), get("/d")].concat());
        talk.events(&["Request 0, GET /a", "End", "Request 1, GET /b", "End"]);
        talk.answers(1, "b");
        // It is complete and held back: its request is answered when it is sent.
        talk.completes(1);
        talk.events(&["None"]);
        talk.completes(0);
        talk.events(&["Request 2, GET /c", "End", "Request 3, GET /d", "End"]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_body_comes_also_where_requests_wait() {
    check(|| {
        let mut talk = Talk::within(Limits {
            unanswered: 1,
            ..LIMITS
        });
        talk.comes(&[&post("/a", 5), "hello", &get("/b")].concat());
        talk.events(&["Request 0, POST /a", "Data \"hello\"", "End", "None"]);
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_left_of_a_body_is_no_request() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&post("/a", 5));
        talk.events(&["Request 0, POST /a", "None"]);
        talk.answers(0, "no");
        talk.completes(0);
        talk.comes(&["hello", &get("/b")].concat());
        talk.events(&["Request 1, GET /b", "End", "None"]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_request_in_a_body_is_no_request() {
    check(|| {
        let hidden = get("/hidden");
        let mut talk = Talk::within(Limits {
            dropped: 100,
            ..LIMITS
        });
        talk.comes(&[&post("/a", hidden.len()), &hidden[..], &get("/b")].concat());
        talk.events(&["Request 0, POST /a"]);
        talk.answers(0, "no");
        talk.completes(0);
        talk.events(&["Request 1, GET /b", "End", "None"]);
    });
}

#[test]
#[ignore = "exercise"]
fn the_rest_of_a_body_is_dropped_without_an_event() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&[&post("/a", 8), "half"].concat());
        talk.events(&["Request 0, POST /a", "Data \"half\"", "None"]);
        talk.completes(0);
        talk.comes("ha");
        talk.events(&["None"]);
        talk.comes(&["lf", &get("/b")].concat());
        talk.events(&["Request 1, GET /b", "End"]);
    });
}

#[test]
#[ignore = "exercise"]
fn chunks_are_dropped_too() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&[&chunked("/a"), "4\r\nhalf\r\n"].concat());
        talk.events(&["Request 0, POST /a", "Data \"half\"", "None"]);
        talk.completes(0);
        talk.comes(&["4\r\nhalf\r\n0\r\n\r\n", &get("/b")].concat());
        talk.events(&["Request 1, GET /b", "End"]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_body_is_dropped_where_its_answer_still_waits() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&[&get("/a"), &post("/b", 5)[..]].concat());
        talk.events(&["Request 0, GET /a", "End", "Request 1, POST /b", "None"]);
        talk.answers(1, "b");
        talk.completes(1);
        talk.comes(&["hello", &get("/c")].concat());
        talk.events(&["Request 2, GET /c", "End", "None"]);
        talk.sends("");
        talk.completes(0);
        talk.sends("b");
    });
}

#[test]
#[ignore = "exercise"]
fn an_earlier_answer_does_not_drop_a_later_body() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&[&get("/a"), &post("/b", 5)[..]].concat());
        talk.events(&["Request 0, GET /a", "End", "Request 1, POST /b", "None"]);
        talk.completes(0);
        talk.comes("hello");
        talk.events(&["Data \"hello\"", "End", "None"]);
    });
}

#[test]
#[ignore = "exercise"]
fn just_so_much_is_dropped() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&post("/a", 8));
        talk.events(&["Request 0, POST /a", "None"]);
        talk.is_last(0, false);
        talk.completes(0);
        talk.comes(&["12345678", &get("/b")].concat());
        talk.events(&["Request 1, GET /b", "End"]);
        let mut talk = Talk::new();
        talk.comes(&chunked("/a"));
        talk.events(&["Request 0, POST /a", "None"]);
        talk.completes(0);
        talk.comes(&["8\r\n12345678\r\n0\r\n\r\n", &get("/b")].concat());
        talk.events(&["Request 1, GET /b", "End"]);
    });
}

#[test]
#[ignore = "exercise"]
fn each_body_is_counted_anew() {
    check(|| {
        let mut talk = Talk::new();
        for (number, path) in [(0, "/a"), (1, "/b"), (2, "/c")] {
            talk.comes(&chunked(path));
            talk.events(&[&format!("Request {number}, POST {path}"), "None"]);
            talk.completes(number);
            talk.comes("6\r\n123456\r\n0\r\n\r\n");
            talk.events(&["None"]);
        }
        talk.is_over(false);
        talk.comes(&post("/d", 2));
        talk.events(&["Request 3, POST /d", "None"]);
        talk.comes("hi");
        talk.events(&["Data \"hi\"", "End", "None"]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_long_rest_is_not_waited_for() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&post("/a", 9));
        talk.events(&["Request 0, POST /a", "None"]);
        talk.is_last(0, true);
        talk.answers(0, "too large");
        talk.completes(0);
        talk.sends("too large");
        talk.is_over(true);
        talk.comes(&["123456789", &get("/b")].concat());
        talk.events(&["None"]);
    });
}

#[test]
#[ignore = "exercise"]
fn what_the_application_has_read_is_not_counted() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&[&post("/a", 20), "123456789012"].concat());
        talk.events(&["Request 0, POST /a", "Data \"123456789012\"", "None"]);
        talk.is_last(0, false);
        talk.completes(0);
        talk.comes(&["12345678", &get("/b")].concat());
        talk.events(&["Request 1, GET /b", "End"]);
        let mut talk = Talk::new();
        talk.comes(&[&chunked("/a"), "8\r\n12345678\r\n"].concat());
        talk.events(&["Request 0, POST /a", "Data \"12345678\"", "None"]);
        talk.completes(0);
        talk.comes(&["8\r\n12345678\r\n0\r\n\r\n", &get("/b")].concat());
        talk.events(&["Request 1, GET /b", "End"]);
    });
}

#[test]
#[ignore = "exercise"]
fn chunks_without_an_end_are_not_read_without_an_end() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&chunked("/a"));
        talk.events(&["Request 0, POST /a", "None"]);
        talk.completes(0);
        talk.comes("4\r\n1234\r\n");
        talk.events(&["None"]);
        talk.is_over(false);
        talk.comes("5\r\n12345\r\n");
        talk.events(&["None"]);
        talk.is_over(true);
        talk.comes(&["0\r\n\r\n", &get("/b")].concat());
        talk.events(&["None"]);
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_refused_is_the_last() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&["GET /a\r\n\r\n", &get("/b")].concat());
        talk.events(&["Refused 0", "None"]);
        talk.is_last(0, true);
        talk.is_over(false);
        talk.answers(0, "400");
        talk.sends("400");
        talk.completes(0);
        talk.is_over(true);
        talk.events(&["None"]);
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_refused_is_answered_in_its_turn() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&[&get("/a"), "GET /b\r\n\r\n"].concat());
        talk.events(&["Request 0, GET /a", "End", "Refused 1", "None"]);
        talk.answers(1, "400");
        talk.completes(1);
        talk.sends("");
        talk.is_last(0, false);
        talk.answers(0, "a");
        talk.is_over(false);
        talk.completes(0);
        talk.sends("a400");
        talk.is_over(true);
    });
}

#[test]
#[ignore = "exercise"]
fn a_broken_body_is_the_end() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&[&chunked("/a"), "5\r\nhello\r\nx\r\n\r\n", &get("/b")].concat());
        talk.events(&["Request 0, POST /a", "Data \"hello\"", "Broken", "None"]);
        talk.is_last(0, true);
        talk.answers(0, "400");
        talk.completes(0);
        talk.sends("400");
        talk.is_over(true);
    });
}

#[test]
#[ignore = "exercise"]
fn a_rest_that_is_broken_is_the_end_too() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&chunked("/a"));
        talk.events(&["Request 0, POST /a", "None"]);
        talk.answers(0, "no");
        talk.completes(0);
        talk.is_over(false);
        talk.comes(&["x\r\n\r\n", &get("/b")].concat());
        talk.events(&["None"]);
        talk.is_over(true);
    });
}

#[test]
#[ignore = "exercise"]
fn a_client_that_wants_no_other_sends_no_other() {
    check(|| {
        let mut talk = Talk::new();
        let last = head("GET", "/a", &["Connection: close"]);
        talk.comes(&[last, get("/b")].concat());
        talk.events(&["Request 0, GET /a", "End", "None"]);
        talk.is_last(0, true);
        talk.is_over(false);
        talk.answers(0, "a");
        talk.completes(0);
        talk.sends("a");
        talk.is_over(true);
        talk.events(&["None"]);
    });
}

#[test]
#[ignore = "exercise"]
fn the_last_request_has_its_body() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&head(
            "POST",
            "/a",
            &["Connection: close", "Content-Length: 5"],
        ));
        talk.events(&["Request 0, POST /a", "None"]);
        talk.is_last(0, true);
        talk.comes(&["hello", &get("/b")].concat());
        talk.events(&["Data \"hello\"", "End", "None"]);
    });
}

#[test]
#[ignore = "exercise"]
fn the_last_request_is_over_with_its_answer() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&head(
            "POST",
            "/a",
            &["Connection: close", "Content-Length: 5"],
        ));
        talk.events(&["Request 0, POST /a", "None"]);
        talk.answers(0, "no");
        talk.completes(0);
        // Nothing behind its body is wanted: so nobody has to get there.
        talk.is_over(true);
    });
}

#[test]
#[ignore = "exercise"]
fn a_server_may_want_no_other() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&get("/a"));
        talk.events(&["Request 0, GET /a", "End", "None"]);
        talk.is_last(0, false);
        talk.answers(0, "a");
        talk.closes(0);
        talk.sends("a");
        talk.is_over(true);
        talk.comes(&get("/b"));
        talk.events(&["None"]);
    });
}

#[test]
#[ignore = "exercise"]
fn behind_the_last_answer_there_is_none() {
    check(|| {
        let mut talk = three();
        talk.answers(2, "c");
        talk.completes(2);
        talk.answers(1, "b");
        talk.closes(1);
        talk.is_over(false);
        talk.answers(0, "a");
        talk.completes(0);
        talk.sends("ab");
        talk.is_over(true);
    });
}

#[test]
#[ignore = "exercise"]
fn behind_the_last_request_no_body_is_read() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&[&get("/a"), &post("/b", 5)[..], "he"].concat());
        talk.events(&["Request 0, GET /a", "End", "Request 1, POST /b"]);
        talk.closes(0);
        talk.is_over(true);
        talk.comes("llo");
        talk.events(&["None"]);
    });
}

#[test]
#[ignore = "exercise"]
fn who_answers_behind_the_last_does_no_harm() {
    check(|| {
        let mut talk = three();
        talk.closes(1);
        talk.answers(2, "c");
        talk.completes(2);
        talk.answers(0, "a");
        talk.completes(0);
        talk.sends("a");
        talk.is_over(true);
        talk.answers(2, "c");
        talk.completes(2);
        talk.sends("");
    });
}

#[test]
#[ignore = "exercise"]
fn the_last_answer_waits_for_its_turn() {
    check(|| {
        let mut talk = three();
        talk.answers(2, "c");
        talk.closes(2);
        talk.sends("");
        talk.is_over(false);
        talk.answers(0, "a");
        talk.completes(0);
        talk.sends("a");
        talk.answers(1, "b");
        talk.completes(1);
        talk.sends("bc");
        talk.is_over(true);
    });
}

#[test]
#[ignore = "exercise"]
fn only_the_newest_request_can_be_the_last() {
    check(|| {
        let mut talk = Talk::new();
        talk.comes(&[get("/a"), head("GET", "/b", &["Connection: close"])].concat());
        talk.events(&["Request 0, GET /a", "End"]);
        talk.is_last(0, false);
        talk.events(&["Request 1, GET /b", "End", "None"]);
        talk.is_last(0, false);
        talk.is_last(1, true);
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_is_over_before_it_began() {
    check(|| {
        let mut talk = Talk::new();
        talk.is_over(false);
        talk.comes(&get("/a"));
        talk.events(&["Request 0, GET /a", "End"]);
        talk.completes(0);
        talk.is_over(false);
    });
}
