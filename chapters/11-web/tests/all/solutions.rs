//! The exercises' solutions, given anything at all.

use std::collections::HashSet;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;
use url::{Url, form_urlencoded};
use web::csrf_token::{self, Effect, Refusal, Request};
use web::form_decode::{self, Form};
use web::frontier::{Frontier, Limits, Link, Next};
use web::mac::{Key, hex, key, unhex};
use web::robots::{Rule, parse};
use web::{escape_html, signed_cookie};

const FORM: form_decode::Limits = form_decode::Limits {
    octets: 4096,
    pairs: 4096,
};

/// Octets of which many mean something in a form.
fn form_octets() -> impl Strategy<Value = Vec<u8>> {
    let octet = prop_oneof![
        3 => any::<u8>(),
        5 => proptest::sample::select(&b"&=+%;0aF \xc3\xa9"[..]),
    ];
    proptest::collection::vec(octet, 0..64)
}

/// Text of which many characters mean something in a page.
fn page_text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        2 => any::<char>(),
        5 => proptest::sample::select("<>&\"'/!-;#:\\ \t\nscripta".chars().collect::<Vec<_>>()),
    ];
    proptest::collection::vec(character, 0..48).prop_map(String::from_iter)
}

proptest! {
    #[test]
    fn a_form_is_what_the_url_crate_reads(body in form_octets()) {
        let form = Form::decode(&body, FORM).unwrap();
        let expected: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
        prop_assert_eq!(form.pairs(), expected);
    }

    #[test]
    fn a_form_keeps_to_its_limits(body in form_octets(), octets in 0..64_usize, pairs in 0..8_usize) {
        let limits = form_decode::Limits { octets, pairs };
        let there = form_urlencoded::parse(&body).count();
        let expected = if body.len() > octets {
            Some(form_decode::Error::TooLong(octets))
        } else if there > pairs {
            Some(form_decode::Error::TooManyPairs(pairs))
        } else {
            None
        };
        prop_assert_eq!(Form::decode(&body, limits).err(), expected);
    }

    #[test]
    fn what_was_written_is_read(pairs in proptest::collection::vec(any::<(String, String)>(), 0..6)) {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let limits = form_decode::Limits { octets: body.len(), pairs: pairs.len() };
        let form = Form::decode(body.as_bytes(), limits).unwrap();
        prop_assert_eq!(form.pairs(), pairs);
    }

    #[test]
    fn escaped_text_has_nothing_that_ends_its_place(text in page_text()) {
        for escaped in [
            escape_html::text(&text),
            escape_html::attribute(&text),
            escape_html::url(&text),
        ] {
            prop_assert!(!escaped.contains(['<', '>', '"', '\'']), "{escaped:?}");
        }
    }

    /// The URL that a browser makes of it, as the url crate reads one.
    #[test]
    fn a_link_leads_only_where_links_may(text in page_text(), front in "(java\tscript|JAVASCRIPT|data|https?|mailto)?:?") {
        let page = Url::parse("https://bank.example/memo").unwrap();
        let link = format!("{front}{text}");
        if escape_html::url(&link) != "#" && let Ok(url) = page.join(&link) {
            prop_assert!(["http", "https", "mailto"].contains(&url.scheme()), "{link:?} is {url}");
        }
    }

    #[test]
    fn data_in_a_script_is_the_same_data(text in page_text()) {
        let data = Value::from(vec![text]);
        let script = escape_html::script(&data);
        prop_assert!(!script.contains('<'));
        prop_assert_eq!(serde_json::from_str::<Value>(&script).unwrap(), data);
    }

    #[test]
    fn digits_are_read_back_and_have_one_spelling(octets: Vec<u8>, text in "[0-9a-fA-Fé+ ]{0,8}") {
        prop_assert_eq!(unhex(&hex(&octets)), Some(octets));
        if let Some(octets) = unhex(&text) {
            prop_assert_eq!(hex(&octets), text);
        }
    }

    #[test]
    fn a_cookie_opens_under_its_name_alone(
        name in "[a-z]{1,8}", value in "[!#-+\\--:<-\\[\\]-~]{0,16}", expires: u64, now: u64, other in "[a-z]{1,8}",
    ) {
        let key = key(b"secret");
        let cookie = signed_cookie::sign(&key, &name, &value, expires).unwrap();
        let expected = match now < expires {
            true => Ok(value.as_str()),
            false => Err(signed_cookie::Error::Expired),
        };
        prop_assert_eq!(signed_cookie::open(&key, &name, &cookie, now), expected);
        if other != name {
            let got = signed_cookie::open(&key, &other, &cookie, now);
            prop_assert_eq!(got, Err(signed_cookie::Error::Forged));
        }
    }

    #[test]
    fn what_nobody_signed_is_forged(cookie in "\\PC{0,40}", dots in "[a-z]{0,4}\\.[0-9]{0,12}\\.[0-9a-f]{0,64}") {
        for cookie in [cookie, dots] {
            let got = signed_cookie::open(&key(b"secret"), "session", &cookie, 0);
            prop_assert_eq!(got, Err(signed_cookie::Error::Forged));
        }
    }

    #[test]
    fn one_character_makes_another_cookie(at: proptest::sample::Index, new in "[!-~é]") {
        let key = key(b"secret");
        let cookie = signed_cookie::sign(&key, "session", "alice", 1_700_000_600).unwrap();
        let at = at.index(cookie.len());
        let changed = [&cookie[..at], &new, &cookie[at + 1..]].concat();
        let expected = if changed == cookie { Ok("alice") } else { Err(signed_cookie::Error::Forged) };
        prop_assert_eq!(signed_cookie::open(&key, "session", &changed, 0), expected);
    }

    #[test]
    fn no_token_is_good_for_two_sessions(session in ".{1,16}", other in ".{0,16}", junk in "\\PC{0,70}") {
        let key = key(b"secret");
        let ask = |token: &str| {
            let request = Request { method: "POST", session: Some(&session), token: Some(token) };
            csrf_token::guard(&key, Effect::Changes, request)
        };
        prop_assert_eq!(ask(&csrf_token::token(&key, &session)), Ok(()));
        if session != other {
            prop_assert_eq!(ask(&csrf_token::token(&key, &other)), Err(Refusal::Token));
        }
        prop_assert_eq!(ask(&junk), Err(Refusal::Token));
    }

    /// Links of any kind: the crawl ends, stays within its limits and on its site.
    #[test]
    fn every_crawl_ends(links in proptest::collection::vec("(http://a\\.example|/|//|\\?|#|\\.\\./|javascript:)[a-z#/?.]{0,12}", 1..12)) {
        let limits = Limits { depth: 4, pages: 12, octets: 48, delay: Duration::from_secs(1) };
        let start = Url::parse("http://a.example/").unwrap();
        let mut frontier = Frontier::new(start, vec![Rule::new(false, "/a")], limits);
        let (mut now, mut visited) = (Duration::ZERO, HashSet::new());
        loop {
            match frontier.next(now) {
                Next::Done => break,
                Next::Wait(time) => now += time,
                Next::Visit(page) => {
                    prop_assert_eq!(now.as_secs(), visited.len() as u64);
                    prop_assert!(visited.insert(page.url.clone()), "{} twice", page.url);
                    prop_assert!(page.depth <= 4 && page.url.as_str().len() <= 48);
                    prop_assert!(page.url.as_str().starts_with("http://a.example/"));
                    prop_assert!(page.url.fragment().is_none() && !page.url.path().starts_with("/a"));
                    for link in &links {
                        if let Link::New(url) | Link::Known(url) = frontier.add(&page, link) {
                            prop_assert_eq!(url.host_str(), Some("a.example"));
                        }
                    }
                }
            }
        }
        prop_assert!(visited.len() <= 12);
    }

    /// The simplest matcher that there is, and the slowest, agrees.
    #[test]
    fn rules_match_as_their_definition_says(pattern in "/[ab*]{0,6}\\$?", path in "/[ab]{0,8}") {
        fn matches(pattern: &[u8], path: &[u8]) -> bool {
            match pattern {
                [] => true,
                [b'$'] => path.is_empty(),
                [b'*', rest @ ..] => (0..=path.len()).any(|at| matches(rest, &path[at..])),
                [octet, rest @ ..] => path.first() == Some(octet) && matches(rest, &path[1..]),
            }
        }
        let url = Url::parse(&format!("http://a.example{path}")).unwrap();
        let expected = matches(pattern.as_bytes(), path.as_bytes()).then_some(pattern.len());
        prop_assert_eq!(Rule::new(true, &pattern).matches(&url), expected);
    }

    #[test]
    fn any_octets_are_a_robots_file(text: Vec<u8>, lines in "((user-agent|allow|disallow|x)[: ]{0,2}[a-z/*$%é#]{0,6}\r?\n?){0,12}") {
        let url = Url::parse("http://a.example/a%2Fb?c").unwrap();
        for text in [&text[..], lines.as_bytes()] {
            for rule in parse(text, "otw") {
                let _ = rule.matches(&url);
            }
        }
    }
}

