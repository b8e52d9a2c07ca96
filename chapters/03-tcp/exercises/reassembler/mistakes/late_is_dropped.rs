//! Only the next segment is taken
//!
//! You drop whatever is not the next, and let it be sent again. The stream is right in the
//! end, and RFC 9293 (section 3.10.7.4) doesn't forbid it. But one lost packet then costs
//! all that were sent behind it, and on a link that reorders you get nowhere.
//!
//! fails: the_gap_is_filled, several_segments_wait_behind_gaps,
//!    a_segment_that_waits_comes_twice, segments_overlap_while_they_wait,
//!    a_longer_segment_begins_at_the_same_octet, a_shorter_segment_begins_at_the_same_octet,
//!    the_first_copy_of_an_octet_is_right, the_window_cuts_a_segment,
//!    a_gap_where_numbers_begin_again, every_order_of_five_segments,
//!    three_hundred_random_links

use std::collections::VecDeque;

/// Puts the octets of segments in their order. An octet is known by its sequence
/// number, which counts modulo 2^32: RFC 9293, section 3.4.
#[derive(Clone, Debug)]
pub struct Reassembler {
    /// The sequence number of the octet that is delivered next.
    next: u32,
    /// One bad peer may not make this hold more octets.
    window: usize,
    /// The octets from `next` on, as far as one has come: two octets of memory
    /// each, in however many segments they come.
    held: VecDeque<Option<u8>>,
}

impl Reassembler {
    /// A stream whose first octet has the sequence number `first`, with a window
    /// of `window` octets. A window over [`MAX_WINDOW`] is taken for that.
    pub fn new(first: u32, window: usize) -> Self {
        Self {
            next: first,
            window: window.min(MAX_WINDOW),
            held: VecDeque::new(),
        }
    }

    /// Takes the octets of a segment whose first octet has the number `sequence`,
    /// and appends to `output` what is whole now: all octets without a gap.
    ///
    /// Of the segment counts what falls into the window, which begins with the
    /// octet that is to be delivered next. What was delivered before, and what is
    /// beyond the window, is dropped. Where two segments disagree about an octet,
    /// the one that came first is right.
    pub fn receive(&mut self, sequence: u32, octets: &[u8], output: &mut Vec<u8>) {
        // Where the segment begins, seen from the window's beginning. Half of all
        // numbers are behind it, half before it.
        let start = sequence.wrapping_sub(self.next).cast_signed();
        let old = usize::try_from(start.saturating_neg()).unwrap_or(0);
        let start = usize::try_from(start).unwrap_or(0);
        let new = octets.get(old..).unwrap_or_default();
        let new = &new[..new.len().min(self.window.saturating_sub(start))];
        if new.is_empty() || start > 0 {
            return;
        }

        let end = start + new.len();
        if self.held.len() < end {
            self.held.resize(end, None);
        }
        for (place, octet) in self.held.range_mut(start..end).zip(new) {
            place.get_or_insert(*octet);
        }

        let whole = self.held.iter().take_while(|place| place.is_some()).count();
        output.extend(self.held.drain(..whole).flatten());
        self.next = self.next.wrapping_add(whole as u32);
    }

    /// The sequence number of the octet that is delivered next: what a receiver
    /// acknowledges.
    pub fn acknowledgment(&self) -> u32 {
        self.next
    }
}

/// The octets that a window can have in TCP: RFC 7323, section 2.3.
pub const MAX_WINDOW: usize = 65535 << 14;
