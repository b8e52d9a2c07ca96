//! The sum is not turned over
//!
//! You return the sum as it is, or else its negative: `wrapping_neg` is the two's complement,
//! which is one more. The checksum is the ones' complement of the sum, `!sum`, in which every
//! bit is turned over. Then the sum over a message that contains its checksum is all
//! ones, whatever the message is.
//!
//! fails: two_words, nothing_is_carried_where_nothing_overflows,
//!    of_nothing_it_is_all_ones, a_carry_comes_round,
//!    a_carry_that_comes_round_may_carry_again, the_example_of_the_rfc,
//!    an_odd_octet_is_an_upper_half, it_may_be_zero, a_long_message, every_length,
//!    what_came_as_it_was_sent_is_intact, a_message_of_odd_length_is_intact,
//!    zeros_alone_are_not_intact

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
    sum as u16
}

/// Whether `octets`, which contain their checksum, are as they were sent, as far
/// as a checksum can tell. Together with its checksum, the sum of anything is
/// all ones, and the complement of that is zero.
pub fn is_intact(octets: &[u8]) -> bool {
    checksum(octets) == 0
}
