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

fn step(attempt: Option<&Attempt>) -> String {
    match attempt {
        Some(attempt) => format!(
            "{:>5} ms  {:18}",
            attempt.start.as_millis(),
            attempt.address.to_string()
        ),
        None => format!("{:28}", "no attempt any more"),
    }
}

/// What there is to plan, for a sentence.
fn task(letters: &str, first_family: usize, delay: Duration) -> String {
    let list: Vec<String> = addresses(letters).iter().map(ToString::to_string).collect();
    format!(
        "{}\n(first_family {first_family}, a delay of {} ms)",
        list.join(", "),
        delay.as_millis()
    )
}

/// The attempts of your plan, if it is one.
fn plan(given: &str, first_family: usize, delay: Duration) -> Vec<Attempt> {
    let task = task(given, first_family, delay);
    let _note = note(|| format!("(the addresses were  {task})"));
    attempts(&addresses(given), first_family, delay)
}

/// The plan, step by step, up to the one that is wrong.
fn report(task: &str, expected: &[Attempt], got: &[Attempt], wrong: usize) -> String {
    let mut report = format!("the addresses were  {task}");
    report.push_str(&format!("\n     {:30} {}", "expected", "got"));
    for at in 0..=wrong {
        let mark = if at == wrong { "   <-" } else { "" };
        report.push_str(&format!(
            "\n  {}. {}   {}{mark}",
            at + 1,
            step(expected.get(at)),
            step(got.get(at)).trim_end()
        ));
    }
    report
}

/// With the addresses `given` and this delay, `expected` is the plan. `same` says
/// whether two attempts are the same in what the check is about.
#[track_caller]
fn compare(
    given: &str,
    first_family: usize,
    delay: Duration,
    expected: &str,
    same: fn(&Attempt, &Attempt) -> bool,
) {
    let expected: Vec<Attempt> = addresses(expected)
        .into_iter()
        .zip(0..)
        .map(|(address, before)| Attempt {
            address,
            start: delay * before,
        })
        .collect();
    let got = plan(given, first_family, delay);
    let differ = |&at: &usize| match (expected.get(at), got.get(at)) {
        (Some(expected), Some(got)) => !same(expected, got),
        _ => true,
    };
    if let Some(wrong) = (0..expected.len().max(got.len())).find(differ) {
        let task = task(given, first_family, delay);
        panic!("{}", report(&task, &expected, &got, wrong));
    }
}

/// The attempts go to the addresses of `expected`, one after the other.
#[track_caller]
fn expect_order(given: &str, first_family: usize, expected: &str) {
    compare(given, first_family, DELAY, expected, |expected, got| {
        expected.address == got.address
    });
}

/// The attempts with the addresses of `given`, in this order, start `delay` apart.
#[track_caller]
fn expect_starts(given: &str, delay: Duration) {
    compare(given, 1, delay, given, |expected, got| expected == got);
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
        expect_starts("ab", Duration::from_millis(100));
        expect_starts("no", Duration::from_secs(2));
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
fn an_address_that_comes_again_later_is_tried_once() {
    check(|| expect_order("anbacno", 1, "anboc"));
}

#[test]
#[ignore = "exercise"]
fn another_port_is_another_address() {
    check(|| expect_order("aAnN", 1, "anAN"));
}
