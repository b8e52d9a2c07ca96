//! A segment costs more than its octets
//!
//! You hold each segment in a vector of its own, in a map. With segments of 1000 octets
//! nobody notices. A peer that sends every second octet alone makes you pay for a vector
//! and an entry each time, and that is many times the octet. Count what it costs to hold
//! something; Linux does so for every packet.
//!
//! fails: tiny_segments_cost_no_more

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
        while let Some(entry) = self.waiting.first_entry() {
            if *entry.key() > self.delivered {
                break;
            }
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
