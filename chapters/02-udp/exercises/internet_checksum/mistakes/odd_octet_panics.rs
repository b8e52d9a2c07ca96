//! The odd octet is a panic
//!
//! You take two octets at a time, and at the end of an odd number there is one only: the second index
//! is behind the end, and your program with it. Whoever sends you a message of odd length can
//! do that. `chunks(2)` gives a last piece of one octet.
//!
//! fails: an_odd_octet_is_an_upper_half, a_long_message, every_length,
//!    a_message_of_odd_length_is_intact, one_bit_is_noticed, zeros_alone_are_not_intact

/// The checksum of `octets`: the ones' complement of the ones' complement sum of
/// their 16-bit words, which are big-endian. An odd octet at the end is the
/// upper half of a word whose lower half is zero (RFC 1071, sections 1 and 4.1).
///
/// Where the checksum is itself a field of `octets`, that field has to be zero
/// while this is computed. Any length will do: no sum overflows.
pub fn checksum(octets: &[u8]) -> u16 {
    let words = octets.chunks(2).map(|word| match *word {
        [high, low] => u16::from_be_bytes([high, low]),
        _ => u16::from_be_bytes([word[0], word[1]]),
    });
    // Carries gather in the upper bits, which have room for 2^48 of them.
    let mut sum: u64 = words.map(u64::from).sum();
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
