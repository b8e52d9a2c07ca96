use super::*;

use testkit::{assert_octets, check, note};

const HOST: &str = "127.0.0.1:1060";
const TARGET: &str = "/places?name=Quito";
const REQUEST: &[u8] =
    b"GET /places?name=Quito HTTP/1.1\r\nHost: 127.0.0.1:1060\r\nConnection: close\r\n\r\n";

/// Octets as text, with everything that can't be printed escaped.
fn show(octets: &[u8]) -> String {
    format!("\"{}\"", octets.escape_ascii())
}

/// The octets line by line, each with its end made visible.
fn show_lines(octets: &[u8]) -> String {
    if octets.is_empty() {
        return "\n  (nothing)".to_owned();
    }
    octets
        .split_inclusive(|&octet| octet == b'\n')
        .map(|line| format!("\n  {}", show(line)))
        .collect()
}

/// The request that comes for these two, which are in order.
#[track_caller]
fn request(host: &str, target: &str) -> Vec<u8> {
    let note = note(|| format!("(the host was {host:?} and the target {target:?})"));
    let got = get(host, target);
    drop(note);
    got.unwrap_or_else(|error| {
        panic!("expected a request for host {host:?}, target {target:?}, got {error:?}")
    })
}

/// The lines of a request without their ends, whichever these are: that is asked
/// elsewhere.
fn lines(request: &[u8]) -> Vec<String> {
    request
        .split(|&octet| octet == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect()
}

/// The values of the field `name` in a request. Names have no case, and blanks
/// around a value are not part of it (RFC 9112, section 5).
fn values(request: &[u8], name: &str) -> Vec<String> {
    lines(request)
        .iter()
        .skip(1)
        .filter_map(|line| line.split_once(':'))
        .filter(|(field, _)| field.trim().eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim().to_owned())
        .collect()
}

/// What has no place in a request is to be an error.
#[track_caller]
fn expect_refused(host: &str, target: &str, why: &str) {
    let note = note(|| format!("(the host was {host:?} and the target {target:?})"));
    let got = get(host, target);
    drop(note);
    if let Ok(request) = got {
        panic!(
            "expected an error for host {host:?}, target {target:?}, got a request\n{why}{}",
            show_lines(&request)
        );
    }
}

/// The target, whose path is empty, is to be sent as `sent`.
#[track_caller]
fn expect_target(target: &str, sent: &str) {
    let line = lines(&request(HOST, target)).remove(0);
    let expected = format!("GET {sent} ");
    assert!(
        line.starts_with(&expected),
        "expected a first line that begins with {expected:?}, got {line:?}\nThe target {target:?} \
         has an empty path, which is sent as a slash (RFC 9112, section 3.2.1)"
    );
}

/// The error for this target is to say `at`. Whether it is that error is asked by
/// others.
#[track_caller]
fn expect_at(target: &str, at: usize) {
    let got = get(HOST, target);
    assert!(
        !matches!(got, Err(Error::Target { at: said }) if said != at),
        "expected Target {{ at: {at} }} for the target {target:?}, got {got:?}\nThe first octet \
         that can't be sent has that offset in the target as it was given"
    );
}

#[test]
#[ignore = "exercise"]
fn the_request_line() {
    check(|| {
        let request = request(HOST, TARGET);
        let first = lines(&request).remove(0);
        assert!(
            first == "GET /places?name=Quito HTTP/1.1",
            "expected the first line \"GET /places?name=Quito HTTP/1.1\", got {first:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_host_is_named() {
    check(|| {
        let request = request(HOST, TARGET);
        let hosts = values(&request, "Host");
        assert!(
            hosts == [HOST],
            "expected one Host, {HOST}, got {}\nA request of HTTP/1.1 has exactly one, or the \
             server has to refuse it (RFC 9112, section 3.2): one address may have many sites{}",
            match &hosts[..] {
                [] => "none".to_owned(),
                hosts => hosts.join(", and "),
            },
            show_lines(&request)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_server_is_asked_to_close() {
    check(|| {
        let request = request(HOST, TARGET);
        let connection = values(&request, "Connection");
        assert!(
            connection == ["close"],
            "expected Connection: close, got {}\nA server of HTTP/1.1 keeps the connection open for \
             another request, unless it is asked not to (RFC 9112, section 9.3). Whoever reads \
             until the end would wait for it{}",
            match &connection[..] {
                [] => "no Connection".to_owned(),
                values => values.join(", and "),
            },
            show_lines(&request)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn each_line_ends_with_cr_lf() {
    check(|| {
        let request = request(HOST, TARGET);
        assert!(
            request.contains(&b'\n'),
            "each line ends with 0d 0a, and there is no 0a in the request{}",
            show_lines(&request)
        );
        assert!(
            request.ends_with(b"\n"),
            "the last line has no end\n  got the request{}",
            show_lines(&request)
        );
        for (at, &octet) in request.iter().enumerate() {
            let before = at.checked_sub(1).map(|before| request[before]);
            assert!(
                octet != b'\n' || before == Some(b'\r'),
                "the line feed at offset {at} has no carriage return before it. Each line ends \
                 with 0d 0a\n  got the request{}",
                show_lines(&request)
            );
            assert!(
                octet != b'\r' || request.get(at + 1) == Some(&b'\n'),
                "the carriage return at offset {at} has no line feed behind it. Each line ends \
                 with 0d 0a\n  got the request{}",
                show_lines(&request)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn no_line_begins_with_a_space() {
    check(|| {
        let request = request(HOST, TARGET);
        let folded = lines(&request)
            .iter()
            .position(|line| line.starts_with([' ', '\t']));
        assert!(
            folded.is_none(),
            "line {} begins with a space. Once that meant that it goes on with the line before, and \
             today a server refuses it or takes it for something else (RFC 9112, section \
             5.2)\n  got the request{}",
            folded.unwrap_or_default() + 1,
            show_lines(&request)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_line_ends_the_request() {
    check(|| {
        let request = request(HOST, TARGET);
        let lines = lines(&request);
        // What stands behind the last line end is no line.
        assert!(
            lines[..lines.len() - 1].iter().any(String::is_empty),
            "there is no empty line. As long as it is missing, the server waits for more fields, \
             and you wait for its answer\n  got the request{}",
            show_lines(&request)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_follows_the_empty_line() {
    check(|| {
        let request = request(HOST, TARGET);
        let lines = lines(&request);
        // Whether there is one is asked by another.
        if let Some(at) = lines[..lines.len() - 1].iter().position(String::is_empty) {
            assert!(
                at + 2 == lines.len() && lines[at + 1].is_empty(),
                "the request ends with the first empty line, which is line {}. What stands behind \
                 it is read as the beginning of another request\n  got the request{}",
                at + 1,
                show_lines(&request)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn all_its_octets() {
    check(|| {
        let fields = [
            ("request line", 33),
            ("Host", 22),
            ("Connection", 19),
            ("empty line", 2),
            ("(too many)", usize::MAX),
        ];
        assert_octets(&request(HOST, TARGET), REQUEST, &fields);
    });
}

#[test]
#[ignore = "exercise"]
fn another_host_and_another_target() {
    check(|| {
        for (host, target) in [("atlas.example", "/"), ("[::1]:1060", "/a/b%20c?d=e&f=g?")] {
            let request = request(host, target);
            let line = lines(&request).remove(0);
            let words: Vec<&str> = line.split(' ').collect();
            // Whether the other words are right is asked elsewhere.
            assert!(
                words.get(1) == Some(&target),
                "expected the target {target:?} as the second word of the first line, got the line \
                 {line:?}"
            );
            let hosts = values(&request, "Host");
            assert!(
                hosts.is_empty() || hosts == [host],
                "expected the host {host:?} as it is, got {}",
                hosts.join(", and ")
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_target_is_a_slash() {
    check(|| expect_target("", "/"));
}

#[test]
#[ignore = "exercise"]
fn a_query_alone_gets_a_slash() {
    check(|| expect_target("?name=Quito", "/?name=Quito"));
}

#[test]
#[ignore = "exercise"]
fn no_slash_is_taken_away() {
    check(|| {
        for target in ["//places", "/places/", "/a//b/../c?d=//"] {
            let line = lines(&request(HOST, target)).remove(0);
            // Whether a slash is added, and whether there is a target, is asked by others.
            let sent = line.split(' ').nth(1).unwrap_or(target);
            assert!(
                sent.contains(target),
                "expected the target {target:?} as it is, got {sent:?}"
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn no_target_brings_lines_of_its_own() {
    check(|| {
        expect_refused(
            HOST,
            "/ HTTP/1.1\r\nHost: another.example\r\nX:",
            "The target holds line ends. Whoever gave it would write lines of the request, and \
             choose the Host",
        );
        for target in ["/a\nb", "/a\rb", "/a\n", "\n/a"] {
            expect_refused(HOST, target, "The target holds a line end, or half of one");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_space_is_refused() {
    check(|| {
        for target in ["/places?name=La Paz", " /places", "/places "] {
            expect_refused(
                HOST,
                target,
                "A space ends the target, and the server takes what follows for the version",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn control_characters_are_refused() {
    check(|| {
        // A space, CR and LF have checks of their own, and so has delete.
        for octet in (0..0x20).filter(|octet| !b"\r\n".contains(octet)) {
            let target = format!("/a{}b", char::from(octet));
            expect_refused(
                HOST,
                &target,
                &format!("The octet {octet:02x} is not visible ASCII"),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn delete_is_refused() {
    check(|| {
        expect_refused(
            HOST,
            "/a\x7fb",
            "The octet 7f, delete, is a control character: visible ASCII ends with 7e",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn letters_beyond_ascii_are_refused() {
    check(|| {
        for target in ["/places?name=Reykjavík", "/\u{a0}", "/東京", "/\u{80}"] {
            expect_refused(
                HOST,
                target,
                "The target has a character that is not in ASCII; whoever gives it should have \
                 percent-encoded it",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn all_visible_ascii_passes() {
    check(|| {
        for octet in 0x21..=0x7e {
            let target = format!("/a{}b", char::from(octet));
            let request = request(HOST, &target);
            assert!(
                String::from_utf8_lossy(&request).contains(&target),
                "expected the target {target:?} as it is, got another\n  the request{}",
                show_lines(&request)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn all_visible_ascii_passes_in_a_host() {
    check(|| {
        // Whether there is a Host is asked by another.
        for octet in 0x21..=0x7e {
            let host = format!("a{}b", char::from(octet));
            let request = request(&host, TARGET);
            let sent = String::from_utf8_lossy(&request).into_owned();
            assert!(
                sent.contains(&host) || !sent.to_lowercase().contains(&host.to_lowercase()),
                "expected the host {host:?} as it is, in large and small letters, got another\n  the \
                 request{}",
                show_lines(&request)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_host_is_looked_at_as_well() {
    check(|| {
        let why = "The host holds something other than visible ASCII";
        for host in [
            "a.example\r\nX: y",
            "reykjavík.example",
            "a.example\n",
            " a.example",
        ] {
            expect_refused(host, TARGET, why);
        }
        for octet in (0..=0x20).chain([0x7f]) {
            expect_refused(&format!("a{}b", char::from(octet)), TARGET, why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_target_is_sent_as_it_is_or_not_at_all() {
    check(|| {
        for target in ["/places?name=La Paz", "/places?name=Reykjavík", "/a\tb"] {
            // Whether it is refused is asked by others.
            if let Ok(request) = get(HOST, target) {
                let sent = String::from_utf8_lossy(&request).into_owned();
                assert!(
                    sent.contains(target),
                    "expected an error for the target {target:?}, got another target\nWhoever asked \
                     would get the answer to a question that nobody put{}",
                    show_lines(&request)
                );
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_error_says_which_of_the_two() {
    check(|| {
        // Whether it is an error is asked by others.
        let got = get("a .example", TARGET);
        assert!(
            matches!(got, Ok(_) | Err(Error::Host { .. })),
            "expected the error Host, got {got:?}\nThe host \"a .example\" can't be sent, and the \
             target {TARGET:?} can"
        );
        let got = get(HOST, "/a b");
        assert!(
            matches!(got, Ok(_) | Err(Error::Target { .. })),
            "expected the error Target, got {got:?}\nThe target \"/a b\" can't be sent, and the host \
             {HOST:?} can"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_error_says_where() {
    check(|| {
        for (target, at) in [
            ("/places?name=La Paz", 15),
            // No octet of a slash that is put before it.
            ("?name=La Paz", 8),
            (" /places", 0),
            ("/places\x7f", 7),
        ] {
            expect_at(target, at);
        }
        let got = get("a .example", TARGET);
        assert!(
            !matches!(got, Err(Error::Host { at }) if at != 1),
            "expected Host {{ at: 1 }} for the host \"a .example\", got {got:?}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_error_says_where_the_first_is() {
    check(|| {
        for (target, at) in [("/places?name=Reykjavík", 20), ("/a b c", 2), ("/\r\n", 1)] {
            expect_at(target, at);
        }
        // Whether each of them is refused is asked by others.
        if get(HOST, "/ ").is_err() && get(HOST, "/\t").is_err() && get(HOST, "/í").is_err() {
            for (target, at) in [("/a\tb c", 2), ("/a b\t", 2), ("/aí b", 2), ("/a bí", 2)] {
                expect_at(target, at);
            }
        }
    });
}
