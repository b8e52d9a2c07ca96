use super::*;

use bytes::BytesMut;
use http_client::response_head::{Fields, Limits, ResponseHead, decode};
use testkit::{Steps, check};
use url::Url;

fn head(status: u16, lines: &[&str]) -> ResponseHead {
    let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
    let wire = format!("HTTP/1.1 {status} Something\r\n{lines}\r\n");
    match decode(&mut BytesMut::from(wire.as_bytes()), &Limits::default()) {
        Ok(Some(head)) => head,
        other => panic!("the check has a head that is none: {wire:?} is {other:?}"),
    }
}

fn hop(method: &str, url: &str, lines: &[&str], body: bool) -> Hop {
    Hop {
        method: method.to_owned(),
        url: url.parse().expect("a URL"),
        fields: head(200, lines).fields,
        body,
    }
}

fn get(url: &str) -> Hop {
    hop("GET", url, &[], false)
}

fn show(hop: &Hop) -> String {
    let fields = hop.fields.iter();
    let mut words = vec![format!("{} {}", hop.method, hop.url)];
    words.extend(fields.map(|(name, value)| format!("{name}: {}", value.escape_ascii())));
    if hop.body {
        words.push("a body".to_owned());
    }
    words.join(" | ")
}

fn show_result(result: &Result<Option<Hop>, Error>) -> String {
    match result {
        Ok(None) => "no next request".to_owned(),
        Ok(Some(hop)) => show(hop),
        Err(Error::Loop(url)) => format!("Err(Loop({url}))"),
        Err(error) => format!("Err({error:?})"),
    }
}

/// A chain of requests, told when a check fails.
struct Chain {
    redirects: Redirects,
    steps: Steps,
}

impl Chain {
    fn new(limit: usize) -> Chain {
        let steps = Steps::new("what was asked and answered");
        steps.step(format!("a policy that follows {limit} redirects"));
        Chain {
            redirects: Redirects::new(limit),
            steps,
        }
    }

    fn next(&mut self, hop: &Hop, status: u16, lines: &[&str]) -> Result<Option<Hop>, Error> {
        let answer = match lines {
            [] => "without fields".to_owned(),
            _ => lines.join(" | "),
        };
        self.steps
            .step(format!("{}\n     {status}, {answer}", show(hop)));
        self.redirects.next(hop, &head(status, lines))
    }

    #[track_caller]
    fn expect(
        &mut self,
        hop: &Hop,
        status: u16,
        lines: &[&str],
        expected: Result<Option<Hop>, Error>,
    ) {
        let got = self.next(hop, status, lines);
        self.steps.expect(got == expected, || {
            let because = match expected {
                Err(Error::Loop(_)) => ", because this request was answered with a redirect before",
                _ => "",
            };
            format!(
                "  expected  {}{because}\n  got       {}",
                show_result(&expected),
                show_result(&got)
            )
        });
    }

    /// Follows one redirect, whatever is next.
    #[track_caller]
    fn follow(&mut self, hop: &Hop, status: u16, location: &str) -> Hop {
        match self.next(hop, status, &[&format!("Location: {location}")]) {
            Ok(Some(next)) => next,
            other => self.steps.fail(&format!(
                "  expected  a next request\n  got       {}",
                show_result(&other)
            )),
        }
    }
}

/// One redirect of a policy that allows many.
#[track_caller]
fn redirect(hop: &Hop, status: u16, lines: &[&str], expected: Result<Option<Hop>, Error>) {
    Chain::new(20).expect(hop, status, lines, expected);
}

const STATUSES: [u16; 5] = [301, 302, 303, 307, 308];

