use super::*;

use std::cell::Cell;

use testkit::{check, note};
use web::mac::{Key, hex, key};

/// When the checks take place, in seconds since 1970.
const NOW: u64 = 1_700_000_000;
/// When their cookies are over.
const EXPIRES: u64 = NOW + 600;

/// A key that counts what it is asked.
struct Watched {
    key: ring::hmac::Key,
    signed: Cell<u32>,
}

impl Watched {
    fn new() -> Watched {
        Watched {
            key: key(b"0123456789abcdef0123456789abcdef"),
            signed: Cell::new(0),
        }
    }
}

impl Key for Watched {
    fn sign(&self, message: &[u8]) -> [u8; 32] {
        self.signed.set(self.signed.get() + 1);
        self.key.sign(message)
    }

    fn verify(&self, message: &[u8], mac: &[u8]) -> bool {
        self.key.verify(message, mac)
    }
}

fn ours() -> ring::hmac::Key {
    Watched::new().key
}

/// The cookie that the contract describes, whatever `sign` does.
fn cookie(name: &str, value: &str, expires: u64) -> String {
    let signed = format!("{value}.{expires}");
    format!("{signed}.{}", mac(&format!("{name}={signed}")))
}

fn mac(message: &str) -> String {
    hex(&Key::sign(&ours(), message.as_bytes()))
}

#[track_caller]
fn signed(name: &str, value: &str, expires: u64) -> String {
    let _note = note(|| format!("(sign was given {name:?}, {value:?}, {expires})"));
    match sign(&ours(), name, value, expires) {
        Ok(cookie) => cookie,
        Err(error) => panic!(
            "sign the value {value:?} for the cookie {name:?} until {expires}\n  expected  a cookie\n  \
             got       the error {error:?}"
        ),
    }
}

#[track_caller]
fn opens(name: &str, cookie: &str, now: u64, expected: Result<&str, Error>, why: &str) {
    let _note = note(|| format!("(open was given {name:?}, {cookie:?}, at {now})"));
    let got = open(&ours(), name, cookie, now);
    assert!(
        got == expected,
        "the cookie {name:?} is {cookie:?} at {now}{why}\n  expected  {expected:?}\n  got       {got:?}"
    );
}

#[track_caller]
fn forged(name: &str, cookie: &str, why: &str) {
    opens(name, cookie, NOW, Err(Error::Forged), why);
}

#[test]
#[ignore = "exercise"]
fn what_was_signed_opens() {
    check(|| {
        let cookie = signed("session", "alice", EXPIRES);
        opens("session", &cookie, NOW, Ok("alice"), ", as it was signed");
    });
}

