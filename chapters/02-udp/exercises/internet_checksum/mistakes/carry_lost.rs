//! What is carried out of 16 bits is lost
//!
//! You add in 16 bits, and what overflows is gone. That is a sum modulo 65,536. In the ones'
//! complement sum it comes round and is added at the bottom, so that the upper bits
//! are protected as well as the lower ones.
//!
//! fails: a_carry_comes_round, a_carry_that_comes_round_may_carry_again,
//!    the_example_of_the_rfc, an_odd_octet_is_an_upper_half, it_may_be_zero,
//!    a_long_message, every_length, what_came_as_it_was_sent_is_intact,
//!    one_bit_is_noticed

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
    !words.fold(0_u16, u16::wrapping_add)
}

/// Whether `octets`, which contain their checksum, are as they were sent, as far
/// as a checksum can tell. Together with its checksum, the sum of anything is
/// all ones, and the complement of that is zero.
pub fn is_intact(octets: &[u8]) -> bool {
    checksum(octets) == 0
}
