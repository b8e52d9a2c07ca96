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

/// What came as token, and what to call it.
type Token<'a> = Option<(&'a str, &'a str)>;

#[track_caller]
fn expect(
    effect: Effect,
    method: &str,
    session: Option<&str>,
    token: Token<'_>,
    expected: Result<(), Refusal>,
) {
    let request = Request {
        method,
        session,
        token: token.map(|(token, _)| token),
    };
    let does = match effect {
        Effect::Reads => "reads",
        Effect::Changes => "changes something",
    };
    let session = session.map_or("no session".to_owned(), |session| {
        format!("the session {session:?}")
    });
    let token = token.map_or("no token", |(_, what)| what);
    let asked = format!("{method} for a path that {does}, {session}, {token}");
    let got = {
        let _note = note(|| format!("({asked})"));
        guard(&Watched::new().key, effect, request)
    };
    assert!(
        got == expected,
        "{asked}\n  expected  {expected:?}\n  got       {got:?}"
    );
}

/// A form that changes something, sent in Alice's session.
#[track_caller]
fn refused(token: Token<'_>) {
    let expected = Err(Refusal::Token);
    expect(Effect::Changes, "POST", Some(ALICE), token, expected);
}

/// The token that `token` gives to Alice.
fn given() -> String {
    token(&Watched::new().key, ALICE)
}

const GIVEN: &str = "its token";

#[test]
#[ignore = "exercise"]
fn a_form_of_the_session_is_let_through() {
    check(|| {
        let token = given();
        let token = Some((&*token, GIVEN));
        expect(Effect::Changes, "POST", Some(ALICE), token, Ok(()));
    });
}

