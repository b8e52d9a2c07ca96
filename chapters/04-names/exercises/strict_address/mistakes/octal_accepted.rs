//! A zero in front means octal
//!
//! You read a part as C does: 0x for hexadecimal, 0 for octal. So 010.1.1.1 is
//! 8.1.1.1 to you, and 10.1.1.1 to the program beside you. Whoever checks an address
//! in one and uses it in the other has checked another host.
//!
//! fails: a_leading_zero_is_refused, hexadecimal_is_refused,
//!    the_first_thing_that_is_wrong_is_said

use std::net::Ipv4Addr;

/// Why a text is no IPv4 address. Parts are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not four parts between three dots.
    #[error("{found} parts where an address has 4")]
    Parts {
        /// The parts there are.
        found: usize,
    },
    /// A part that is empty, or holds anything but the digits 0 to 9.
    #[error("part {part} is not a decimal number")]
    NotDecimal {
        /// Which part.
        part: usize,
    },
    /// A part of several digits that begins with 0. Other programs read it as
    /// octal, and so as another address.
    #[error("part {part} begins with a zero")]
    LeadingZero {
        /// Which part.
        part: usize,
    },
    /// A part that is more than an octet can hold.
    #[error("part {part} is more than 255")]
    TooLarge {
        /// Which part.
        part: usize,
    },
}

/// Reads four decimal numbers from 0 to 255 with dots between them, and nothing
/// else: the strict form of RFC 6943, section 3.1.1, without leading zeros, as in
/// RFC 3986, section 3.2.2.
///
/// # Errors
///
/// [`Error::Parts`] if there are not four parts; otherwise what is wrong with the
/// first part that is wrong.
pub fn parse(text: &str) -> Result<Ipv4Addr, Error> {
    let parts: Vec<&str> = text.split('.').collect();
    let [a, b, c, d] = parts[..] else {
        return Err(Error::Parts { found: parts.len() });
    };
    Ok(Ipv4Addr::new(
        octet(1, a)?,
        octet(2, b)?,
        octet(3, c)?,
        octet(4, d)?,
    ))
}

fn octet(part: usize, digits: &str) -> Result<u8, Error> {
    let lower = digits.to_ascii_lowercase();
    let (number, radix) = match lower.strip_prefix("0x") {
        Some(number) => (number, 16),
        None if lower.len() > 1 && lower.starts_with('0') => (&lower[1..], 8),
        None => (&lower[..], 10),
    };
    if number.is_empty() || !number.chars().all(|digit| digit.is_digit(radix)) {
        return Err(Error::NotDecimal { part });
    }
    u8::from_str_radix(number, radix).map_err(|_| Error::TooLarge { part })
}
