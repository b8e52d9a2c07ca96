use super::*;

use std::net::SocketAddr;
use std::time::Duration;

use testkit::{check, note};

/// The delay that RFC 8305 recommends.
const DELAY: Duration = Duration::from_millis(250);

/// IPv6 addresses by the letters a to m, IPv4 addresses by the letters n to z; in
/// upper case with another port.
fn address(letter: char) -> SocketAddr {
    match letter {
        'A'..='Z' => {
            let mut other = address(letter.to_ascii_lowercase());
            other.set_port(8080);
            Ok(other)
        }
        'a'..='m' => format!("[2001:db8::{}]:80", letter as u32 - 'a' as u32 + 1).parse(),
        _ => format!("192.0.2.{}:80", letter as u32 - 'n' as u32 + 1).parse(),
    }
    .unwrap_or_else(|error| panic!("{letter}: {error}"))
}

fn addresses(letters: &str) -> Vec<SocketAddr> {
    letters.chars().map(address).collect()
}

/// The letter of an address, or the address if it has none.
fn letter(address: SocketAddr) -> String {
    let known = ('a'..='z')
        .chain('A'..='Z')
        .find(|letter| self::address(*letter) == address);
    known.map_or_else(|| address.to_string(), String::from)
}

fn spaced(letters: &str) -> String {
    let letters: Vec<String> = letters.chars().map(String::from).collect();
    match letters.is_empty() {
        true => "none".to_owned(),
        false => letters.join(" "),
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// A plan in a line: whom it tries and, if asked for, when.
fn show(plan: &[Attempt], starts: bool) -> String {
    let step = |attempt: &Attempt| match starts {
        true => format!(
            "{} {} ms",
            letter(attempt.address),
            milliseconds(attempt.start)
        ),
        false => letter(attempt.address),
    };
    let steps: Vec<String> = plan.iter().map(step).collect();
    match steps.is_empty() {
        true => "no attempt".to_owned(),
        false => steps.join(if starts { ", " } else { " " }),
    }
}

/// What there is to plan, for a sentence.
fn task(letters: &str, first_family: usize, delay: Duration) -> String {
    let count = match first_family {
        usize::MAX => "usize::MAX".to_owned(),
        count => count.to_string(),
    };
    format!(
        "addresses {}, first_family {count}, delay {} ms",
        spaced(letters),
        milliseconds(delay)
    )
}

const LETTERS: &str =
    "(a to m are IPv6 addresses, n to z IPv4, upper case the same at another port)";

/// The attempts of your plan, if it is one.
fn plan(given: &str, first_family: usize, delay: Duration) -> Vec<Attempt> {
    let task = task(given, first_family, delay);
    let _note = note(|| format!("with {task}\n{LETTERS}"));
    attempts(&addresses(given), first_family, delay)
}

/// With the addresses `given` and this delay, `expected` is the plan; `starts` says
/// whether the check is about when, too.
#[track_caller]
fn compare(given: &str, first_family: usize, delay: Duration, expected: &str, starts: bool) {
    let expected: Vec<Attempt> = addresses(expected)
        .into_iter()
        .zip(0..)
        .map(|(address, before)| Attempt {
            address,
            start: delay * before,
        })
        .collect();
    let got = plan(given, first_family, delay);
    let same = |(expected, got): (&Attempt, &Attempt)| {
        expected.address == got.address && (!starts || expected.start == got.start)
    };
    assert!(
        expected.len() == got.len() && expected.iter().zip(&got).all(same),
        "{}: expected {}, got {}\n{LETTERS}",
        task(given, first_family, delay),
        show(&expected, starts),
        show(&got, starts)
    );
}

/// The attempts go to the addresses of `expected`, one after the other.
#[track_caller]
fn expect_order(given: &str, first_family: usize, expected: &str) {
    compare(given, first_family, DELAY, expected, false);
}

/// The attempts with the addresses of `given`, in this order, start `delay` apart.
#[track_caller]
fn expect_starts(given: &str, delay: Duration) {
    compare(given, 1, delay, given, true);
}

#[test]
#[ignore = "exercise"]
fn one_address_is_tried_at_once() {
    check(|| {
        expect_starts("a", DELAY);
        expect_starts("n", DELAY);
    });
}

#[test]
#[ignore = "exercise"]
fn no_address_is_no_attempt() {
    check(|| expect_order("", 1, ""));
}

#[test]
#[ignore = "exercise"]
fn the_other_family_has_to_wait() {
    check(|| expect_starts("an", DELAY));
}

#[test]
#[ignore = "exercise"]
fn each_has_a_head_start_on_the_next() {
    check(|| expect_starts("abcd", DELAY));
}

#[test]
#[ignore = "exercise"]
fn the_delay_is_the_one_given() {
    check(|| {
        expect_starts("no", Duration::from_secs(2));
        expect_starts("ab", Duration::from_millis(100));
        expect_starts("abc", Duration::from_micros(2500));
        expect_starts("abc", Duration::ZERO);
    });
}

#[test]
#[ignore = "exercise"]
fn the_families_take_turns() {
    check(|| expect_order("abcnop", 1, "anbocp"));
}

#[test]
#[ignore = "exercise"]
fn the_first_address_stays_the_first() {
    check(|| {
        expect_order("noab", 1, "naob");
        expect_order("naobc", 1, "naobc");
    });
}

#[test]
#[ignore = "exercise"]
fn when_one_family_has_run_out_the_rest_follows() {
    check(|| {
        expect_order("abcdn", 1, "anbcd");
        expect_order("anopq", 1, "anopq");
    });
}

#[test]
#[ignore = "exercise"]
fn the_order_within_a_family_stays() {
    check(|| expect_order("cabpno", 1, "cpanbo"));
}

#[test]
#[ignore = "exercise"]
fn the_first_family_may_have_more_attempts() {
    check(|| {
        expect_order("abcnop", 2, "abncop");
        expect_order("noabc", 2, "noabc");
        expect_order("abcdenop", 2, "abncodpe");
    });
}

#[test]
#[ignore = "exercise"]
fn the_first_family_may_have_fewer_addresses() {
    check(|| {
        expect_order("abnop", 3, "abnop");
        expect_order("anob", usize::MAX, "abno");
    });
}

#[test]
#[ignore = "exercise"]
fn no_attempts_for_the_first_family_are_one() {
    check(|| expect_order("abno", 0, "anbo"));
}

#[test]
#[ignore = "exercise"]
fn an_address_that_comes_twice_is_tried_once() {
    check(|| {
        expect_order("aabnn", 1, "anb");
        expect_order("aaab", 2, "ab");
    });
}

#[test]
#[ignore = "exercise"]
fn what_comes_twice_takes_no_turn() {
    check(|| expect_order("aabno", 1, "anbo"));
}

#[test]
#[ignore = "exercise"]
fn what_comes_twice_is_not_counted_for_the_first_family() {
    check(|| expect_order("aabcno", 2, "abnco"));
}

#[test]
#[ignore = "exercise"]
fn an_address_that_comes_again_later_is_tried_once() {
    check(|| expect_order("anbacno", 1, "anboc"));
}

#[test]
#[ignore = "exercise"]
fn another_port_is_another_address() {
    check(|| expect_order("aAnN", 1, "anAN"));
}