#[test]
#[ignore = "exercise"]
fn a_token_is_the_mac_of_its_session() {
    check(|| {
        let key = Watched::new().key;
        assert!(
            token(&key, ALICE) != token(&key, EVE),
            "the tokens of the sessions {ALICE} and {EVE} are the same: whoever has one has both"
        );
        for session in [ALICE, EVE] {
            let got = token(&key, session);
            let expected = right(session);
            let digits = got.len() == 64 && web::mac::unhex(&got).is_some();
            assert!(
                got == expected,
                "the token of the session {session}\n  expected  the MAC of csrf:{session}, 64 digits\n  got       \
                 {}",
                if digits { "other digits" } else { &got }
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_the_contract_writes_is_let_through() {
    check(|| {
        let token = right(ALICE);
        let token = Some((&*token, "the token of the contract"));
        expect(Effect::Changes, "POST", Some(ALICE), token, Ok(()));
    });
}

#[test]
#[ignore = "exercise"]
fn the_token_of_another_session_is_refused() {
    check(|| {
        let token = token(&Watched::new().key, EVE);
        refused(Some((&token, "the token of the session eve-91c0")));
    });
}

#[test]
#[ignore = "exercise"]
fn a_token_of_another_key_is_refused() {
    check(|| {
        let other = key(b"ffffffffffffffffffffffffffffffff");
        let token = hex(&Key::sign(&other, format!("csrf:{ALICE}").as_bytes()));
        refused(Some((&token, "a token of another key")));
    });
}

#[test]
#[ignore = "exercise"]
fn a_mac_of_something_else_is_refused() {
    check(|| {
        refused(Some((&mac(ALICE), "the MAC of the session alone")));
        let cookie = mac(&format!("session={ALICE}.1700000600"));
        refused(Some((&cookie, "the MAC of the session's cookie")));
    });
}

#[test]
#[ignore = "exercise"]
fn a_form_without_token_is_refused() {
    check(|| refused(None));
}

#[test]
#[ignore = "exercise"]
fn the_session_is_no_token() {
    check(|| refused(Some((ALICE, "the session as token"))));
}

#[test]
#[ignore = "exercise"]
fn a_part_of_the_token_is_not_enough() {
    check(|| {
        for digits in [62, 2, 0] {
            let what = format!("the first {digits} digits of its token");
            refused(Some((&right(ALICE)[..digits], &what)));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_token_may_be_any_text() {
    check(|| {
        for token in ["é", "0", "+f", &"é".repeat(32)] {
            refused(Some((token, &format!("the token {token:?}"))));
        }
        for more in ["00", " "] {
            let token = format!("{}{more}", right(ALICE));
            refused(Some((
                &token,
                &format!("its token with {more:?} behind it"),
            )));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_token_has_one_spelling() {
    check(|| {
        let capitals = right(ALICE).to_ascii_uppercase();
        refused(Some((
            &capitals,
            "its token in capitals, as `hex` writes none",
        )));
    });
}

#[test]
#[ignore = "exercise"]
fn a_form_without_session_is_refused() {
    check(|| {
        let token = right("");
        let token = Some((&*token, "the token of an empty session"));
        expect(Effect::Changes, "POST", None, token, Err(Refusal::Session));
    });
}

#[test]
#[ignore = "exercise"]
fn a_form_without_anything_lacks_a_session() {
    check(|| expect(Effect::Changes, "POST", None, None, Err(Refusal::Session)));
}

#[test]
#[ignore = "exercise"]
fn an_empty_session_is_none() {
    check(|| {
        let token = right("");
        let token = Some((&*token, "the token of an empty session"));
        let expected = Err(Refusal::Session);
        expect(Effect::Changes, "POST", Some(""), token, expected);
    });
}

#[test]
#[ignore = "exercise"]
fn who_only_reads_needs_nothing() {
    check(|| {
        expect(Effect::Reads, "GET", None, None, Ok(()));
        expect(Effect::Reads, "GET", Some(ALICE), None, Ok(()));
        let token = Some(("x", "the token \"x\""));
        expect(Effect::Reads, "GET", Some(ALICE), token, Ok(()));
    });
}

#[test]
#[ignore = "exercise"]
fn there_are_four_safe_methods() {
    check(|| {
        for method in ["HEAD", "OPTIONS", "TRACE"] {
            expect(Effect::Reads, method, Some(ALICE), None, Ok(()));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_link_changes_nothing() {
    check(|| {
        let expected = Err(Refusal::Method);
        expect(Effect::Changes, "GET", Some(ALICE), None, expected);
    });
}

#[test]
#[ignore = "exercise"]
fn a_link_with_a_token_changes_nothing() {
    check(|| {
        let token = given();
        let token = Some((&*token, "its token in the URL"));
        let expected = Err(Refusal::Method);
        expect(Effect::Changes, "GET", Some(ALICE), token, expected);
    });
}

#[test]
#[ignore = "exercise"]
fn a_link_without_session_changes_nothing() {
    check(|| expect(Effect::Changes, "GET", None, None, Err(Refusal::Method)));
}

#[test]
#[ignore = "exercise"]
fn no_safe_method_changes_anything() {
    check(|| {
        let token = given();
        let token = Some((&*token, GIVEN));
        for method in ["HEAD", "OPTIONS", "TRACE"] {
            let expected = Err(Refusal::Method);
            expect(Effect::Changes, method, Some(ALICE), token, expected);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn every_other_method_needs_a_token() {
    check(|| {
        let token = given();
        for method in ["PUT", "PATCH", "DELETE", "PAY"] {
            let expected = Err(Refusal::Token);
            expect(Effect::Changes, method, Some(ALICE), None, expected);
            let token = Some((&*token, GIVEN));
            expect(Effect::Changes, method, Some(ALICE), token, Ok(()));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn methods_differ_by_case() {
    check(|| {
        let token = given();
        let expected = Err(Refusal::Token);
        expect(Effect::Changes, "get", Some(ALICE), None, expected);
        let token = Some((&*token, GIVEN));
        expect(Effect::Changes, "get", Some(ALICE), token, Ok(()));
    });
}

#[test]
#[ignore = "exercise"]
fn a_form_that_reads_needs_a_token_too() {
    check(|| {
        let expected = Err(Refusal::Token);
        expect(Effect::Reads, "POST", Some(ALICE), None, expected);
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
