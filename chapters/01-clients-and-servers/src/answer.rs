//! What the service answers, and the octets of that.

use serde_json::{Value, json};

use crate::places;
use crate::request::{Refusal, Request};

/// An answer before it is octets.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// What became of the request (RFC 9110, section 15).
    pub status: u16,
    /// The methods to be told, where the status is 405.
    allow: Option<&'static str>,
    body: Value,
}

// ANCHOR: answer
/// Answers a request.
pub fn answer(request: &Request) -> Answer {
    if request.path != "/places" {
        return Answer::error(404, "there is only /places");
    }
    match request.method.as_str() {
        "GET" | "HEAD" => {}
        "POST" | "PUT" | "DELETE" | "PATCH" | "CONNECT" | "OPTIONS" | "TRACE" => {
            let mut answer = Answer::error(405, "places can only be asked for");
            answer.allow = Some("GET, HEAD");
            return answer;
        }
        _ => return Answer::error(501, "nobody here knows that method"),
    }
    let Some(name) = &request.name else {
        return Answer::ok(json!({ "places": places::names() }));
    };
    match places::find(name) {
        Some(place) => Answer::ok(place.to_json()),
        None => Answer::error(404, &format!("no place is called {name}")),
    }
}
// ANCHOR_END: answer

impl Answer {
    fn ok(body: Value) -> Answer {
        Answer {
            status: 200,
            allow: None,
            body,
        }
    }

    fn error(status: u16, why: &str) -> Answer {
        Answer {
            status,
            allow: None,
            body: json!({ "error": why }),
        }
    }

    /// The answer to what is no request.
    pub fn refuse(refusal: &Refusal) -> Answer {
        Answer::error(refusal.status(), &refusal.to_string())
    }

    /// The status and its name, as in `404 Not Found`.
    pub fn status_line(&self) -> String {
        format!("{} {}", self.status, reason(self.status))
    }

    /// The answer as it is sent. The answer to HEAD is that to GET without its body
    /// (RFC 9110, section 9.3.2).
    ///
    /// It has no Date. A server with a clock must send one (RFC 9110, section
    /// 6.6.1), and this one reads no clock, so that it gives the same octets each
    /// time.
    pub fn octets(&self, with_body: bool) -> Vec<u8> {
        let body = format!("{}\n", self.body);
        let mut text = format!("HTTP/1.1 {}\r\n", self.status_line());
        if let Some(methods) = self.allow {
            text.push_str(&format!("Allow: {methods}\r\n"));
        }
        text.push_str("Content-Type: application/json\r\n");
        // In octets: a letter may take more than one.
        text.push_str(&format!("Content-Length: {}\r\n", body.len()));
        text.push_str("Connection: close\r\n\r\n");
        if with_body {
            text.push_str(&body);
        }
        text.into_bytes()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        414 => "URI Too Long",
        431 => "Request Header Fields Too Large",
        501 => "Not Implemented",
        505 => "HTTP Version Not Supported",
        // A phrase is for people, and may be empty.
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(method: &str, target: &str) -> String {
        let request = format!("{method} {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        let request = Request::parse(request.as_bytes()).unwrap().unwrap();
        String::from_utf8(answer(&request).octets(method != "HEAD")).unwrap()
    }

    #[test]
    fn a_length_counts_octets_and_not_letters() {
        assert_eq!(
            ask("GET", "/places?name=reykjav%C3%ADk"),
            "HTTP/1.1 200 OK\r\n\
             Content-Type: application/json\r\n\
             Content-Length: 82\r\n\
             Connection: close\r\n\
             \r\n\
             {\"country\":\"Iceland\",\"latitude\":64.1466,\"longitude\":-21.9426,\"name\":\"Reykjavík\"}\n"
        );
    }

    #[test]
    fn an_answer_to_head_is_that_to_get_without_its_body() {
        let get = ask("GET", "/places?name=Quito");
        let head = ask("HEAD", "/places?name=Quito");
        assert!(get.starts_with(&head) && head.ends_with("\r\n\r\n") && head.len() < get.len());
    }

    #[test]
    fn every_question_has_its_status() {
        for (method, target, status) in [
            ("GET", "/places", "200 OK"),
            ("GET", "/places?name=Atlantis", "404 Not Found"),
            ("GET", "/places?name=", "404 Not Found"),
            ("GET", "/places/", "404 Not Found"),
            ("GET", "/", "404 Not Found"),
            ("POST", "/places", "405 Method Not Allowed"),
            ("BREW", "/places", "501 Not Implemented"),
        ] {
            let answer = ask(method, target);
            let line = format!("HTTP/1.1 {status}\r\n");
            assert!(answer.starts_with(&line), "{method} {target}: {answer}");
            let allow = answer.contains("\r\nAllow: GET, HEAD\r\n");
            assert_eq!(allow, status.starts_with("405"), "{method} {target}");
        }
    }

    #[test]
    fn what_was_asked_cannot_break_out_of_the_answer() {
        let answer = ask("GET", "/places?name=%22%0D%0AX:%20y%1B");
        assert!(answer.ends_with("{\"error\":\"no place is called \\\"\\r\\nX: y\\u001b\"}\n"));
    }
}
