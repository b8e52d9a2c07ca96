//! str::parse decides
//!
//! You leave it to str::parse what a number is. It takes a sign and zeros in front, and
//! its one error doesn't say whether the text is no number or one that is too large for
//! the type. Look at the characters first, then at the first of them; then parse.
//!
//! fails: a_leading_zero_is_refused, a_number_of_any_length_is_too_large, a_sign_is_refused,
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
    let value: u32 = digits.parse().map_err(|_| Error::NotDecimal { part })?;
    u8::try_from(value).map_err(|_| Error::TooLarge { part })
}
