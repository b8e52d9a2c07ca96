//! The words are little-endian
//!
//! You read the words as your processor keeps them in memory. The sum is the same with its
//! two octets exchanged: so RFC 1071, section 2, allows it if the result is stored the
//! same way round. But the number that you return is read as a big-endian one. Whoever
//! checks what you made with your own function will not notice.
//!
//! fails: two_words, nothing_is_carried_where_nothing_overflows, a_carry_comes_round,
//!    a_carry_that_comes_round_may_carry_again, the_example_of_the_rfc,
//!    an_odd_octet_is_an_upper_half, a_long_message, every_length

/// The checksum of `octets`: the ones' complement of the ones' complement sum of
/// their 16-bit words, which are big-endian. An odd octet at the end is the
/// upper half of a word whose lower half is zero (RFC 1071, sections 1 and 4.1).
///
/// Where the checksum is itself a field of `octets`, that field has to be zero
/// while this is computed. Any length will do: no sum overflows.
pub fn checksum(octets: &[u8]) -> u16 {
    let words = octets.chunks(2).map(|word| match *word {
        [high, low] => u16::from_le_bytes([high, low]),
        [high] => u16::from_le_bytes([high, 0]),
        _ => 0, // `chunks` gives no empty piece
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
