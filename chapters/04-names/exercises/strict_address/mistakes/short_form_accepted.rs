//! The last part fills what is missing
//!
//! You take two or three parts and spread the last over the octets that are left, as
//! inet_aton does: 127.1 is then 127.0.0.1. That form comes from networks of classes
//! A and B, which have been gone since 1993. What is left of it is a second spelling
//! for every address.
//!
//! fails: a_short_form_is_refused, the_first_thing_that_is_wrong_is_said

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
    let (last, before) = match &parts[..] {
        [before @ .., last] if before.len() < 4 => (*last, before),
        _ => return Err(Error::Parts { found: parts.len() }),
    };
    let mut address = [0; 4];
    for (place, digits) in before.iter().enumerate() {
        address[place] = octet(place + 1, digits)?;
    }
    // The octets that the last part has to fill.
    let free = 4 - before.len();
    match last.parse::<u32>() {
        Ok(number) if free > 1 && u64::from(number) < 1 << (8 * free) => {
            address[before.len()..].copy_from_slice(&number.to_be_bytes()[4 - free..]);
        }
        _ => address[before.len()] = octet(before.len() + 1, last)?,
    }
    Ok(Ipv4Addr::from(address))
}

fn octet(part: usize, digits: &str) -> Result<u8, Error> {
    // `str::parse` would also take a sign, as in +1.
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(Error::NotDecimal { part });
    }
    if digits.len() > 1 && digits.starts_with('0') {
        return Err(Error::LeadingZero { part });
    }
    digits.parse().map_err(|_| Error::TooLarge { part })
}
