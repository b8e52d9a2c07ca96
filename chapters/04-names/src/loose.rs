//! An IPv4 address as text, read as BSD's inet_aton reads it: one to four
//! numbers, each decimal, octal or hexadecimal, the last one filling what is left.
//! And as many programs read it that were written in a hurry.
//!
//! RFC 6943, section 3.1.1, tells what comes of the two ways. Nothing here is for
//! use; it is for comparison.

use std::net::Ipv4Addr;

/// The address that inet_aton takes `text` for, if it takes it. What stands behind a
/// blank does not matter to it.
pub fn inet_aton(text: &str) -> Option<Ipv4Addr> {
    let text = text.split(|c: char| c.is_ascii_whitespace()).next()?;
    let numbers: Option<Vec<u32>> = text.split('.').map(number).collect();
    let numbers = numbers?;
    let (last, octets) = numbers.split_last()?;
    let mut address = *last;
    for (place, octet) in octets.iter().enumerate() {
        if *octet > 255 {
            return None;
        }
        address |= octet << (24 - 8 * u32::try_from(place).ok().filter(|place| *place < 3)?);
    }
    // The last number has the octets that are left.
    let left = 4_usize.checked_sub(octets.len())?;
    let fits = left == 4 || u64::from(*last) < 1 << (8 * left);
    fits.then(|| Ipv4Addr::from_bits(address))
}

/// 0x10, 020 and 16 are the same.
fn number(text: &str) -> Option<u32> {
    let hexadecimal = text.strip_prefix("0x").or(text.strip_prefix("0X"));
    let (digits, base) = match (hexadecimal, text.strip_prefix('0')) {
        (Some(digits), _) => (digits, 16),
        (None, Some(digits)) if !digits.is_empty() => (digits, 8),
        _ => (text, 10),
    };
    // A sign, which from_str_radix would take, is no digit.
    let plain = digits.chars().all(|digit| digit.is_digit(base));
    plain
        .then(|| u32::from_str_radix(digits, base).ok())
        .flatten()
}

/// The address that a program takes `text` for which cuts it at its dots and parses
/// each part.
pub fn piecemeal(text: &str) -> Option<Ipv4Addr> {
    let mut parts = text.split('.').map(str::parse::<u8>);
    let mut next = || parts.next()?.ok();
    Some(Ipv4Addr::new(next()?, next()?, next()?, next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inet_aton_takes_what_nobody_expects() {
        for (text, address) in [
            ("127.0.0.1", "127.0.0.1"),
            ("127.1", "127.0.0.1"),
            ("127.0.1", "127.0.0.1"),
            ("2130706433", "127.0.0.1"),
            ("0x7f.1", "127.0.0.1"),
            ("010.1.1.1", "8.1.1.1"),
            ("0", "0.0.0.0"),
            ("00", "0.0.0.0"),
            ("4294967295", "255.255.255.255"),
            ("1.16777215", "1.255.255.255"),
            ("127.0.0.1 or so", "127.0.0.1"),
        ] {
            assert_eq!(inet_aton(text), Some(address.parse().unwrap()), "{text}");
        }
        for text in [
            "",
            ".",
            "1.",
            "1.2.3.4.5",
            "1.2.3.256",
            "256.1",
            "1.16777216",
            "08.1.1.1",
            "4294967296",
            "+1.1.1.1",
            "0x1g",
            "1..2",
        ] {
            assert_eq!(inet_aton(text), None, "{text}");
        }
    }

    #[test]
    fn a_program_in_a_hurry_takes_a_zero_for_nothing() {
        assert_eq!(piecemeal("010.1.1.1"), Some(Ipv4Addr::new(10, 1, 1, 1)));
        // And what comes behind for nothing too.
        assert_eq!(piecemeal("1.2.3.4.5"), Some(Ipv4Addr::new(1, 2, 3, 4)));
        assert_eq!(piecemeal("127.1"), None);
    }
}
