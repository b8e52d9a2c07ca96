//! The value goes before the zero
//!
//! You compare the number with 255 before you look at its first digit. Something that
//! is wrong twice, such as 0999, gets the other error. The leading zero goes first:
//! who reads it as octal gets another number, so its value can't be told.
//!
//! fails: the_first_thing_that_is_wrong_is_said

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
    // `str::parse` would also take a sign, as in +1.
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Error::NotDecimal { part });
    }
    let value = digits.parse().map_err(|_| Error::TooLarge { part })?;
    if digits.len() > 1 && digits.starts_with('0') {
        return Err(Error::LeadingZero { part });
    }
    Ok(value)
}
