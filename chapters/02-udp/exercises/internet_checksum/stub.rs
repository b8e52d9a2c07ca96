//! The Internet checksum
//!
//! Difficulty: warm-up
//! Page: 02-udp/ping.md
//! Check: just check 2.1
//!
//! IPv4, ICMP, UDP and TCP all find damaged octets with the same sum (RFC 1071). Write
//! it, and the test that a receiver makes with it.
//!
//! `checksum`:
//!
//! - The octets are taken in pairs, each a word of 16 bits, big-endian. If one octet is
//!   left at the end, it is the upper half of a word whose lower half is zero.
//! - The words are added. Whatever is carried out of the 16 bits comes round: it is
//!   added again at the bottom. That may carry once more.
//! - The checksum is the complement of that sum: every bit turned over. It may be 0,
//!   and then 0 is returned. (UDP sends `ff ff` instead; that is a rule of UDP.)
//! - There may be as many octets as memory holds.
//!
//! `is_intact` is given octets that contain their checksum, wherever it stands. With it
//! the sum is all ones, unless something was damaged. (Of nothing, or of zeros alone,
//! the sum is zero: they are not intact.)
//!
//! The example of the RFC:
//!
//! ```text
//! octets     00 01   f2 03   f4 f5   f6 f7
//! sum        2 dd f0
//! come round dd f0 + 2 = dd f2
//! checksum   22 0d
//! ```

/// The checksum of `octets`, in which the field for the checksum is zero.
pub fn checksum(octets: &[u8]) -> u16 {
    todo!()
}

/// Whether `octets`, which contain their checksum, are as they were sent, as far
/// as a checksum can tell.
pub fn is_intact(octets: &[u8]) -> bool {
    todo!()
}
