use super::*;

use testkit::{check, note};

/// Enough for every form below that is not meant to be too much.
const LIMITS: Limits = Limits {
    octets: 64,
    pairs: 8,
};

/// Octets as text, with everything that can't be printed escaped.
fn show_body(body: &[u8]) -> String {
    format!("\"{}\"", body.escape_ascii())
}

fn show<T: AsRef<str>>(pairs: &[(T, T)]) -> String {
    match pairs {
        [] => "no pair".to_owned(),
        _ => pairs
            .iter()
            .map(|(name, value)| format!("{:?}: {:?}", name.as_ref(), value.as_ref()))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

fn show_values<T: AsRef<str>>(values: &[T]) -> String {
    match values {
        [] => "no value".to_owned(),
        _ => values
            .iter()
            .map(|value| format!("{:?}", value.as_ref()))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// This form, whose decoding is not what is asked.
#[track_caller]
fn form(body: &[u8]) -> Form {
    let form = {
        let _note = note(|| format!("(the body was {})", show_body(body)));
        Form::decode(body, LIMITS)
    };
    match form {
        Ok(form) => form,
        Err(error) => panic!(
            "the body was  {}\n  expected  a form\n  got       the error {error:?}",
            show_body(body)
        ),
    }
}

#[track_caller]
fn expect(body: &[u8], expected: &[(&str, &str)]) {
    let form = form(body);
    let got = form.pairs();
    let same = got.len() == expected.len()
        && got
            .iter()
            .zip(expected)
            .all(|(got, expected)| got.0 == expected.0 && got.1 == expected.1);
    assert!(
        same,
        "the body was  {}\n  expected  {}\n  got       {}",
        show_body(body),
        show(expected),
        show(got)
    );
}

/// What comes of a body under these limits.
fn outcome(body: &[u8], octets: usize, pairs: usize) -> String {
    let _note = note(|| format!("(the body was {})", show_body(body)));
    match Form::decode(body, Limits { octets, pairs }) {
        Ok(form) => format!("a form, pairs: {}", form.pairs().len()),
        Err(error) => format!("{error:?}"),
    }
}

#[track_caller]
fn expect_outcome(body: &[u8], octets: usize, pairs: usize, expected: &str) {
    let got = outcome(body, octets, pairs);
    assert!(
        got == expected,
        "the limits were {octets} octets and {pairs} pairs, the body was  {}\n  expected  \
         {expected}\n  got       {got}",
        show_body(body)
    );
}

#[test]
#[ignore = "exercise"]
fn one_pair() {
    check(|| expect(b"to=alice", &[("to", "alice")]));
}

#[test]
#[ignore = "exercise"]
fn pairs_keep_their_order() {
    check(|| {
        expect(
            b"to=bob&from=al&amount=5",
            &[("to", "bob"), ("from", "al"), ("amount", "5")],
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_body_has_no_pair() {
    check(|| expect(b"", &[]));
}

#[test]
#[ignore = "exercise"]
fn nothing_between_two_separators_is_no_pair() {
    check(|| expect(b"&&a=1&&b=2&", &[("a", "1"), ("b", "2")]));
}

#[test]
#[ignore = "exercise"]
fn a_pair_may_have_no_equals_sign() {
    check(|| expect(b"debug&a=1", &[("debug", ""), ("a", "1")]));
}

#[test]
#[ignore = "exercise"]
fn a_name_or_a_value_may_be_empty() {
    check(|| expect(b"=x&y=&=", &[("", "x"), ("y", ""), ("", "")]));
}

#[test]
#[ignore = "exercise"]
fn the_first_equals_sign_ends_the_name() {
    check(|| expect(b"memo=a=b=", &[("memo", "a=b=")]));
}

#[test]
#[ignore = "exercise"]
fn a_plus_is_a_space() {
    check(|| expect(b"memo=thank+you+all", &[("memo", "thank you all")]));
}

#[test]
#[ignore = "exercise"]
fn an_octet_may_be_written_as_two_digits() {
    check(|| expect(b"memo=a%20b%2Fc%7e", &[("memo", "a b/c~")]));
}

#[test]
#[ignore = "exercise"]
fn octets_together_are_a_character() {
    check(|| expect(b"memo=caf%C3%a9+\xc3\xa9", &[("memo", "café é")]));
}

#[test]
#[ignore = "exercise"]
fn an_encoded_plus_is_a_plus() {
    check(|| expect(b"memo=1%2B1", &[("memo", "1+1")]));
}

#[test]
#[ignore = "exercise"]
fn an_encoded_separator_separates_nothing() {
    check(|| expect(b"memo=salt%26pepper", &[("memo", "salt&pepper")]));
}

#[test]
#[ignore = "exercise"]
fn an_encoded_equals_sign_ends_no_name() {
    check(|| expect(b"a%3Db=c", &[("a=b", "c")]));
}

#[test]
#[ignore = "exercise"]
fn names_are_decoded_too() {
    check(|| expect(b"full+n%61me=x", &[("full name", "x")]));
}

#[test]
#[ignore = "exercise"]
fn everything_is_decoded_once() {
    check(|| expect(b"memo=%2541+%252B", &[("memo", "%41 %2B")]));
}

#[test]
#[ignore = "exercise"]
fn a_percent_sign_without_digits_stands_for_itself() {
    check(|| {
        expect(b"a=100%", &[("a", "100%")]);
        expect(b"a=5%4", &[("a", "5%4")]);
        expect(b"a=%zz", &[("a", "%zz")]);
        expect(b"a=%4z", &[("a", "%4z")]);
        expect(b"a=%%41", &[("a", "%A")]);
        expect("a=%é1&b=%4é".as_bytes(), &[("a", "%é1"), ("b", "%4é")]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_sign_is_no_digit() {
    check(|| expect(b"a=%+5&b=%-5", &[("a", "% 5"), ("b", "%-5")]));
}

#[test]
#[ignore = "exercise"]
fn what_is_not_utf_8_is_replaced() {
    check(|| {
        expect(b"a=caf%E9", &[("a", "caf\u{fffd}")]);
        expect(b"%FF=\xc3", &[("\u{fffd}", "\u{fffd}")]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_character_is_not_cut_by_a_separator() {
    check(|| expect(b"a=%C3&b=%A9", &[("a", "\u{fffd}"), ("b", "\u{fffd}")]));
}

#[test]
#[ignore = "exercise"]
fn nothing_else_is_taken_out() {
    check(|| {
        expect(b"a= 1;b=2\r\n&c=%00 ", &[("a", " 1;b=2\r\n"), ("c", "\0 ")]);
    });
}

#[test]
#[ignore = "exercise"]
fn a_byte_order_mark_stays() {
    check(|| expect(b"a=%EF%BB%BFb", &[("a", "\u{feff}b")]));
}

#[test]
#[ignore = "exercise"]
fn a_name_may_come_more_than_once() {
    check(|| {
        expect(b"a=1&b=2&a=3", &[("a", "1"), ("b", "2"), ("a", "3")]);
        expect(b"a=1&a=1", &[("a", "1"), ("a", "1")]);
    });
}

#[test]
#[ignore = "exercise"]
fn get_gives_the_first_value() {
    check(|| {
        let body = b"to=bob&to=eve&x=";
        let form = form(body);
        for (name, expected) in [("to", Some("bob")), ("x", Some("")), ("y", None)] {
            let got = form.get(name);
            assert!(
                got == expected,
                "the body was  {}\n  get({name:?})\n  expected  {expected:?}\n  got       {got:?}",
                show_body(body)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn all_gives_every_value_of_a_name() {
    check(|| {
        let body = b"tag=red&to=bob&tag=blue&tag=red";
        let form = form(body);
        let expected: [(&str, &[&str]); 3] = [
            ("tag", &["red", "blue", "red"]),
            ("to", &["bob"]),
            ("TAG", &[]),
        ];
        for (name, expected) in expected {
            let got = form.all(name);
            assert!(
                got == expected,
                "the body was  {}\n  all({name:?})\n  expected  {}\n  got       {}",
                show_body(body),
                show_values(expected),
                show_values(&got)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_body_of_just_the_limit_passes() {
    check(|| {
        expect_outcome(b"a=%41", 5, 8, "a form, pairs: 1");
        expect_outcome(b"", 0, 8, "a form, pairs: 0");
    });
}

#[test]
#[ignore = "exercise"]
fn a_body_over_the_limit_is_refused() {
    check(|| {
        expect_outcome(b"a=%41", 4, 8, "TooLong(4)");
        // Octets, not characters.
        expect_outcome("a=é".as_bytes(), 3, 8, "TooLong(3)");
        expect_outcome(b"&&&&", 3, 8, "TooLong(3)");
    });
}

#[test]
#[ignore = "exercise"]
fn as_many_pairs_as_the_limit_pass() {
    check(|| {
        expect_outcome(b"a=1&b=2", 64, 2, "a form, pairs: 2");
        expect_outcome(b"", 64, 0, "a form, pairs: 0");
        // Here are two pairs, and many separators.
        expect_outcome(b"&&a=1&&&b=2&&", 64, 2, "a form, pairs: 2");
    });
}

#[test]
#[ignore = "exercise"]
fn one_pair_over_the_limit_is_refused() {
    check(|| {
        expect_outcome(b"a=1&b=2&c=3", 64, 2, "TooManyPairs(2)");
    });
}

#[test]
#[ignore = "exercise"]
fn a_flood_of_pairs_is_refused() {
    check(|| expect_outcome(b"a=&b=&c=&d=&e=&f=&g=", 64, 2, "TooManyPairs(2)"));
}

#[test]
#[ignore = "exercise"]
fn too_long_comes_first() {
    check(|| expect_outcome(b"a=1&b=2", 6, 1, "TooLong(6)"));
}