#[test]
fn a_key_signs_as_hmac_sha_256_does() {
    // RFC 4231, section 4.3: the second of its examples.
    let mac = key(b"Jefe").sign(b"what do ya want for nothing?");
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(hex(&mac), expected);
}

/// The rules that a file has for our crawler: what they disallow, what they allow.
fn rules(text: &str) -> Vec<Rule> {
    parse(text.as_bytes(), "otw")
}

#[test]
fn rules_are_those_of_every_group_that_names_us() {
    let file = "User-Agent: other\nDisallow: /a\n\nuser-agent: OTW\nallow: /b # ours\n\n\
                user-agent: *\ndisallow: /c\n\nuser-agent: x\nuser-agent: otw\r\ndisallow : /d\r";
    assert_eq!(rules(file), [Rule::new(true, "/b"), Rule::new(false, "/d")]);
}

#[test]
fn rules_for_everybody_are_for_whom_no_group_names() {
    let file = "\u{feff}user-agent: *\ndisallow: /a\nsitemap: /s\nuser-agent: otw-2\nallow: /b\n";
    assert_eq!(rules(file), [Rule::new(false, "/a")]);
    // A group that names us and has no rules is ours all the same.
    let file = "user-agent: *\ndisallow: /\nuser-agent: otw\ndisallow:\n";
    assert_eq!(rules(file), []);
}

