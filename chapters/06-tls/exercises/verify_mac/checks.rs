#![allow(clippy::unwrap_used)] // a check that can't go on should say so at once

use super::*;

use std::cell::Cell;
use std::ops::{BitOr, BitXor};

use testkit::{check, hex, note};

const MESSAGE: &[u8] = b"pay 100 to carol";

/// 32 octets, no two of them the same.
fn octets() -> [u8; TAG] {
    std::array::from_fn(|at| 0xc0 ^ (at as u8 * 7))
}

fn key() -> Key {
    Key::new(&octets())
}

fn digits() -> String {
    octets()
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect()
}

#[track_caller]
fn believe(key: &Key, message: &[u8], tag: &[u8], what: &str) {
    let got = key.verify(message, tag);
    assert!(
        got == Ok(()),
        "{what}\n  message  \"{}\"\n  tag      {}\nexpected Ok(()), got {got:?}",
        message.escape_ascii(),
        hex(tag)
    );
}

#[track_caller]
fn disbelieve(key: &Key, message: &[u8], tag: &[u8], what: &str) {
    let came = match tag {
        [] => "nothing".to_owned(),
        _ => hex(tag),
    };
    // For a panic inside `verify`, which can't say what it was given.
    let noted = note(|| format!("({what}; it came as  {came})"));
    let got = key.verify(message, tag);
    drop(noted);
    assert!(
        got == Err(Error::WrongTag),
        "{what}\n  message     \"{}\"\n  its tag is  {}\n  it came as  {came}\n\
         expected Err(WrongTag), got {got:?}",
        message.escape_ascii(),
        hex(&key.tag(message)),
    );
}

#[test]
#[ignore = "exercise"]
fn a_right_tag_is_believed() {
    check(|| {
        let tag = key().tag(MESSAGE);
        believe(&key(), MESSAGE, &tag, "this is the tag of the message");
    });
}

#[test]
#[ignore = "exercise"]
fn the_vectors_of_rfc_4231() {
    // Each with its section, for HMAC-SHA-256.
    let vectors: [(&str, Vec<u8>, &[u8], &str); 6] = [
        (
            "4.2",
            vec![0x0b; 20],
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            "4.3",
            b"Jefe".to_vec(),
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            "4.4",
            vec![0xaa; 20],
            &[0xdd; 50],
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        ),
        (
            "4.5",
            (1..=25).collect(),
            &[0xcd; 50],
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        ),
        (
            "4.7",
            vec![0xaa; 131],
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (
            "4.8",
            vec![0xaa; 131],
            b"This is a test using a larger than block-size key and a larger than block-size \
              data. The key needs to be hashed before being used by the HMAC algorithm.",
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        ),
    ];
    check(move || {
        for (section, key, message, tag) in &vectors {
            believe(
                &Key::new(key),
                message,
                &from_digits(tag),
                &format!("RFC 4231, section {section}"),
            );
        }
    });
}

fn from_digits(text: &str) -> Vec<u8> {
    (0..text.len() / 2)
        .map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap())
        .collect()
}

