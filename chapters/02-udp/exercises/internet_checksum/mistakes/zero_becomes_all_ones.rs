//! A checksum of zero is replaced
//!
//! You return `ff ff` where the checksum is 0. That is a rule of UDP (RFC 768), in which 0
//! says that there is no checksum. It belongs where UDP fills in its field: ICMP, TCP and
//! the header of IPv4 send 0 as 0.
//!
//! fails: it_may_be_zero, a_long_message

/// The checksum of `octets`: the ones' complement of the ones' complement sum of
/// their 16-bit words, which are big-endian. An odd octet at the end is the
/// upper half of a word whose lower half is zero (RFC 1071, sections 1 and 4.1).
///
/// Where the checksum is itself a field of `octets`, that field has to be zero
/// while this is computed. Any length will do: no sum overflows.
pub fn checksum(octets: &[u8]) -> u16 {
    let words = octets.chunks(2).map(|word| match *word {
        [high, low] => u16::from_be_bytes([high, low]),
        [high] => u16::from_be_bytes([high, 0]),
        _ => 0, // `chunks` gives no empty piece
    });
    // Carries gather in the upper bits, which have room for 2^48 of them.
    let mut sum: u64 = words.map(u64::from).sum();
    // Bringing them down may carry once more, so one round is not enough.
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    match !(sum as u16) {
        0 => 0xffff,
        sum => sum,
    }
}

/// Whether `octets`, which contain their checksum, are as they were sent, as far
/// as a checksum can tell. Together with its checksum, the sum of anything is
/// all ones, and the complement of that is zero.
pub fn is_intact(octets: &[u8]) -> bool {
    checksum(octets) == 0xffff && octets.iter().any(|octet| *octet != 0)
}