#[test]
fn a_rule_before_any_group_is_for_nobody() {
    assert_eq!(
        rules("disallow: /\nuser-agent: *\nallow: /b"),
        [Rule::new(true, "/b")]
    );
}

#[test]
fn a_file_is_read_up_to_its_limit() {
    let mut file = b"user-agent: *\ndisallow: /a\n#".to_vec();
    file.resize(web::robots::MOST_OCTETS, b'x');
    file.extend_from_slice(b"\ndisallow: /b\n");
    assert_eq!(parse(&file, "otw"), [Rule::new(false, "/a")]);
}

#[test]
fn one_path_has_one_spelling() {
    for (pattern, path, octets) in [
        ("/~joe", "/%7Ejoe", Some(5)),
        ("/%7ejoe", "/~joe", Some(5)),
        ("/a%2fb", "/a%2Fb", Some(6)),
        ("/a/b", "/a%2Fb", None),
        ("/é", "/%C3%A9", Some(7)),
        ("/100%", "/100%", Some(5)),
        ("/a?b=c", "/a?b=c&d", Some(6)),
        ("/a$", "/a?b", None),
    ] {
        let url = Url::parse(&format!("http://a.example{path}")).unwrap();
        assert_eq!(
            Rule::new(false, pattern).matches(&url),
            octets,
            "{pattern} and {path}"
        );
    }
}
