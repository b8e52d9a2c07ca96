use super::*;

use std::cell::Cell;

use testkit::{check, note};
use web::mac::{Key, hex, key};

const ALICE: &str = "alice-7f3a";
const EVE: &str = "eve-91c0";

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

fn mac(message: &str) -> String {
    hex(&Key::sign(&Watched::new().key, message.as_bytes()))
}

/// The token that the contract describes, whatever `token` does.
fn right(session: &str) -> String {
    mac(&format!("csrf:{session}"))
}

#[track_caller]
fn expect(
    effect: Effect,
    method: &str,
    session: Option<&str>,
    token: Option<&str>,
    expected: Result<(), Refusal>,
    why: &str,
) {
    let _note = note(|| format!("(the token was {token:?})"));
    let request = Request {
        method,
        session,
        token,
    };
    let got = guard(&Watched::new().key, effect, request);
    let does = match effect {
        Effect::Reads => "reads",
        Effect::Changes => "changes something",
    };
    assert!(
        got == expected,
        "{method} for a path that {does}, session {}, token {}{why}\n  expected  {expected:?}\n  got       \
         {got:?}",
        session.unwrap_or("none"),
        token.unwrap_or("none"),
    );
}

/// A form that changes something, sent in Alice's session.
#[track_caller]
fn refused(token: Option<&str>, why: &str) {
    expect(
        Effect::Changes,
        "POST",
        Some(ALICE),
        token,
        Err(Refusal::Token),
        why,
    );
}

#[test]
#[ignore = "exercise"]
fn a_form_of_the_session_is_let_through() {
    check(|| {
        let token = token(&Watched::new().key, ALICE);
        expect(
            Effect::Changes,
            "POST",
            Some(ALICE),
            Some(&token),
            Ok(()),
            ", as `token` gave it",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_token_is_the_mac_of_its_session() {
    check(|| {
        for session in [ALICE, EVE] {
            let got = token(&Watched::new().key, session);
            let expected = right(session);
            assert!(
                got == expected,
                "the token of the session {session}\n  expected  {expected}\n  got       {got}"
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_the_contract_writes_is_let_through() {
    check(|| {
        let token = right(ALICE);
        expect(
            Effect::Changes,
            "POST",
            Some(ALICE),
            Some(&token),
            Ok(()),
            "",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_token_of_another_session_is_refused() {
    check(|| {
        let token = token(&Watched::new().key, EVE);
        refused(Some(&token), ", as `token` gave it to eve-91c0");
    });
}

#[test]
#[ignore = "exercise"]
fn a_token_of_another_key_is_refused() {
    check(|| {
        let other = key(b"ffffffffffffffffffffffffffffffff");
        let token = hex(&Key::sign(&other, format!("csrf:{ALICE}").as_bytes()));
        refused(Some(&token), ", signed with another key");
    });
}

#[test]
#[ignore = "exercise"]
fn a_mac_of_something_else_is_refused() {
    check(|| {
        refused(Some(&mac(ALICE)), ", the MAC of the session alone");
        let cookie = mac(&format!("session={ALICE}.1700000600"));
        refused(Some(&cookie), ", the MAC of the session's cookie");
    });
}

#[test]
#[ignore = "exercise"]
fn a_form_without_token_is_refused() {
    check(|| refused(None, ""));
}

#[test]
#[ignore = "exercise"]
fn the_session_is_no_token() {
    check(|| refused(Some(ALICE), ""));
}

#[test]
#[ignore = "exercise"]
fn a_part_of_the_token_is_not_enough() {
    check(|| {
        for digits in [62, 2, 0] {
            let part = &right(ALICE)[..digits];
            refused(Some(part), &format!(": {digits} digits of 64"));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_token_may_be_any_text() {
    check(|| {
        let more = format!("{}00", right(ALICE));
        let blank = format!(" {}", right(ALICE));
        for token in ["é", "0", "+f", &"é".repeat(32), &more, &blank] {
            refused(Some(token), "");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_token_has_one_spelling() {
    check(|| {
        let capitals = right(ALICE).to_ascii_uppercase();
        refused(Some(&capitals), ", where `hex` writes small letters");
    });
}

#[test]
#[ignore = "exercise"]
fn a_form_without_session_is_refused() {
    check(|| {
        let token = right("");
        for token in [None, Some(token.as_str())] {
            expect(
                Effect::Changes,
                "POST",
                None,
                token,
                Err(Refusal::Session),
                "",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn who_only_reads_needs_nothing() {
    check(|| {
        expect(Effect::Reads, "GET", None, None, Ok(()), "");
        expect(Effect::Reads, "GET", Some(ALICE), None, Ok(()), "");
        expect(Effect::Reads, "GET", Some(ALICE), Some("x"), Ok(()), "");
    });
}

#[test]
#[ignore = "exercise"]
fn there_are_four_safe_methods() {
    check(|| {
        for method in ["HEAD", "OPTIONS", "TRACE"] {
            expect(Effect::Reads, method, Some(ALICE), None, Ok(()), "");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_link_changes_nothing() {
    check(|| {
        expect(
            Effect::Changes,
            "GET",
            Some(ALICE),
            None,
            Err(Refusal::Method),
            "",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_link_with_a_token_changes_nothing() {
    check(|| {
        let token = token(&Watched::new().key, ALICE);
        expect(
            Effect::Changes,
            "GET",
            Some(ALICE),
            Some(&token),
            Err(Refusal::Method),
            ": a link with the token in it is in histories and logs",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_link_without_session_changes_nothing() {
    check(|| {
        expect(
            Effect::Changes,
            "GET",
            None,
            None,
            Err(Refusal::Method),
            ": the method comes first",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn no_safe_method_changes_anything() {
    check(|| {
        let token = token(&Watched::new().key, ALICE);
        for method in ["HEAD", "OPTIONS", "TRACE"] {
            expect(
                Effect::Changes,
                method,
                Some(ALICE),
                Some(&token),
                Err(Refusal::Method),
                "",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn every_other_method_needs_a_token() {
    check(|| {
        let right = token(&Watched::new().key, ALICE);
        for method in ["PUT", "PATCH", "DELETE", "PAY"] {
            for (token, expected) in [(None, Err(Refusal::Token)), (Some(&*right), Ok(()))] {
                expect(Effect::Changes, method, Some(ALICE), token, expected, "");
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn methods_differ_by_case() {
    check(|| {
        let right = token(&Watched::new().key, ALICE);
        for (token, expected) in [(None, Err(Refusal::Token)), (Some(&*right), Ok(()))] {
            expect(
                Effect::Changes,
                "get",
                Some(ALICE),
                token,
                expected,
                ": this is not GET",
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_form_that_reads_needs_a_token_too() {
    check(|| {
        expect(
            Effect::Reads,
            "POST",
            Some(ALICE),
            None,
            Err(Refusal::Token),
            "",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_right_token_stays_with_the_key() {
    check(|| {
        let key = Watched::new();
        for token in [right(ALICE), "0".repeat(64)] {
            let request = Request {
                method: "POST",
                session: Some(ALICE),
                token: Some(&token),
            };
            let _ = guard(&key, Effect::Changes, request);
        }
        let signed = key.signed.get();
        assert!(
            signed == 0,
            "two tokens came, and {signed} times the key was asked for the right one (`sign`), to compare it \
             here. `==` ends at the first octet that differs: the time it takes says how many octets of a \
             guess are right. Ask the key whether the token is right (`verify`): it takes as long for every \
             guess"
        );
    });
}