#[test]
#[ignore = "exercise"]
fn a_cookie_is_value_expiry_and_mac() {
    check(|| {
        let got = signed("session", "alice", EXPIRES);
        let shape = got
            .strip_prefix(&format!("alice.{EXPIRES}."))
            .is_some_and(|mac| mac.len() == 64 && web::mac::unhex(mac).is_some());
        assert!(
            shape,
            "sign the value \"alice\" for the cookie \"session\" until {EXPIRES}\n  expected  \
             alice.{EXPIRES}. and 64 digits\n  got       {got}"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_mac_is_that_of_name_value_and_expiry() {
    check(|| {
        let got = signed("session", "alice", EXPIRES);
        let message = format!("session=alice.{EXPIRES}");
        assert!(
            got.ends_with(&mac(&message)),
            "sign the value \"alice\" for the cookie \"session\" until {EXPIRES}\n  expected  a cookie that \
             ends with the MAC of {message}\n  got       one that ends with something else"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn what_the_contract_writes_opens() {
    check(|| {
        let cookie = cookie("session", "alice", EXPIRES);
        opens("session", &cookie, NOW, Ok("alice"), "");
    });
}

#[test]
#[ignore = "exercise"]
fn a_value_may_be_empty() {
    check(|| {
        let cookie = signed("session", "", EXPIRES);
        opens("session", &cookie, NOW, Ok(""), ", as it was signed");
    });
}

#[test]
#[ignore = "exercise"]
fn a_value_may_have_dots() {
    check(|| {
        let cookie = signed("session", "a.b..c.1", EXPIRES);
        opens(
            "session",
            &cookie,
            NOW,
            Ok("a.b..c.1"),
            ", as it was signed",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn every_cookie_octet_may_be_in_a_value() {
    check(|| {
        for octet in (b'!'..=b'~').map(char::from) {
            if "\",;\\".contains(octet) {
                continue;
            }
            let value = format!("a{octet}b");
            let cookie = signed("session", &value, EXPIRES);
            opens("session", &cookie, NOW, Ok(&value), ", as it was signed");
        }
    });
}

#[track_caller]
fn not_signed(bad: &[char]) {
    for bad in bad {
        let value = format!("alice{bad}b");
        let _note = note(|| format!("(sign was given {value:?})"));
        let got = sign(&ours(), "session", &value, EXPIRES);
        assert!(
            got == Err(Error::Value),
            "sign the value {value:?}: no cookie can carry {bad:?}\n  expected  Err(Value)\n  got       \
             {got:?}"
        );
    }
}

#[test]
#[ignore = "exercise"]
fn a_value_that_ends_its_cookie_is_refused() {
    check(|| not_signed(&[';']));
}

#[test]
#[ignore = "exercise"]
fn a_value_that_ends_its_line_is_refused() {
    check(|| not_signed(&['\n', '\r', '\0', '\t', '\u{7f}']));
}

#[test]
#[ignore = "exercise"]
fn a_value_with_a_blank_is_refused() {
    check(|| not_signed(&[' ']));
}

#[test]
#[ignore = "exercise"]
fn a_value_with_marks_around_values_is_refused() {
    check(|| not_signed(&['"', ',', '\\']));
}

#[test]
#[ignore = "exercise"]
fn a_value_beyond_ascii_is_refused() {
    check(|| not_signed(&['é', '\u{80}']));
}

#[test]
#[ignore = "exercise"]
fn another_value_is_forged() {
    check(|| {
        let other = signed("session", "alice", EXPIRES).replace("alice", "admin");
        forged("session", &other, ", and was signed for \"alice\"");
    });
}

#[test]
#[ignore = "exercise"]
fn another_expiry_is_forged() {
    check(|| {
        let later = (EXPIRES + 1000).to_string();
        let other = signed("session", "alice", EXPIRES).replace(&EXPIRES.to_string(), &later);
        forged(
            "session",
            &other,
            &format!(", and was signed until {EXPIRES}"),
        );
    });
}

#[test]
#[ignore = "exercise"]
fn another_mac_is_forged() {
    check(|| {
        let right = mac(&format!("session=alice.{EXPIRES}"));
        for at in [0, 31, 63] {
            let other = if &right[at..=at] == "0" { "1" } else { "0" };
            let wrong = [&right[..at], other, &right[at + 1..]].concat();
            forged(
                "session",
                &format!("alice.{EXPIRES}.{wrong}"),
                &format!(", where digit {at} of the MAC is not the right one"),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_part_of_the_mac_is_not_enough() {
    check(|| {
        let right = mac(&format!("session=alice.{EXPIRES}"));
        for digits in [62, 2, 0] {
            forged(
                "session",
                &format!("alice.{EXPIRES}.{}", &right[..digits]),
                &format!(", with the first {digits} digits of 64 of its MAC"),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn more_than_the_mac_is_too_much() {
    check(|| {
        let right = cookie("session", "alice", EXPIRES);
        for more in ["00", "0", " ", ".", ";"] {
            forged(
                "session",
                &format!("{right}{more}"),
                &format!(", with {more:?} behind its MAC"),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_mac_has_one_spelling() {
    check(|| {
        let right = mac(&format!("session=alice.{EXPIRES}"));
        forged(
            "session",
            &format!("alice.{EXPIRES}.{}", right.to_ascii_uppercase()),
            ", where sign writes small letters",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn an_expiry_has_one_spelling() {
    check(|| {
        let right = cookie("session", "alice", EXPIRES);
        for sign in ["+", "0"] {
            let other = right.replacen('.', &format!(".{sign}"), 1);
            let why = format!(", with {sign:?} before the expiry that was signed");
            forged("session", &other, &why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_mac_of_another_key_is_forged() {
    check(|| {
        let other = key(b"ffffffffffffffffffffffffffffffff");
        let message = format!("session=alice.{EXPIRES}");
        let mac = hex(&Key::sign(&other, message.as_bytes()));
        forged(
            "session",
            &format!("alice.{EXPIRES}.{mac}"),
            ", signed with another key",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_cookie_of_another_name_is_forged() {
    check(|| {
        let theme = signed("theme", "admin", EXPIRES);
        forged(
            "session",
            &theme,
            ", and was signed for the cookie \"theme\"",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_name_does_not_run_into_its_value() {
    check(|| {
        let cookie = signed("user", "admin", EXPIRES);
        let moved = cookie.replacen("admin", "dmin", 1);
        forged(
            "usera",
            &moved,
            ", and \"admin\" was signed for the cookie \"user\"",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_value_does_not_run_into_its_expiry() {
    check(|| {
        let cookie = signed("session", "user1", 17_000_000_001);
        let moved = cookie.replacen("user1.17000000001", "user11.7000000001", 1);
        forged(
            "session",
            &moved,
            ", and \"user1\" was signed until 17000000001",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_cookie_in_quotes_is_forged() {
    check(|| {
        let quoted = format!("\"{}\"", cookie("session", "alice", EXPIRES));
        forged("session", &quoted, ", in quotes that sign has not written");
    });
}

#[test]
#[ignore = "exercise"]
fn an_expiry_of_0_is_over() {
    check(|| {
        let cookie = cookie("session", "alice", 0);
        opens("session", &cookie, NOW, Err(Error::Expired), "");
    });
}

#[test]
#[ignore = "exercise"]
fn a_value_that_nobody_signs_is_forged() {
    check(|| {
        let digits = "0".repeat(64);
        for value in ["alice bob", "alice;", "\"alice\"", "zoë", "a\n"] {
            forged("session", &format!("{value}.{EXPIRES}.{digits}"), "");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_no_cookie_of_ours_is_forged() {
    check(|| {
        let digits = "0".repeat(64);
        for other in [
            "".to_owned(),
            ".".to_owned(),
            "..".to_owned(),
            "alice".to_owned(),
            format!("alice.{EXPIRES}"),
            format!("alice.{EXPIRES}."),
            format!("alice.{EXPIRES}.{}", "é".repeat(32)),
            format!("alice.{EXPIRES}.a{}b", "é".repeat(31)),
            format!("alice.{EXPIRES}.{}", "+f".repeat(32)),
            format!("alice.99999999999999999999.{digits}"),
            format!(".{digits}"),
            digits,
        ] {
            forged("session", &other, "");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_mac_without_an_expiry_is_forged() {
    check(|| {
        for signed in ["alice", "alice.", "alice.soon", ""] {
            let mac = mac(&format!("session={signed}"));
            forged(
                "session",
                &format!("{signed}.{mac}"),
                ": the key has signed this, but there is no expiry in it",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_cookie_is_over_at_its_expiry() {
    check(|| {
        let cookie = signed("session", "alice", EXPIRES);
        opens(
            "session",
            &cookie,
            EXPIRES - 1,
            Ok("alice"),
            ", a second before it expires",
        );
        opens(
            "session",
            &cookie,
            EXPIRES,
            Err(Error::Expired),
            ", when it expires",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_cookie_stays_over() {
    check(|| {
        let cookie = signed("session", "alice", EXPIRES);
        let later = EXPIRES + 86_400;
        opens(
            "session",
            &cookie,
            later,
            Err(Error::Expired),
            ", a day after it expired",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_cookie_may_last_for_ever() {
    check(|| {
        let cookie = signed("session", "alice", u64::MAX);
        opens("session", &cookie, u64::MAX - 1, Ok("alice"), "");
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_forged_is_not_called_expired() {
    check(|| {
        let over = NOW - 1;
        forged(
            "session",
            &format!("alice.{over}.{}", "0".repeat(64)),
            ", with a MAC that is not the right one",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_right_mac_stays_with_the_key() {
    check(|| {
        let key = Watched::new();
        let right = cookie("session", "alice", EXPIRES);
        let wrong = format!("alice.{EXPIRES}.{}", "0".repeat(64));
        for cookie in [right, wrong] {
            let _note = note(|| format!("(open was given {cookie:?})"));
            let _ = open(&key, "session", &cookie, NOW);
        }
        let signed = key.signed.get();
        assert!(
            signed == 0,
            "two cookies were opened, and {signed} times the key was asked for the right MAC (`sign`), to \
             compare it here. `==` ends at the first octet that differs: the time it takes says how \
             many octets of a guess are right. Ask the key whether the MAC is right (`verify`): it \
             takes as long for every guess"
        );
    });
}