#[test]
#[ignore = "exercise"]
fn a_redirect_is_followed() {
    check(|| {
        for status in STATUSES {
            redirect(
                &get("http://a/old"),
                status,
                &["Location: http://a/new"],
                Ok(Some(get("http://a/new"))),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn other_responses_are_for_the_user() {
    check(|| {
        for status in [200, 201, 300, 304, 305, 306, 399, 404, 503] {
            redirect(
                &get("http://a/"),
                status,
                &["Location: http://a/new"],
                Ok(None),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn without_a_location_the_response_is_for_the_user() {
    check(|| {
        for status in STATUSES {
            redirect(&get("http://a/"), status, &["Server: x"], Ok(None));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_location_may_be_relative() {
    check(|| {
        for (location, url) in [
            ("/new", "http://a:8080/new"),
            ("new", "http://a:8080/x/new"),
            ("../new", "http://a:8080/new"),
            ("?page=2", "http://a:8080/x/y?page=2"),
            ("//b/new", "http://b/new"),
            ("", "http://a:8080/x/y?q"),
        ] {
            redirect(
                &get("http://a:8080/x/y?q"),
                302,
                &[&format!("Location: {location}")],
                Ok(Some(get(url))),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_location_is_one_url() {
    check(|| {
        for lines in [
            &["Location: http://"][..],
            &["Location: http://a:port/"],
            &["Location: http://\u{fffd}/"],
            &["Location: http://a/one", "Location: http://a/two"],
            &["Location: http://a/one", "location: http://a/one"],
        ] {
            redirect(&get("http://a/"), 302, lines, Err(Error::Location));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_fragment_goes_along() {
    check(|| {
        let from = get("http://a/old#part");
        for (location, url) in [
            ("/new", "http://a/new#part"),
            ("http://b/new", "http://b/new#part"),
            ("/new#other", "http://a/new#other"),
            ("/new#", "http://a/new#"),
        ] {
            redirect(
                &from,
                301,
                &[&format!("Location: {location}")],
                Ok(Some(get(url))),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_post_stays_one_after_307_and_308() {
    check(|| {
        for method in ["POST", "PUT", "PATCH"] {
            for status in [307, 308] {
                let lines = ["Content-Type: text/plain", "Content-Length: 5"];
                redirect(
                    &hop(method, "http://a/", &lines, true),
                    status,
                    &["Location: /new"],
                    Ok(Some(hop(method, "http://a/new", &lines, true))),
                );
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_post_becomes_a_get_after_303() {
    check(|| {
        for method in ["POST", "PUT", "DELETE"] {
            redirect(
                &hop(method, "http://a/", &[], true),
                303,
                &["Location: /new"],
                Ok(Some(get("http://a/new"))),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_post_becomes_a_get_after_301_and_302() {
    check(|| {
        for status in [301, 302] {
            redirect(
                &hop("POST", "http://a/", &[], true),
                status,
                &["Location: /new"],
                Ok(Some(get("http://a/new"))),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn other_methods_stay_after_301_and_302() {
    check(|| {
        for method in ["PUT", "DELETE", "OPTIONS", "post"] {
            for status in [301, 302] {
                redirect(
                    &hop(method, "http://a/", &["Content-Length: 5"], true),
                    status,
                    &["Location: /new"],
                    Ok(Some(hop(
                        method,
                        "http://a/new",
                        &["Content-Length: 5"],
                        true,
                    ))),
                );
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_head_stays_one() {
    check(|| {
        for status in STATUSES {
            redirect(
                &hop("HEAD", "http://a/", &[], false),
                status,
                &["Location: /new"],
                Ok(Some(hop("HEAD", "http://a/new", &[], false))),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_get_keeps_its_body() {
    check(|| {
        for status in STATUSES {
            redirect(
                &hop("GET", "http://a/", &["Content-Type: text/plain"], true),
                status,
                &["Location: /new"],
                Ok(Some(hop(
                    "GET",
                    "http://a/new",
                    &["Content-Type: text/plain"],
                    true,
                ))),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn without_its_body_no_field_speaks_of_it() {
    check(|| {
        let lines = [
            "Accept: */*",
            "Content-Encoding: gzip",
            "content-language: de",
            "Content-Length: 5",
            "Content-Location: /here",
            "Content-Type: text/plain",
            "Digest: x",
            "Expect: 100-continue",
            "Last-Modified: x",
            "Transfer-Encoding: chunked",
            "X-Content: y",
        ];
        for status in [302, 303] {
            redirect(
                &hop("POST", "http://a/", &lines, true),
                status,
                &["Location: /new"],
                Ok(Some(hop(
                    "GET",
                    "http://a/new",
                    &["Accept: */*", "X-Content: y"],
                    false,
                ))),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn within_an_origin_credentials_stay() {
    check(|| {
        let lines = ["Authorization: Basic eDp5", "Cookie: a=b", "Accept: */*"];
        for location in ["/new", "http://a:80/new", "http://A/new"] {
            redirect(
                &hop("GET", "http://a/", &lines, false),
                302,
                &[&format!("Location: {location}")],
                Ok(Some(hop("GET", "http://a/new", &lines, false))),
            );
        }
    });
}

const SECRETS: [&str; 5] = [
    "Accept: */*",
    "authorization: Basic eDp5",
    "Cookie: a=b",
    "Proxy-Authorization: Basic eDp5",
    "cookie: c=d",
];

#[test]
#[ignore = "exercise"]
fn another_host_gets_no_credentials() {
    check(|| {
        for url in [
            "http://b/",
            "http://www.a/",
            "http://a.example/",
            "http://127.0.0.1/",
        ] {
            redirect(
                &hop("GET", "http://a/", &SECRETS, false),
                302,
                &[&format!("Location: {url}")],
                Ok(Some(hop("GET", url, &["Accept: */*"], false))),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn another_port_gets_no_credentials() {
    check(|| {
        redirect(
            &hop("GET", "http://a/", &SECRETS, false),
            307,
            &["Location: http://a:8080/"],
            Ok(Some(hop("GET", "http://a:8080/", &["Accept: */*"], false))),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn another_scheme_gets_no_credentials() {
    check(|| {
        for (from, to) in [
            ("http://a:8080/", "https://a:8080/"),
            ("http://a/", "https://a/"),
            ("http://a:443/", "https://a:443/"),
        ] {
            redirect(
                &hop("GET", from, &SECRETS, false),
                301,
                &[&format!("Location: {to}")],
                Ok(Some(hop("GET", to, &["Accept: */*"], false))),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_host_is_written_anew() {
    check(|| {
        for location in ["http://b/", "http://a/new"] {
            redirect(
                &hop("GET", "http://a/", &["Host: a", "Accept: */*"], false),
                302,
                &[&format!("Location: {location}")],
                Ok(Some(hop("GET", location, &["Accept: */*"], false))),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn from_https_nothing_leads_to_http() {
    check(|| {
        for location in ["http://a/", "http://b/", "http://a:443/"] {
            redirect(
                &get("https://a/"),
                301,
                &[&format!("Location: {location}")],
                Err(Error::Downgrade),
            );
        }
        redirect(
            &get("https://a/"),
            301,
            &["Location: //b/"],
            Ok(Some(get("https://b/"))),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn only_http_is_followed() {
    check(|| {
        for (location, scheme) in [
            ("file:///etc/passwd", "file"),
            ("ftp://a/", "ftp"),
            ("data:text/plain,hello", "data"),
            ("javascript:alert(1)", "javascript"),
        ] {
            for from in ["http://a/", "https://a/"] {
                redirect(
                    &get(from),
                    302,
                    &[&format!("Location: {location}")],
                    Err(Error::Scheme(scheme.to_owned())),
                );
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_policy_follows_up_to_its_limit() {
    check(|| {
        let mut chain = Chain::new(3);
        let mut at = get("http://a/0");
        for number in 1..=3 {
            at = chain.follow(&at, 302, &format!("/{number}"));
        }
        chain.expect(&at, 302, &["Location: /4"], Err(Error::TooMany(3)));
    });
}

#[test]
#[ignore = "exercise"]
fn behind_the_limit_a_response_is_for_the_user() {
    check(|| {
        let mut chain = Chain::new(1);
        let at = chain.follow(&get("http://a/0"), 302, "/1");
        chain.expect(&at, 200, &[], Ok(None));
    });
}

#[test]
#[ignore = "exercise"]
fn a_policy_may_follow_nothing() {
    check(|| {
        Chain::new(0).expect(
            &get("http://a/"),
            302,
            &["Location: /new"],
            Err(Error::TooMany(0)),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_circle_is_seen() {
    check(|| {
        for circle in [
            &["/one"][..],
            &["/two", "/one"],
            &["/two", "/three", "/one"],
        ] {
            let mut chain = Chain::new(20);
            let mut at = get("http://a/one");
            for location in circle {
                at = chain.follow(&at, 302, location);
            }
            chain.expect(
                &at,
                302,
                &["Location: /two"],
                Err(Error::Loop("http://a/one".parse().expect("a URL"))),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_circle_is_seen_at_the_limit() {
    check(|| {
        let mut chain = Chain::new(1);
        let at = chain.follow(&get("http://a/one"), 302, "/one");
        chain.expect(
            &at,
            302,
            &["Location: /one"],
            Err(Error::Loop("http://a/one".parse().expect("a URL"))),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_fragment_makes_no_other_request() {
    check(|| {
        let mut chain = Chain::new(20);
        let at = chain.follow(&get("http://a/one#x"), 302, "/one#y");
        chain.expect(
            &at,
            302,
            &["Location: /one#z"],
            Err(Error::Loop("http://a/one".parse().expect("a URL"))),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn another_method_makes_another_request() {
    check(|| {
        let mut chain = Chain::new(20);
        let at = chain.follow(&hop("POST", "http://a/form", &[], true), 303, "/form");
        chain.expect(
            &at,
            302,
            &["Location: /home"],
            Ok(Some(get("http://a/home"))),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_cookie_makes_another_request() {
    check(|| {
        let mut chain = Chain::new(20);
        let mut at = chain.follow(&get("http://a/"), 302, "/");
        // The caller puts in what has come in Set-Cookie.
        at.fields
            .push("Cookie", &b"seen=1"[..])
            .expect("a proper field");
        let next = hop("GET", "http://a/home", &["Cookie: seen=1"], false);
        chain.expect(&at, 302, &["Location: /home"], Ok(Some(next)));
    });
}
