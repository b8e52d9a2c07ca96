//! The count never begins again
//!
//! You count the octets in 64 bits and compare that with the number in the segment. The
//! number begins again at 0 after 4294967295, and your count does not: from there on
//! everything seems to lie 4 GiB behind. Take the difference modulo 2^32, with
//! `wrapping_sub`.
//!
//! fails: numbers_begin_again_at_0, a_gap_where_numbers_begin_again,
//!    every_order_of_five_segments, three_hundred_random_links

use std::collections::VecDeque;
/// Puts the octets of segments in their order. An octet is known by its sequence
/// number, which counts modulo 2^32: RFC 9293, section 3.4.
#[derive(Clone, Debug)]
pub struct Reassembler {
    /// The sequence number of the octet that is delivered next.
    next: u64,
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
            next: u64::from(first),
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
        let start = i64::from(sequence) - self.next.cast_signed();
        let old = usize::try_from(start.saturating_neg()).unwrap_or(0);
        let start = usize::try_from(start).unwrap_or(0);
        let new = octets.get(old..).unwrap_or_default();
        let new = &new[..new.len().min(self.window.saturating_sub(start))];
        if new.is_empty() {
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
        self.next += whole as u64;
    }

    /// The sequence number of the octet that is delivered next: what a receiver
    /// acknowledges.
    pub fn acknowledgment(&self) -> u32 {
        self.next as u32
    }
}

/// The octets that a window can have in TCP: RFC 7323, section 2.3.
pub const MAX_WINDOW: usize = 65535 << 14;
