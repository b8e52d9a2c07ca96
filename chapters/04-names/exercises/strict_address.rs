//! One spelling for each address
//!
//! Difficulty: warm-up
//! Page: 04-names/addresses.md
//! Check: just check 4.1
//!
//! To `inet_aton`, and to the many programs that still read addresses as it does,
//! `010.1.1.1` is 8.1.1.1, `127.1` is 127.0.0.1, and `0x7f.1` is that too. A
//! program that refuses requests to 127.0.0.1 and passes the others on to one of
//! those has refused nothing. Write a parser that takes one spelling for each
//! address and no other.
//!
//! - An address is four parts with a dot between each two.
//! - A part is a decimal number from 0 to 255, in the digits `0` to `9` alone: no
//!   sign, no blank, nothing before or after.
//! - Only the number 0 itself begins with a 0.
//!
//! The error says what is wrong first: that there are not four parts, whatever
//! they are; or else what is wrong with the first part that is wrong. Within a
//! part, that it is no decimal number goes before its leading zero, and that
//! before its value.
//!
//! Don't use `str::parse::<Ipv4Addr>`, which does all that.
//!
//! ```text
//! 192.0.2.1       192.0.2.1
//! 192.0.2         Parts { found: 3 }
//! 192.0.2.0x1     NotDecimal { part: 4 }
//! 192.0.02.1      LeadingZero { part: 3 }
//! 192.0.2.256     TooLarge { part: 4 }
//! ```

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
/// else.
pub fn parse(text: &str) -> Result<Ipv4Addr, Error> {
    todo!()
}
