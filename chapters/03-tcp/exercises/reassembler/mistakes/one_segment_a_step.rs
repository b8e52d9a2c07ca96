//! Only one segment is delivered at a time
//!
//! You deliver the segment that fills the gap, and not what waits behind it. That comes out
//! when the next segment arrives. If there is none, because the peer now waits for your
//! answer, it never does.
//!
//! fails: the_gap_is_filled, several_segments_wait_behind_gaps,
//!    a_segment_that_waits_comes_twice, segments_overlap_while_they_wait,
//!    a_longer_segment_begins_at_the_same_octet, a_shorter_segment_begins_at_the_same_octet,
//!    the_first_copy_of_an_octet_is_right, the_window_cuts_a_segment,
//!    a_gap_where_numbers_begin_again, every_order_of_five_segments,
//!    three_hundred_random_links, tiny_segments_cost_no_more

use std::collections::BTreeMap;

/// Puts the octets of segments in their order.
#[derive(Clone, Debug)]
pub struct Reassembler {
    /// The sequence number of the octet that is delivered next.
    next: u32,
    /// The octets that may be held.
    window: usize,
    /// How many octets were delivered.
    delivered: u64,
    /// Segments that wait, by the place of their first octet in the stream.
    waiting: BTreeMap<u64, Vec<u8>>,
}

impl Reassembler {
    /// A stream whose first octet has the sequence number `first`, with a window
    /// of `window` octets, [`MAX_WINDOW`] at most.
    pub fn new(first: u32, window: usize) -> Self {
        Self {
            next: first,
            window: window.min(MAX_WINDOW),
            delivered: 0,
            waiting: BTreeMap::new(),
        }
    }

    /// Takes a segment whose first octet has the number `sequence`, and appends to
    /// `output` what can be delivered now.
    pub fn receive(&mut self, sequence: u32, octets: &[u8], output: &mut Vec<u8>) {
        let start = sequence.wrapping_sub(self.next).cast_signed();
        let old = usize::try_from(start.saturating_neg()).unwrap_or(0);
        let start = usize::try_from(start).unwrap_or(0);
        let new = octets.get(old..).unwrap_or_default();
        let new = &new[..new.len().min(self.window.saturating_sub(start))];
        self.hold(self.delivered + start as u64, new);
        if let Some(entry) = self.waiting.first_entry()
            && *entry.key() <= self.delivered
        {
            let segment = entry.remove();
            self.deliver(&segment, output);
        }
    }

    /// Keeps a segment that begins at this place.
    fn hold(&mut self, place: u64, octets: &[u8]) {
        let (mut place, mut octets) = (place, octets);
        // Only what is not held yet, piece by piece.
        while !octets.is_empty() {
            let held = self
                .waiting
                .range(..=place)
                .next_back()
                .map_or(0, |(at, held)| at + held.len() as u64);
            let skip = held.saturating_sub(place).min(octets.len() as u64);
            (place, octets) = (place + skip, &octets[skip as usize..]);
            let end = place + octets.len() as u64;
            let end = self
                .waiting
                .range(place..)
                .next()
                .map_or(end, |(at, _)| end.min(*at));
            let (piece, rest) = octets.split_at((end - place) as usize);
            if !piece.is_empty() {
                self.waiting.insert(place, piece.to_vec());
            }
            (place, octets) = (end, rest);
        }
    }

    fn deliver(&mut self, octets: &[u8], output: &mut Vec<u8>) {
        output.extend_from_slice(octets);
        self.next = self.next.wrapping_add(octets.len() as u32);
        self.delivered += octets.len() as u64;
    }

    /// The sequence number of the octet that is delivered next.
    pub fn acknowledgment(&self) -> u32 {
        self.next
    }
}

/// The octets that a window can have in TCP: RFC 7323, section 2.3.
pub const MAX_WINDOW: usize = 65535 << 14;
