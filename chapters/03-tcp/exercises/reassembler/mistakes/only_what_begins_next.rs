//! A segment counts only if it begins with the next octet
//!
//! You compare the segment's number with the next one, and drop it if they differ. What
//! is late is sent again, so that seems to do. But a sender may cut the octets
//! elsewhere when it sends them again: then a segment begins before the next octet and
//! goes on behind it, and you drop it for ever.
//!
//! fails: the_gap_is_filled, several_segments_wait_behind_gaps,
//!    a_segment_that_waits_comes_twice, a_segment_that_is_old_in_part,
//!    segments_overlap_while_they_wait, a_longer_segment_begins_at_the_same_octet,
//!    a_shorter_segment_begins_at_the_same_octet, the_first_copy_of_an_octet_is_right,
//!    the_window_cuts_a_segment, a_segment_is_longer_than_the_window,
//!    a_gap_where_numbers_begin_again, an_old_segment_where_numbers_begin_again,
//!    half_of_all_numbers_lie_behind, every_order_of_five_segments,
//!    three_hundred_random_links

/// Puts the octets of segments in their order. An octet is known by its sequence
/// number, which counts modulo 2^32: RFC 9293, section 3.4.
#[derive(Clone, Debug)]
pub struct Reassembler {
    /// The sequence number of the octet that is delivered next.
    next: u32,
}

impl Reassembler {
    /// A stream whose first octet has the sequence number `first`, with a window
    /// of `window` octets.
    pub fn new(first: u32, _window: usize) -> Self {
        Self { next: first }
    }

    /// Takes a segment whose first octet has the number `sequence`, and appends to
    /// `output` what can be delivered now.
    pub fn receive(&mut self, sequence: u32, octets: &[u8], output: &mut Vec<u8>) {
        if sequence == self.next {
            output.extend_from_slice(octets);
            self.next = self.next.wrapping_add(octets.len() as u32);
        }
    }

    /// The sequence number of the octet that is delivered next.
    pub fn acknowledgment(&self) -> u32 {
        self.next
    }
}

/// The octets that a window can have in TCP: RFC 7323, section 2.3.
pub const MAX_WINDOW: usize = 65535 << 14;
