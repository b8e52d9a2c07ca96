use super::*;

use testkit::{check, hex, note};

/// The octets of a message and its checksum.
type Known = (&'static [u8], u16);

/// An ICMP echo request with its checksum at offset 2, as `ping` sends it.
const ECHO: &[u8] = b"\x08\x00\x32\x3c\x12\x34\x00\x01LIFE!";
/// An IPv4 header, which carries UDP, with its checksum at offset 10.
const HEADER: &[u8] =
    b"\x45\x00\x00\x73\x00\x00\x40\x00\x40\x11\xb8\x61\xc0\xa8\x00\x01\xc0\xa8\x00\xc7";

/// At most so many octets are shown.
const SHOWN: usize = 24;

fn show(octets: &[u8]) -> String {
    match octets {
        [] => "(no octets)".to_owned(),
        few if few.len() <= SHOWN => hex(few),
        many => format!("{} ... ({} octets)", hex(&many[..SHOWN]), many.len()),
    }
}

#[track_caller]
fn expect(octets: &[u8], expected: u16) {
    let got = {
        let _note = note(|| format!("(the octets were {})", show(octets)));
        checksum(octets)
    };
    assert!(
        got == expected,
        "expected the checksum {}, got {}, of\n  {}",
        hex(&expected.to_be_bytes()),
        hex(&got.to_be_bytes()),
        show(octets)
    );
}

#[track_caller]
fn expect_intact(octets: &[u8], expected: bool, why: &str) {
    let got = {
        let _note = note(|| format!("(the octets were {})", show(octets)));
        is_intact(octets)
    };
    assert!(
        got == expected,
        "expected is_intact to be {expected}, got {got}: {why}\n  {}",
        show(octets)
    );
}

/// The same number in another way: the sum that comes round is the remainder by
/// 65,535, but never zero unless all octets are.
fn by_remainder(octets: &[u8]) -> u16 {
    let mut sum = 0_u32;
    for (at, octet) in octets.iter().enumerate() {
        let place = if at % 2 == 0 { 256 } else { 1 };
        sum = (sum + u32::from(*octet) * place) % 65_535;
    }
    match sum {
        0 if octets.iter().all(|octet| *octet == 0) => 0xffff,
        sum => 0xffff - sum as u16,
    }
}

#[test]
#[ignore = "exercise"]
fn two_words() {
    check(|| expect(b"\x12\x34\x00\x01", 0xedca));
}

#[test]
#[ignore = "exercise"]
fn nothing_is_carried_where_nothing_overflows() {
    check(|| {
        let known: [Known; 4] = [
            (b"\x00\x01", 0xfffe),
            (b"\x80\x00\x7f\xfe", 0x0001),
            (b"\x01\x00\x00\x01\x00\x00", 0xfefe),
            (b"\x00\x00\x00\x00", 0xffff),
        ];
        for (octets, sum) in known {
            expect(octets, sum);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn of_nothing_it_is_all_ones() {
    check(|| expect(b"", 0xffff));
}

#[test]
#[ignore = "exercise"]
fn a_carry_comes_round() {
    check(|| {
        let known: [Known; 3] = [
            (b"\xff\xfe\x00\x03", 0xfffd),
            (b"\x80\x00\x80\x00", 0xfffe),
            // Two carries.
            (b"\xff\xff\xff\xff\x12\x34\xff\xfe", 0xedcc),
        ];
        for (octets, sum) in known {
            expect(octets, sum);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_carry_that_comes_round_may_carry_again() {
    check(|| {
        let known: [Known; 2] = [
            // 1 ff ff: and that, brought down, is 1 00 00.
            (b"\xff\xff\xff\xff\x00\x01", 0xfffe),
            // 2 ff fe.
            (b"\xff\xff\xff\xff\xff\xff\x00\x01", 0xfffe),
        ];
        for (octets, sum) in known {
            expect(octets, sum);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_example_of_the_rfc() {
    check(|| expect(b"\x00\x01\xf2\x03\xf4\xf5\xf6\xf7", 0x220d));
}

#[test]
#[ignore = "exercise"]
fn an_odd_octet_is_an_upper_half() {
    check(|| {
        let known: [Known; 3] = [
            (b"\x01", 0xfeff),
            (b"\x00\x01\xf2", 0x0dfe),
            (b"\x00\x01\xf2\x03\xf4\xf5\xf6", 0x2304),
        ];
        for (octets, sum) in known {
            expect(octets, sum);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn it_may_be_zero() {
    check(|| {
        let known: [Known; 3] = [
            (b"\xff\xff", 0),
            (b"\x12\x34\xed\xcb", 0),
            (b"\xff\xff\xff\xff", 0),
        ];
        for (octets, sum) in known {
            expect(octets, sum);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_long_message() {
    check(|| {
        // More words than the upper half of 32 bits has room for carries.
        expect(&[0xff; 400_000], 0);
        expect(&[0xff; 400_001], 0x00ff);
    });
}

#[test]
#[ignore = "exercise"]
fn every_length() {
    check(|| {
        // The same octets each time, and none like the next.
        let octets: Vec<u8> = (0..1500_u32)
            .map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8)
            .collect();
        for length in 0..octets.len() {
            let part = &octets[..length];
            expect(part, by_remainder(part));
        }
    });
}

#[test]
#[ignore = "exercise"]
fn what_came_as_it_was_sent_is_intact() {
    check(|| {
        expect_intact(HEADER, true, "an IPv4 header as it was sent");
        expect_intact(
            b"\x12\x34\xed\xcb",
            true,
            "a word, and its checksum behind it",
        );
        expect_intact(b"\xed\xcb\x12\x34", true, "a checksum before its word");
        expect_intact(
            b"\xff\xff\x00\x00",
            true,
            "a word, and its checksum, which is 0",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_message_of_odd_length_is_intact() {
    check(|| {
        // Whoever looks for the checksum at the end finds it here, shifted by an octet.
        expect_intact(b"\x00\xed\xed\x12\x12", true, "an odd number of octets");
        expect_intact(ECHO, true, "an ICMP echo request as it was sent");
        expect_intact(b"\x12\xff\xed", true, "a checksum before its octet");
    });
}

#[test]
#[ignore = "exercise"]
fn one_bit_is_noticed() {
    check(|| {
        // The last has an odd octet, and that is zero.
        for whole in [HEADER, ECHO, b"\x12\x34\xed\xcb\x00"] {
            for bit in 0..whole.len() * 8 {
                let mut damaged = whole.to_vec();
                damaged[bit / 8] ^= 0x80 >> (bit % 8);
                let why = format!("one bit of the octet at offset {} was turned over", bit / 8);
                expect_intact(&damaged, false, &why);
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn zeros_alone_are_not_intact() {
    check(|| {
        expect_intact(b"", false, "nothing has come");
        for length in 1..=5 {
            expect_intact(&vec![0; length], false, "nothing but zeros has come");
        }
    });
}
