use super::*;

use base64::prelude::{BASE64_STANDARD, Engine};
use ring::hmac;
use testkit::{check, note};

/// The keys below, by their short names.
const KEYS: [(&str, &str); 8] = [
    ("ED1", "ssh-ed25519"),
    ("ED2", "ssh-ed25519"),
    ("ED3", "ssh-ed25519"),
    ("RSA1", "ssh-rsa"),
    ("RSA2", "ssh-rsa"),
    ("EC1", "ecdsa-sha2-nistp256"),
    ("CA1", "ssh-ed25519"),
    ("CA2", "ssh-ed25519"),
];

/// A key as it goes over the wire: its algorithm, and here its short name.
fn wire(short: &str) -> Vec<u8> {
    let key = KEYS.iter().find(|(name, _)| *name == short);
    let (name, algorithm) = key.expect("a key of this check");
    [*algorithm, *name]
        .map(|part| [&(part.len() as u32).to_be_bytes()[..], part.as_bytes()].concat())
        .concat()
}

/// The two fields of a line that are a key.
fn key_fields(short: &str) -> String {
    let key = KEYS.iter().find(|(name, _)| *name == short);
    let (_, algorithm) = key.expect("a key of this check");
    format!("{algorithm} {}", BASE64_STANDARD.encode(wire(short)))
}

/// This name, hashed.
fn hash(name: &str) -> String {
    let salt = b"twenty octets, salty";
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, salt);
    let tag = hmac::sign(&key, name.as_bytes());
    format!(
        "|1|{}|{}",
        BASE64_STANDARD.encode(salt),
        BASE64_STANDARD.encode(tag)
    )
}

/// A file as it is, from one in which a key is `<ED1>` and a hashed name `<#a.example>`.
fn file(short: &str) -> String {
    let mut parts = short.split('<');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (inside, rest) = part.split_once('>').expect("a >");
        text += &match inside.strip_prefix('#') {
            Some(name) => hash(name),
            None => key_fields(inside),
        };
        text += rest;
    }
    text
}

fn show_file(short: &str) -> String {
    if short.is_empty() {
        return "  (an empty file)".to_owned();
    }
    let lines = short.lines().enumerate();
    let lines: Vec<String> = lines
        .map(|(at, line)| format!("  {}: {}", at + 1, line.escape_debug()))
        .collect();
    lines.join("\n")
}

/// What a server shows.
#[derive(Clone, Copy)]
struct Key {
    key: &'static str,
    authority: Option<&'static str>,
}

fn key(key: &'static str) -> Key {
    Key {
        key,
        authority: None,
    }
}

/// A key with a certificate.
fn signed(key: &'static str, authority: &'static str) -> Key {
    Key {
        key,
        authority: Some(authority),
    }
}

/// The verdict of this file; a port of 22 is SSH's own.
#[track_caller]
fn expect_at(short: &str, host: &str, port: u16, shown: Key, expected: Verdict) {
    let question = || {
        let certificate = match shown.authority {
            Some(authority) => format!(" with a certificate of {authority}'s"),
            None => String::new(),
        };
        format!(
            "{host}, port {port}, shows {}{certificate}; known_hosts (its keys by short names):\n{}",
            shown.key,
            show_file(short)
        )
    };
    let text = file(short);
    let wire_key = wire(shown.key);
    let authority = shown.authority.map(wire);
    let got = {
        let _note = note(question);
        KnownHosts::new(&text).check(
            host,
            port,
            &Shown {
                key: &wire_key,
                authority: authority.as_deref(),
            },
        )
    };
    assert!(
        got == expected,
        "{}\n  expected  {expected:?}\n  got       {got:?}",
        question()
    );
}

#[track_caller]
fn expect(short: &str, host: &str, shown: Key, expected: Verdict) {
    expect_at(short, host, 22, shown, expected);
}

#[track_caller]
fn known(short: &str, host: &str) {
    expect(short, host, key("ED1"), Verdict::Known);
}

#[track_caller]
fn unknown(short: &str, host: &str) {
    expect(short, host, key("ED1"), Verdict::Unknown);
}