#[test]
#[ignore = "exercise"]
fn another_message_is_refused() {
    check(|| {
        let tag = key().tag(MESSAGE);
        disbelieve(
            &key(),
            b"pay 900 to carol",
            &tag,
            "the message was changed on its way",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn another_key_is_refused() {
    check(|| {
        let mut other = octets();
        other[TAG - 1] ^= 1;
        let tag = Key::new(&other).tag(MESSAGE);
        disbelieve(&key(), MESSAGE, &tag, "the tag was made with another key");
    });
}

#[test]
#[ignore = "exercise"]
fn every_bit_of_the_tag_counts() {
    check(|| {
        for bit in 0..8 * TAG {
            let mut tag = key().tag(MESSAGE);
            tag[bit / 8] ^= 1 << (bit % 8);
            disbelieve(
                &key(),
                MESSAGE,
                &tag,
                &format!("bit {} of octet {} is wrong", bit % 8, bit / 8),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn two_differences_do_not_make_it_right() {
    check(|| {
        for (first, second) in [(0, 1), (0, TAG - 1), (7, 21), (30, 31)] {
            let mut tag = key().tag(MESSAGE);
            tag[first] ^= 0x80;
            tag[second] ^= 0x80;
            disbelieve(
                &key(),
                MESSAGE,
                &tag,
                &format!("the first bit of octet {first} is wrong, and that of octet {second} too"),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn octets_in_another_order_are_refused() {
    check(|| {
        let mut tag = key().tag(MESSAGE);
        tag.reverse();
        disbelieve(
            &key(),
            MESSAGE,
            &tag,
            "the right octets, the last one first",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn no_tag_is_refused() {
    check(|| disbelieve(&key(), MESSAGE, &[], "a message came without a tag"));
}

#[test]
#[ignore = "exercise"]
fn a_short_tag_is_refused() {
    check(|| {
        let tag = key().tag(MESSAGE);
        for length in 1..TAG / 2 {
            disbelieve(
                &key(),
                MESSAGE,
                &tag[..length],
                &format!(
                    "the tag came cut to {length} of its {TAG} octets, which is easily guessed"
                ),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn half_a_tag_is_refused() {
    check(|| {
        // Test case 5 of RFC 4231, section 4.6.
        disbelieve(
            &Key::new(&[0x0c; 20]),
            b"Test With Truncation",
            &from_digits("a3b6167473100ee06e0c796c2955552b"),
            "a tag cut to 128 bits; RFC 2104, section 5 allows a protocol to do that, and this \
             one doesn't",
        );
        let tag = key().tag(MESSAGE);
        for length in TAG / 2..TAG {
            disbelieve(
                &key(),
                MESSAGE,
                &tag[..length],
                &format!("the tag came cut to {length} of its {TAG} octets"),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_missing_zero_is_missed() {
    check(|| {
        // The first number whose tag happens to end with the octet 0.
        let message = (0..100_000_u32)
            .map(u32::to_be_bytes)
            .find(|message| key().tag(message).ends_with(&[0]))
            .unwrap();
        let tag = key().tag(&message);
        disbelieve(
            &key(),
            &message,
            &tag[..TAG - 1],
            "the tag ends with 00, and that octet didn't come",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_long_tag_is_refused() {
    check(|| {
        for more in [&[0][..], b"more", &[0; 100_000]] {
            let mut tag = key().tag(MESSAGE).to_vec();
            tag.extend_from_slice(more);
            let got = key().verify(MESSAGE, &tag);
            assert!(
                got == Err(Error::WrongTag),
                "{} octets came as the tag: the right {TAG}, and {} behind them. Expected \
                 Err(WrongTag), got {got:?}",
                tag.len(),
                more.len()
            );
        }
    });
}

/// Holds a key that was read against the same one made of octets.
#[track_caller]
fn expect_key(text: &str) {
    let shown = text.escape_debug();
    let noted = note(|| format!("(the key was given as  \"{shown}\")"));
    let got = Key::from_hex(text);
    drop(noted);
    match got {
        Ok(read) => {
            let letters = Key::new(text.trim().as_bytes());
            let which = match read.tag(MESSAGE) == letters.tag(MESSAGE) {
                true => ", made of the letters themselves",
                false => "",
            };
            assert!(
                read.tag(MESSAGE) == key().tag(MESSAGE),
                "the key was given as  \"{shown}\"\n  it is the octets  {}\n  the tag of \"{}\" \
                 is\n  expected  {}\n  got       {}\nso these digits became another key{which}",
                hex(&octets()),
                MESSAGE.escape_ascii(),
                hex(&key().tag(MESSAGE)),
                hex(&read.tag(MESSAGE)),
            );
        }
        Err(error) => panic!(
            "the key was given as  \"{shown}\"\n  it is the octets  {}\n  and was refused: {error}",
            hex(&octets())
        ),
    }
}

#[track_caller]
fn expect_no_key(text: &str, why: &str) {
    let shown = match text.len() {
        0..=100 => format!("\"{}\"", text.escape_debug()),
        many => format!("{many} octets of text"),
    };
    let noted = note(|| format!("(the key was given as  {shown})"));
    let got = Key::from_hex(text).map(|_| "a key");
    drop(noted);
    assert!(
        got == Err(Error::NotAKey),
        "the key was given as  {shown}\n  which is none: {why}\nexpected Err(NotAKey), got {got:?}"
    );
}

#[test]
#[ignore = "exercise"]
fn a_key_is_read_from_its_digits() {
    check(|| expect_key(&digits()));
}

#[test]
#[ignore = "exercise"]
fn the_digits_may_be_large() {
    check(|| {
        expect_key(&digits().to_uppercase());
        let (small, large) = (digits(), digits().to_uppercase());
        expect_key(&format!("{}{}", &small[..31], &large[31..]));
    });
}

#[test]
#[ignore = "exercise"]
fn white_space_around_a_key_does_not_count() {
    check(|| {
        for (before, after) in [("", "\n"), ("", "\r\n"), ("  ", ""), ("\t", " \n\n")] {
            expect_key(&format!("{before}{}{after}", digits()));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn no_digits_are_no_key() {
    check(|| {
        for text in ["", "\n"] {
            expect_no_key(text, "a variable that nobody has set is no key");
        }
    });
}

#[test]
#[ignore = "exercise"]
fn other_numbers_of_digits_are_no_key() {
    check(|| {
        for octets in [1, 16, 20, 31, 33, 64, 100_000] {
            let text = "5a".repeat(octets);
            expect_no_key(
                &text,
                &format!("it has {} digits, and a key has 64", text.len()),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn half_an_octet_is_no_key() {
    check(|| {
        for text in [&digits()[..63], &format!("{}5", digits()), "5"] {
            expect_no_key(
                text,
                &format!("it has {} digits, and a key has 64", text.len()),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn other_letters_are_no_digits() {
    check(|| {
        let digits = digits();
        for place in [0, 1, 30, 63] {
            for letter in ["g", "-", "/", ":", "@", "`"] {
                let mut text = digits.clone();
                text.replace_range(place..=place, letter);
                expect_no_key(&text, &format!("\"{letter}\" is no hexadecimal digit"));
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_sign_is_no_digit() {
    check(|| {
        let mut text = digits();
        text.replace_range(10..=10, "+");
        expect_no_key(&text, "\"+\" is no hexadecimal digit");
    });
}

#[test]
#[ignore = "exercise"]
fn nothing_stands_before_or_between_the_digits() {
    check(|| {
        let digits = digits();
        expect_no_key(&format!("0x{digits}"), "there is no 0x before a key");
        let pairs: Vec<&str> = (0..TAG).map(|at| &digits[2 * at..2 * at + 2]).collect();
        for (between, name) in [(":", "colons"), (" ", "spaces"), ("\n", "line ends")] {
            expect_no_key(
                &pairs.join(between),
                &format!("there are {name} between its digits"),
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn letters_of_several_octets_are_no_digits() {
    check(|| {
        for text in [
            "ä".repeat(32),
            format!("5{}5", "ä".repeat(31)),
            "０".repeat(64),
            format!("{}€5", "5".repeat(60)),
        ] {
            expect_no_key(
                &text,
                "a letter that is several octets in UTF-8 is no digit",
            );
        }
    });
}

/// An octet that counts what is done with it.
#[derive(Clone, Copy, Debug, Default)]
struct Counted(u8);

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Work {
    compared: usize,
    xored: usize,
    ored: usize,
}

thread_local! {
    static WORK: Cell<Work> = const { Cell::new(Work { compared: 0, xored: 0, ored: 0 }) };
}

fn count(what: fn(&mut Work) -> &mut usize) {
    let mut work = WORK.get();
    *what(&mut work) += 1;
    WORK.set(work);
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        count(|work| &mut work.compared);
        self.0 == other.0
    }
}

impl BitXor for Counted {
    type Output = Self;

    fn bitxor(self, other: Self) -> Self {
        count(|work| &mut work.xored);
        Self(self.0 ^ other.0)
    }
}

impl BitOr for Counted {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        count(|work| &mut work.ored);
        Self(self.0 | other.0)
    }
}

impl From<u8> for Counted {
    fn from(octet: u8) -> Self {
        Self(octet)
    }
}

impl Octet for Counted {}

/// A tag, wrong from the octet `wrong` on.
fn guess(tag: [u8; TAG], wrong: usize) -> [Counted; TAG] {
    let mut guess = tag.map(Counted);
    for octet in &mut guess[wrong..] {
        octet.0 ^= 0x5a;
    }
    guess
}

/// The work that it is to compare a tag with itself, wrong from the octet `wrong` on.
fn work(wrong: usize) -> Work {
    let (left, right) = (octets().map(Counted), guess(octets(), wrong));
    WORK.take();
    let _ = same(&left, &right);
    WORK.take()
}

/// The work that it is to verify such a tag.
fn work_of_verify(wrong: usize) -> Work {
    let tag = guess(key().tag(MESSAGE), wrong);
    WORK.take();
    let _ = key().verify(MESSAGE, &tag);
    WORK.take()
}

fn show(work: Work) -> String {
    format!(
        "{} times ^, {} times |, {} times ==",
        work.xored, work.ored, work.compared
    )
}

#[test]
#[ignore = "exercise"]
fn the_work_is_the_same_wherever_they_differ() {
    check(|| {
        let all_right = work(TAG);
        for wrong in 0..TAG {
            let work = work(wrong);
            assert!(
                work == all_right,
                "a guess that is right takes    {}\n\
                 one wrong from octet {wrong:>2} on takes  {}\n\
                 Whoever measures that learns how much of the guess was right",
                show(all_right),
                show(work)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn one_question_is_asked_at_the_end() {
    check(|| {
        for wrong in [TAG, 0, TAG - 1] {
            let work = work(wrong);
            assert!(
                work.compared <= 1,
                "{}: expected one == at most. Each gives a bool on which a branch can hang, and \
                 which way a branch goes can be measured. Gather the differences, and ask once \
                 whether there are any",
                show(work)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn verify_compares_in_the_same_way() {
    check(|| {
        let all_right = work_of_verify(TAG);
        for wrong in [0, 1, TAG - 1] {
            let work = work_of_verify(wrong);
            assert!(
                work == all_right && work.compared <= 1,
                "verify of a tag that is right         {}\n\
                 verify of one wrong from octet {wrong:>2} on  {}\n\
                 expected the same work for both, and one == at most",
                show(all_right),
                show(work)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn same_looks_at_the_length_too() {
    check(|| {
        let left = octets().map(Counted);
        for (right, expected) in [(&left[..], true), (&left[..TAG - 1], false), (&[], false)] {
            for (left, right) in [(&left[..], right), (right, &left[..])] {
                let got = same(left, right);
                assert!(
                    got == expected,
                    "{} octets and {} octets, the same as far as there are both: expected \
                     {expected}, got {got}",
                    left.len(),
                    right.len()
                );
            }
        }
    });
}
