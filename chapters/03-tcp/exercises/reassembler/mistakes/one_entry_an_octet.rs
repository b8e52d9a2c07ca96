//! Each octet has an entry of its own in a map
//!
//! You keep each octet in a map, under its number. That is right in every order, and an
//! entry takes many times what the octet does: its key, and room for the map to grow.
//! The octets of a window stand side by side, so their place can be their number.
//!
//! fails: a_window_full_of_octets_costs_little, tiny_segments_cost_no_more

use std::collections::BTreeMap;
/// Puts the octets of segments in their order. An octet is known by its sequence
/// number, which counts modulo 2^32: RFC 9293, section 3.4.
#[derive(Clone, Debug)]
pub struct Reassembler {
    /// The sequence number of the octet that is delivered next.
    next: u32,
    /// One bad peer may not make this hold more octets.
    window: usize,
    /// The octets that wait, by how far from the stream's beginning they are.
    held: BTreeMap<u64, u8>,
    delivered: u64,
}

impl Reassembler {
    /// A stream whose first octet has the sequence number `first`, with a window
    /// of `window` octets. A window over [`MAX_WINDOW`] is taken for that.
    pub fn new(first: u32, window: usize) -> Self {
        Self {
            next: first,
            window: window.min(MAX_WINDOW),
            held: BTreeMap::new(),
            delivered: 0,
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
        if new.is_empty() {
            return;
        }

        for (number, octet) in (self.delivered + start as u64..).zip(new) {
            self.held.entry(number).or_insert(*octet);
        }
        while let Some(octet) = self.held.remove(&self.delivered) {
            output.push(octet);
            self.delivered += 1;
            self.next = self.next.wrapping_add(1);
        }
    }

    /// The sequence number of the octet that is delivered next: what a receiver
    /// acknowledges.
    pub fn acknowledgment(&self) -> u32 {
        self.next
    }
}

/// The octets that a window can have in TCP: RFC 7323, section 2.3.
pub const MAX_WINDOW: usize = 65535 << 14;