#[track_caller]
fn expect_algorithms(short: &str, host: &str, port: u16, expected: &[&str]) {
    let question = || {
        format!(
            "algorithms of {host}, port {port}; known_hosts (its keys by short names):\n{}",
            show_file(short)
        )
    };
    let text = file(short);
    let got = {
        let _note = note(question);
        KnownHosts::new(&text).algorithms(host, port)
    };
    assert!(
        got == expected,
        "{}\n  expected  {expected:?}\n  got       {got:?}",
        question()
    );
}

#[test]
#[ignore = "exercise"]
fn a_known_key() {
    check(|| known("a.example <ED1>\n", "a.example"));
}

#[test]
#[ignore = "exercise"]
fn an_unknown_host() {
    check(|| {
        unknown("a.example <ED1>\n", "b.example");
        unknown("", "a.example");
    });
}

#[test]
#[ignore = "exercise"]
fn a_changed_key() {
    check(|| {
        expect(
            "a.example <ED1>\n",
            "a.example",
            key("ED2"),
            Verdict::Changed(vec![1]),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_key_of_another_host_is_no_help() {
    check(|| {
        let file = "a.example <ED1>\nb.example <ED2>\n";
        expect(file, "a.example", key("ED2"), Verdict::Changed(vec![1]));
        expect(file, "c.example", key("ED2"), Verdict::Unknown);
    });
}

#[test]
#[ignore = "exercise"]
fn one_key_of_several_is_enough() {
    check(|| {
        for shown in ["RSA1", "ED1", "EC1"] {
            let file = "a.example <RSA1>\na.example <ED1>\na.example <EC1>\n";
            expect(file, "a.example", key(shown), Verdict::Known);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn two_keys_of_one_algorithm_may_be_known() {
    check(|| {
        for shown in ["ED1", "ED2"] {
            let file = "a.example <ED1>\na.example <ED2>\n";
            expect(file, "a.example", key(shown), Verdict::Known);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn every_line_with_another_key_is_told() {
    check(|| {
        let file = "a.example <RSA1>\nb.example <ED3>\na.example <ED2>\n*.example <EC1>\n";
        expect(
            file,
            "a.example",
            key("ED1"),
            Verdict::Changed(vec![1, 3, 4]),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_key_of_another_algorithm_is_another_key() {
    check(|| {
        expect(
            "a.example <RSA1>\n",
            "a.example",
            key("ED1"),
            Verdict::Changed(vec![1]),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn comments_and_empty_lines_say_nothing_and_count() {
    check(|| {
        let file = "# mine\n\n  # a.example <ED1>\n#a.example <ED1>\n \t\na.example <ED2>\n";
        expect(file, "a.example", key("ED1"), Verdict::Changed(vec![6]));
        expect(file, "a.example", key("ED2"), Verdict::Known);
        expect(file, "#a.example", key("ED1"), Verdict::Unknown);
    });
}

#[test]
#[ignore = "exercise"]
fn blanks_are_spaces_and_tabs() {
    check(|| {
        known("  a.example   <ED1>\n", "a.example");
        let tabs = file("\ta.example <ED1> \n").replace(' ', "\t");
        known(&tabs, "a.example");
        known("a.example <ED1>", "a.example");
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_behind_the_key_says_nothing() {
    check(|| {
        known("a.example <ED1> al@a.example, since 2019\n", "a.example");
        known("a.example <ED1> # the new one\n", "a.example");
        unknown("a.example <ED2> b.example <ED1>\n", "b.example");
    });
}

#[test]
#[ignore = "exercise"]
fn what_can_not_be_read_is_passed_over() {
    check(|| {
        for line in [
            "a.example",
            "a.example ssh-ed25519",
            "a.example ssh-ed25519 no+base64!",
            // An old form of key: bits, exponent and modulus.
            "a.example 1024 35 1234567890",
            "@trusted a.example <ED2>",
            "@trusted,a.example <ED2>",
            "@REVOKED a.example <ED1>",
            "@revoked",
            "@cert-authority a.example",
        ] {
            known(&format!("{line}\na.example <ED1>\n"), "a.example");
            unknown(&format!("{line}\nb.example <ED1>\n"), "a.example");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn lines_that_can_not_be_read_count() {
    check(|| {
        let file = "a.example\n@trusted a.example <ED1>\na.example <ED2>\n";
        expect(file, "a.example", key("ED1"), Verdict::Changed(vec![3]));
    });
}

#[test]
#[ignore = "exercise"]
fn a_key_is_of_the_algorithm_before_it() {
    check(|| {
        let text = file("a.example <ED1>\n").replace("ssh-ed25519", "ssh-rsa");
        unknown(&text, "a.example");
    });
}

#[test]
#[ignore = "exercise"]
fn a_line_may_have_several_hosts() {
    check(|| {
        for host in ["a.example", "b.example", "10.0.0.1"] {
            known("a.example,b.example,10.0.0.1 <ED1>\n", host);
        }
        unknown("a.example,b.example <ED1>\n", "a.example,b.example");
        unknown("a.example,b.example <ED1>\n", "example");
    });
}

#[test]
#[ignore = "exercise"]
fn a_pattern_is_the_whole_name() {
    check(|| {
        let file = "a.example <ED1>\n";
        for host in ["not-a.example", "a.example.evil.example", "a.exampl", ""] {
            unknown(file, host);
        }
        unknown("a.example* <ED1>\n", "not-a.example");
        unknown("*.example <ED1>\n", "a.example.org");
        unknown("a?example <ED1>\n", "a.example.org");
    });
}

#[test]
#[ignore = "exercise"]
fn a_star_is_any_number_of_characters() {
    check(|| {
        known("* <ED1>\n", "a.example");
        known("*.example <ED1>\n", "a.example");
        known("a.* <ED1>\n", "a.example");
        known("a*.example <ED1>\n", "a.example");
        known("a.*mpl* <ED1>\n", "a.example");
        known("10.0.*.1 <ED1>\n", "10.0.77.1");
        unknown("*.example <ED1>\n", "example");
    });
}

#[test]
#[ignore = "exercise"]
fn a_star_takes_dots_too() {
    check(|| known("*.example <ED1>\n", "www.a.example"));
}

#[test]
#[ignore = "exercise"]
fn a_star_takes_as_much_as_the_rest_leaves() {
    check(|| {
        known("*ab <ED1>\n", "aab");
        known("*.a.example <ED1>\n", "www.a.a.example");
        known("*a*ab*b <ED1>\n", "aaabbb");
        unknown("*ab*ab <ED1>\n", "aab");
    });
}

#[test]
#[ignore = "exercise"]
fn a_question_mark_is_one_character() {
    check(|| {
        known("web?.example <ED1>\n", "web7.example");
        known("??.example <ED1>\n", "a..example");
        unknown("web?.example <ED1>\n", "web.example");
        unknown("web? <ED1>\n", "web");
        unknown("web?.example <ED1>\n", "web17.example");
    });
}

#[test]
#[ignore = "exercise"]
fn many_stars_take_no_time() {
    check(|| {
        let pattern = "*a".repeat(24);
        let host = "a".repeat(48);
        known(&format!("{pattern}* <ED1>\n"), &host);
        unknown(&format!("{pattern}*b <ED1>\n"), &host);
    });
}

#[test]
#[ignore = "exercise"]
fn a_negated_pattern_has_the_last_word() {
    check(|| {
        for hosts in ["*.example,!old.example", "old.example,*,!old.*"] {
            let file = format!("{hosts} <ED1>\n");
            known(&file, "new.example");
            unknown(&file, "old.example");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_negated_pattern_may_come_first() {
    check(|| {
        for hosts in ["!old.example,*.example", "!old.*,*,old.example"] {
            let file = format!("{hosts} <ED1>\n");
            known(&file, "new.example");
            unknown(&file, "old.example");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_negated_pattern_alone_speaks_of_nobody() {
    check(|| {
        unknown("!old.example <ED1>\n", "new.example");
        unknown("!old.example <ED1>\n", "old.example");
    });
}

#[test]
#[ignore = "exercise"]
fn a_negated_pattern_is_its_line_s() {
    check(|| known("*,!a.example <ED2>\na.example <ED1>\n", "a.example"));
}

#[test]
#[ignore = "exercise"]
fn the_case_of_a_host_is_no_matter() {
    check(|| {
        known("a.example <ED1>\n", "A.Example");
        expect(
            "a.example <ED2>\n",
            "A.EXAMPLE",
            key("ED1"),
            Verdict::Changed(vec![1]),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_case_of_a_pattern_is_no_matter() {
    check(|| {
        known("A.Example <ED1>\n", "a.example");
        known("*.EXAMPLE <ED1>\n", "a.example");
        unknown("*,!A.example <ED1>\n", "a.example");
    });
}

#[test]
#[ignore = "exercise"]
fn a_hashed_host() {
    check(|| {
        known("<#a.example> <ED1>\n", "a.example");
        unknown("<#a.example> <ED1>\n", "b.example");
        expect(
            "<#a.example> <ED2>\n",
            "a.example",
            key("ED1"),
            Verdict::Changed(vec![1]),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_hash_is_one_of_small_letters() {
    check(|| known("<#a.example> <ED1>\n", "A.Example"));
}

#[test]
#[ignore = "exercise"]
fn a_hash_is_no_pattern_and_no_list() {
    check(|| {
        unknown("<#*.example> <ED1>\n", "a.example");
        unknown("<#a.example>,b.example <ED1>\n", "b.example");
        unknown("b.example,<#a.example> <ED1>\n", "a.example");
    });
}

#[test]
#[ignore = "exercise"]
fn a_hash_that_can_not_be_read_is_passed_over() {
    check(|| {
        for hosts in ["|", "|1|", "|1|salt|", "|2|c2FsdA==|c2FsdA==", "|1|!|!"] {
            known(&format!("{hosts} <ED2>\na.example <ED1>\n"), "a.example");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn another_port_has_a_name_of_its_own() {
    check(|| {
        let file = "[a.example]:2222 <ED1>\n";
        expect_at(file, "a.example", 2222, key("ED1"), Verdict::Known);
        expect_at(
            file,
            "a.example",
            2222,
            key("ED2"),
            Verdict::Changed(vec![1]),
        );
        expect_at(file, "a.example", 2223, key("ED1"), Verdict::Unknown);
        expect_at(file, "a.example", 22, key("ED1"), Verdict::Unknown);
    });
}

#[test]
#[ignore = "exercise"]
fn the_port_22_is_not_written() {
    check(|| {
        expect_at(
            "[a.example]:22 <ED1>\n",
            "a.example",
            22,
            key("ED1"),
            Verdict::Unknown,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_name_with_a_port_may_be_a_pattern() {
    check(|| {
        expect_at(
            "[*.example]:2222 <ED1>\n",
            "A.example",
            2222,
            key("ED1"),
            Verdict::Known,
        );
        expect_at(
            "[A.Example]:* <ED1>\n",
            "a.example",
            2222,
            key("ED1"),
            Verdict::Known,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_address_with_colons() {
    check(|| {
        expect_at("::1 <ED1>\n", "::1", 22, key("ED1"), Verdict::Known);
        expect_at(
            "[::1]:2222 <ED1>\n",
            "::1",
            2222,
            key("ED1"),
            Verdict::Known,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_name_with_a_port_may_be_hashed() {
    check(|| {
        let file = "<#[a.example]:2222> <ED1>\n";
        expect_at(file, "A.example", 2222, key("ED1"), Verdict::Known);
        expect_at(
            file,
            "a.example",
            2222,
            key("ED2"),
            Verdict::Changed(vec![1]),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_host_known_without_its_port_is_known() {
    check(|| {
        expect_at(
            "a.example <ED1>\n",
            "A.example",
            2222,
            key("ED1"),
            Verdict::Known,
        );
        expect_at(
            "<#a.example> <ED1>\n",
            "a.example",
            2222,
            key("ED1"),
            Verdict::Known,
        );
        let file = "@cert-authority a.example <CA1>\n";
        expect_at(
            file,
            "a.example",
            2222,
            signed("ED1", "CA1"),
            Verdict::Known,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_line_without_port_is_no_evidence_against_another_port() {
    check(|| {
        expect_at(
            "a.example <ED2>\n",
            "a.example",
            2222,
            key("ED1"),
            Verdict::Unknown,
        );
        let file = "@revoked a.example <ED1>\n";
        expect_at(file, "a.example", 2222, key("ED1"), Verdict::Unknown);
    });
}

#[test]
#[ignore = "exercise"]
fn a_changed_key_is_not_saved_by_a_line_without_port() {
    check(|| {
        let file = "[a.example]:2222 <ED1>\na.example <ED2>\n";
        expect_at(
            file,
            "a.example",
            2222,
            key("ED2"),
            Verdict::Changed(vec![1]),
        );
        let file = "@revoked [a.example]:2222 <ED1>\na.example <ED1>\n";
        expect_at(file, "a.example", 2222, key("ED1"), Verdict::Revoked(1));
    });
}

#[test]
#[ignore = "exercise"]
fn a_revoked_key() {
    check(|| {
        expect(
            "@revoked a.example <ED1>\n",
            "a.example",
            key("ED1"),
            Verdict::Revoked(1),
        );
        expect(
            "@revoked * <ED1>\n",
            "a.example",
            key("ED1"),
            Verdict::Revoked(1),
        );
        expect(
            "@revoked <#a.example> <ED1>\n",
            "a.example",
            key("ED1"),
            Verdict::Revoked(1),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn revoked_is_said_wherever_it_stands() {
    check(|| {
        let file = "@revoked * <ED1>\na.example <ED1>\n";
        expect(file, "a.example", key("ED1"), Verdict::Revoked(1));
        let file = "a.example <ED1>\n\n@revoked * <ED1>\n@revoked a.example <ED1>\n";
        expect(file, "a.example", key("ED1"), Verdict::Revoked(3));
        let file = "a.example <ED2>\n@revoked * <ED1>\n";
        expect(file, "a.example", key("ED1"), Verdict::Revoked(2));
    });
}

#[test]
#[ignore = "exercise"]
fn a_key_is_revoked_for_the_hosts_of_its_line() {
    check(|| {
        let file = "@revoked b.example <ED1>\na.example <ED1>\n";
        expect(file, "a.example", key("ED1"), Verdict::Known);
        let file = "@revoked *,!a.example <ED1>\na.example <ED1>\n";
        expect(file, "a.example", key("ED1"), Verdict::Known);
    });
}

#[test]
#[ignore = "exercise"]
fn a_revoked_key_says_nothing_of_others() {
    check(|| {
        expect(
            "@revoked a.example <ED2>\n",
            "a.example",
            key("ED1"),
            Verdict::Unknown,
        );
        let file = "@revoked a.example <ED2>\na.example <ED1>\n";
        expect(file, "a.example", key("ED1"), Verdict::Known);
        expect(file, "a.example", key("ED3"), Verdict::Changed(vec![2]));
    });
}

#[test]
#[ignore = "exercise"]
fn a_certificate_of_a_known_authority() {
    check(|| {
        let file = "@cert-authority *.example <CA1>\n";
        expect(file, "a.example", signed("ED1", "CA1"), Verdict::Known);
        expect(
            file,
            "a.example.org",
            signed("ED1", "CA1"),
            Verdict::Unknown,
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_certificate_of_another_authority() {
    check(|| {
        let file = "@cert-authority *.example <CA1>\n";
        expect(file, "a.example", signed("ED1", "CA2"), Verdict::Unknown);
        let file = "@cert-authority *.example <CA1>\na.example <ED2>\n";
        expect(
            file,
            "a.example",
            signed("ED1", "CA2"),
            Verdict::Changed(vec![2]),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn one_of_several_authorities_is_enough() {
    check(|| {
        let file = "@cert-authority * <CA1>\n@cert-authority *.example <CA2>\n";
        expect(file, "a.example", signed("ED1", "CA2"), Verdict::Known);
        expect(file, "a.example", signed("ED1", "CA1"), Verdict::Known);
    });
}

#[test]
#[ignore = "exercise"]
fn with_a_certificate_the_key_itself_may_be_known() {
    check(|| {
        expect(
            "a.example <ED1>\n",
            "a.example",
            signed("ED1", "CA1"),
            Verdict::Known,
        );
        let file = "@cert-authority * <CA2>\na.example <ED1>\n";
        expect(file, "a.example", signed("ED1", "CA1"), Verdict::Known);
    });
}

#[test]
#[ignore = "exercise"]
fn a_certificate_saves_a_changed_key() {
    check(|| {
        let file = "a.example <ED2>\n@cert-authority * <CA1>\n";
        expect(file, "a.example", signed("ED1", "CA1"), Verdict::Known);
    });
}

#[test]
#[ignore = "exercise"]
fn without_a_certificate_an_authority_says_nothing() {
    check(|| {
        let file = "@cert-authority * <CA1>\n";
        expect(file, "a.example", key("ED1"), Verdict::Unknown);
    });
}

#[test]
#[ignore = "exercise"]
fn an_authority_s_key_is_no_host_s() {
    check(|| {
        expect(
            "@cert-authority * <CA1>\n",
            "a.example",
            key("CA1"),
            Verdict::Unknown,
        );
        let file = "a.example <CA1>\n";
        expect(
            file,
            "a.example",
            signed("ED1", "CA1"),
            Verdict::Changed(vec![1]),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_revoked_authority() {
    check(|| {
        let file = "@cert-authority * <CA1>\n@revoked * <CA1>\n";
        expect(file, "a.example", signed("ED1", "CA1"), Verdict::Revoked(2));
        let file = "@revoked * <CA1>\na.example <ED1>\n";
        expect(file, "a.example", signed("ED1", "CA1"), Verdict::Revoked(1));
    });
}

#[test]
#[ignore = "exercise"]
fn a_revoked_key_with_a_certificate() {
    check(|| {
        let file = "@cert-authority * <CA1>\n@revoked * <ED1>\n";
        expect(file, "a.example", signed("ED1", "CA1"), Verdict::Revoked(2));
    });
}

#[test]
#[ignore = "exercise"]
fn algorithms_in_their_order() {
    check(|| {
        let file = "a.example <RSA1>\nb.example <EC1>\n*.example <ED1>\n";
        expect_algorithms(file, "A.example", 22, &["ssh-rsa", "ssh-ed25519"]);
        expect_algorithms(
            file,
            "b.example",
            22,
            &["ecdsa-sha2-nistp256", "ssh-ed25519"],
        );
        expect_algorithms(file, "c.test", 22, &[]);
    });
}

#[test]
#[ignore = "exercise"]
fn each_algorithm_once() {
    check(|| {
        let file = "a.example <ED1>\na.example <RSA1>\na.example <ED2>\na.example <RSA2>\n";
        expect_algorithms(file, "a.example", 22, &["ssh-ed25519", "ssh-rsa"]);
    });
}

#[test]
#[ignore = "exercise"]
fn algorithms_of_lines_without_marker() {
    check(|| {
        let file = "@revoked * <RSA1>\n@cert-authority * <EC1>\na.example <ED1>\n";
        expect_algorithms(file, "a.example", 22, &["ssh-ed25519"]);
    });
}

#[test]
#[ignore = "exercise"]
fn algorithms_of_a_port() {
    check(|| {
        let file = "a.example <RSA1>\n[a.example]:2222 <ED1>\n";
        expect_algorithms(file, "a.example", 2222, &["ssh-ed25519"]);
        expect_algorithms(file, "a.example", 2223, &[]);
        expect_algorithms(file, "a.example", 22, &["ssh-rsa"]);
    });
}
