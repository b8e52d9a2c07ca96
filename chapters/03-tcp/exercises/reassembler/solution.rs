//! Segments into a stream: late ones, doubled ones and overlapping ones.

use std::collections::BTreeMap;

// ANCHOR: reassembler
/// Puts the octets of segments in their order. An octet is known by its sequence
/// number, which counts modulo 2^32: RFC 9293, section 3.4.
#[derive(Clone, Debug)]
pub struct Reassembler {
    /// The sequence number of the octet that is delivered next.
    next: u32,
    /// One bad peer may not make this hold more octets.
    window: usize,
    /// The octets that wait, page by page. Where nothing has come there is no page,
    /// and in a page an octet takes two, in however many segments they came.
    held: BTreeMap<u32, Page>,
}

/// The octets of a page. The numbers of all octets are a whole number of pages.
const PAGE: u32 = 64;
/// A place for each of them.
type Page = [Option<u8>; PAGE as usize];
const EMPTY: Page = [None; PAGE as usize];

impl Reassembler {
    /// A stream whose first octet has the sequence number `first`, with a window
    /// of `window` octets. A window over [`MAX_WINDOW`] is taken for that.
    pub fn new(first: u32, window: usize) -> Self {
        Self {
            next: first,
            window: window.min(MAX_WINDOW),
            held: BTreeMap::new(),
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

        let mut number = self.next.wrapping_add(start as u32);
        for octet in new {
            let page = self.held.entry(number / PAGE).or_insert(EMPTY);
            page[(number % PAGE) as usize].get_or_insert(*octet);
            number = number.wrapping_add(1);
        }
        while let Some(octet) = self.take() {
            output.push(octet);
        }
    }

    /// Takes the octet that is delivered next, if it is there.
    fn take(&mut self) -> Option<u8> {
        let number = self.next;
        let page = self.held.get_mut(&(number / PAGE))?;
        let octet = page[(number % PAGE) as usize].take()?;
        self.next = number.wrapping_add(1);
        if self.next.is_multiple_of(PAGE) {
            self.held.remove(&(number / PAGE)); // its last octet has gone
        }
        Some(octet)
    }

    /// The sequence number of the octet that is delivered next: what a receiver
    /// acknowledges.
    pub fn acknowledgment(&self) -> u32 {
        self.next
    }
}
// ANCHOR_END: reassembler

/// The octets that a window can have in TCP: RFC 7323, section 2.3.
pub const MAX_WINDOW: usize = 65535 << 14;
