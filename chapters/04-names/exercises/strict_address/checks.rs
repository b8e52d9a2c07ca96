use super::*;

use std::net::Ipv4Addr;

use testkit::{check, note};

fn read(text: &str) -> Result<Ipv4Addr, Error> {
    let _note = note(|| format!("(the text was  \"{}\")", text.escape_debug()));
    parse(text)
}

#[track_caller]
fn accept(text: &str, octets: [u8; 4]) {
    match read(text) {
        Ok(address) => assert!(
            address.octets() == octets,
            "\"{text}\" is the address {}, and was read as {address}",
            Ipv4Addr::from(octets)
        ),
        Err(error) => panic!("\"{text}\" is an address, and was refused: {error:?}"),
    }
}

/// `why` ends the sentence "TEXT is no address: ".
#[track_caller]
fn refuse(text: &str, expected: Error, why: &str) {
    let shown = text.escape_debug();
    match read(text) {
        Err(error) => assert!(
            error == expected,
            "\"{shown}\" is no address: {why}. Expected the error {expected:?}, got {error:?}"
        ),
        Ok(address) => panic!(
            "\"{shown}\" was read as {address}, and is no address: {why}. Expected the error \
             {expected:?}"
        ),
    }
}

#[test]
#[ignore = "exercise"]
fn four_numbers_are_an_address() {
    check(|| accept("192.0.2.1", [192, 0, 2, 1]));
}

#[test]
#[ignore = "exercise"]
fn the_least_and_the_greatest() {
    check(|| {
        accept("0.0.0.0", [0, 0, 0, 0]);
        accept("255.255.255.255", [255, 255, 255, 255]);
        accept("10.100.9.99", [10, 100, 9, 99]);
    });
}

#[test]
#[ignore = "exercise"]
fn every_value_of_an_octet() {
    check(|| {
        for octet in 0..=u8::MAX {
            accept(&format!("1.{octet}.2.{octet}"), [1, octet, 2, octet]);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_short_form_is_refused() {
    check(|| {
        for (text, found) in [("127.1", 2), ("127.0.1", 3), ("2130706433", 1)] {
            let why = format!("{found} of 4 parts. inet_aton reads it as 127.0.0.1");
            refuse(text, Error::Parts { found }, &why);
        }
        refuse("", Error::Parts { found: 1 }, "it has one part, of nothing");
    });
}

#[test]
#[ignore = "exercise"]
fn a_fifth_part_is_refused() {
    check(|| {
        refuse("192.0.2.1.5", Error::Parts { found: 5 }, "it has 5 parts");
        refuse("1.2.3.4.5.6", Error::Parts { found: 6 }, "it has 6 parts");
        let why = "behind its last dot is a fifth part, of nothing";
        refuse("192.0.2.1.", Error::Parts { found: 5 }, why);
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_part_is_refused() {
    check(|| {
        for (text, part) in [("192..2.1", 2), (".0.2.1", 1), ("192.0.2.", 4)] {
            let why = format!("between the dots of part {part} is nothing, which is not 0");
            refuse(text, Error::NotDecimal { part }, &why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_leading_zero_is_refused() {
    check(|| {
        let why = "to inet_aton 010 is an octal number, and the address 8.1.1.1";
        refuse("010.1.1.1", Error::LeadingZero { part: 1 }, why);
        let why = "one address would have several spellings";
        refuse("192.0.2.01", Error::LeadingZero { part: 4 }, why);
        refuse("192.00.2.1", Error::LeadingZero { part: 2 }, why);
        refuse("192.0.000.1", Error::LeadingZero { part: 3 }, why);
    });
}

#[test]
#[ignore = "exercise"]
fn hexadecimal_is_refused() {
    check(|| {
        let why = "0x7f is no decimal number";
        refuse("0x7f.0.0.1", Error::NotDecimal { part: 1 }, why);
        let why = "0X0 is no decimal number";
        refuse("127.0X0.0.1", Error::NotDecimal { part: 2 }, why);
        let why = "a is a letter";
        refuse("127.0.0.a", Error::NotDecimal { part: 4 }, why);
    });
}

#[test]
#[ignore = "exercise"]
fn more_than_255_is_refused() {
    check(|| {
        let why = "an octet holds no 256";
        refuse("192.0.2.256", Error::TooLarge { part: 4 }, why);
        let why = "an octet holds no 300";
        refuse("300.0.2.1", Error::TooLarge { part: 1 }, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_number_of_any_length_is_too_large() {
    check(|| {
        // More than any number of bits holds, and one more than 64, 32 and 16 do.
        for digits in [
            &"9".repeat(200),
            "18446744073709551616",
            "4294967296",
            "65536",
        ] {
            let why = format!("an octet holds no number of {} digits", digits.len());
            let text = format!("192.{digits}.2.1");
            refuse(&text, Error::TooLarge { part: 2 }, &why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_sign_is_refused() {
    check(|| {
        for (text, part) in [("+192.0.2.1", 1), ("192.0.+2.1", 3), ("192.-0.2.1", 2)] {
            let why = "a sign is no digit";
            refuse(text, Error::NotDecimal { part }, why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn blanks_are_refused() {
    check(|| {
        for (text, part) in [
            (" 192.0.2.1", 1),
            ("192.0.2.1 ", 4),
            ("192.0.2.1\n", 4),
            ("192. 0.2.1", 2),
        ] {
            let why = "a blank is no digit, and no place for one is in an address";
            refuse(text, Error::NotDecimal { part }, why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn digits_of_other_scripts_are_refused() {
    check(|| {
        let why = "the digits are those of ASCII alone";
        refuse("192.0.2.٣", Error::NotDecimal { part: 4 }, why);
        refuse("192.0.２.1", Error::NotDecimal { part: 3 }, why);
        let why = "½ is a number to Unicode, and no digit";
        refuse("192.½.2.1", Error::NotDecimal { part: 2 }, why);
    });
}

#[test]
#[ignore = "exercise"]
fn the_first_thing_that_is_wrong_is_said() {
    check(|| {
        let why = "three parts, whatever they are";
        refuse("010.256.x", Error::Parts { found: 3 }, why);
        let why = "part 2 is the first that is wrong";
        refuse("1.256.x.01", Error::TooLarge { part: 2 }, why);
        let why = "0x is no number at all, which goes before its leading zero";
        refuse("1.2.3.0x", Error::NotDecimal { part: 4 }, why);
        let why = "its leading zero goes before its value";
        refuse("1.2.3.0999", Error::LeadingZero { part: 4 }, why);
    });
}
