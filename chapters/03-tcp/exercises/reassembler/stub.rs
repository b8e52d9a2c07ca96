//! Segments into a stream
//!
//! Difficulty: stretch
//! Page: 03-tcp/stream.md
//! Check: just check 3.5
//!
//! Segments arrive as packets do: late, twice, in another order, and, sent again, cut
//! in other places. Each says which sequence number its first octet has, and the
//! octets behind it have the next ones. Write what makes a stream of them.
//!
//! `receive` takes one segment and appends to `output` all octets that can be
//! delivered now:
//!
//! - Each octet once, in the order of their numbers, and none behind a gap. What
//!   comes behind a gap is held until the gap is filled.
//! - The window begins with the octet that is delivered next, and has `window`
//!   octets. What a segment has in the window counts. The rest of it is dropped: on
//!   the left it was delivered before, on the right there is no room for it, and its
//!   sender will send it again.
//! - Where two segments say different things about an octet, the one that came first
//!   is right: what was delivered can't be called back.
//! - Numbers count modulo 2^32: after ff ff ff ff comes 0. A number up to half of
//!   them ahead of the next one is ahead, the others lie behind it.
//! - Never more octets are held than the window has, and memory goes by what is held,
//!   in however many segments it came. A window of 16 KiB takes 128 KiB of memory at
//!   most. A hundred octets in a window of 16 MiB, wherever in it, take 64 KiB at most.
//!   What was delivered takes none.
//!
//! `acknowledgment` is the number of the octet that is delivered next.
//!
//! With `Reassembler::new(1000, 8)`:
//!
//! ```text
//! segment  1003 "lo"       delivers ""        acknowledges 1000
//! segment  1000 "help"     delivers "hello"   acknowledges 1005
//! segment  1002 "llo, wi"  delivers ", wi"    acknowledges 1009
//! ```
//!
//! The octet 1003 is an l in the first segment and a p in the second: the l came first.

use std::collections::BTreeMap;

/// The octets that a window can have in TCP: RFC 7323, section 2.3.
pub const MAX_WINDOW: usize = 65535 << 14;

/// Puts the octets of segments in their order.
#[derive(Clone, Debug)]
pub struct Reassembler {
    // What do you have to remember?
}

impl Reassembler {
    /// A stream whose first octet has the sequence number `first`, with a window
    /// of `window` octets, `MAX_WINDOW` at most.
    pub fn new(first: u32, window: usize) -> Self {
        todo!()
    }

    /// Takes a segment whose first octet has the number `sequence`, and appends to
    /// `output` what can be delivered now.
    pub fn receive(&mut self, sequence: u32, octets: &[u8], output: &mut Vec<u8>) {
        todo!()
    }

    /// The sequence number of the octet that is delivered next.
    pub fn acknowledgment(&self) -> u32 {
        todo!()
    }
}
