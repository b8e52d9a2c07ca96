//! The sum has too little room
//!
//! You add in 32 bits and bring the carries down at the end. The upper half has room for
//! 65,535 carries; with more than 65,537 words of `ff ff` it overflows, which is a panic here
//! and a wrong sum in a release build. No IP packet is that long. But your function takes
//! any slice, and a `u64` costs nothing.
//!
//! fails: a_long_message

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
    let mut sum: u32 = words.map(u32::from).sum();
    // Bringing them down may carry once more, so one round is not enough.
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    !(sum as u16)
}

/// Whether `octets`, which contain their checksum, are as they were sent, as far
/// as a checksum can tell. Together with its checksum, the sum of anything is
/// all ones, and the complement of that is zero.
pub fn is_intact(octets: &[u8]) -> bool {
    checksum(octets) == 0
}
