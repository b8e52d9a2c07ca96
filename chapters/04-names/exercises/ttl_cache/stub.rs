//! Answers, kept as long as they are true
//!
//! Difficulty: core
//! Page: 04-names/caching.md
//! Check: just check 4.3
//!
//! Every record says for how many seconds it may be kept: its TTL. Who keeps answers
//! asks less and answers sooner; who keeps them too long sends people to a host that
//! has moved. That there is no answer can be kept too (RFC 2308), and has to be: many
//! programs ask for the same missing name again and again. Write the cache.
//!
//! `insert` keeps an answer that has come now. `get` gives it back, as long as it may
//! be kept, with the seconds that are left in place of each TTL.
//!
//! - Records that come together live as long as the one with the smallest TTL, and
//!   all are given with what is left of that one.
//! - An answer lives for its TTL and not a moment longer: after 300 s, one of 300 s is
//!   gone. What is left is rounded down to whole seconds. Reading doesn't prolong it.
//! - A TTL of 0 is not kept, and whatever came with it isn't. One over 2³¹ − 1 counts as
//!   0 (RFC 2181, section 8; others take it for a large one, as RFC 8767, section 4,
//!   does), and so does a `minimum`. No records are kept longer than `MAX_TTL`.
//! - `NoData` and `NoName` live as long as the smaller of the SOA record's own TTL and
//!   its field `minimum`, and no longer than `MAX_NEGATIVE_TTL`. The SOA record is given
//!   with what is left. Without one they are not kept.
//! - `NoData` is about one type of a name, `NoName` about all of them.
//! - What has come last is true. It takes the place of the answer that was there, even
//!   if it may not be kept itself. `NoName` ends all that was known about the name, and
//!   any other answer ends a `NoName`.
//! - There are never more than `capacity` answers. When there is no room for a new one,
//!   that of the others with the least time left goes, which may be over already.
//!
//! The time is tokio's, `tokio::time::Instant::now()`, so that the checks can pause it.
//! Names in upper and lower case are equal; `Name` sees to that, as a key too. `Name` is in
//! `chapters/04-names/src/name.rs`; `Record` with its `ttl` and its `data`, `Data::Soa(soa)`
//! with `soa.minimum`, and `Type`, which is a key as well, are in `record.rs` beside it.
//!
//! ```text
//!   at 0 s    insert  www.example.com. A     300 s  192.0.2.80
//!   at 0 s    insert  www.example.com. AAAA  NoData, SOA 3600 s, minimum 60 s
//!  at 45 s    get     www.example.com. A     255 s  192.0.2.80
//!  at 45 s    get     www.example.com. AAAA  NoData, SOA 15 s, minimum 60 s
//!  at 60 s    get     www.example.com. AAAA  nothing: ask again
//! at 300 s    get     www.example.com. A     nothing: ask again
//! ```

use std::collections::HashMap;
use std::time::Duration;

use names::Name;
use names::record::{Data, Record, Type};
use tokio::time::Instant;

/// The seconds that records are kept for at most, whatever they say: nobody waits
/// 68 years for a mistake to go away.
pub const MAX_TTL: u32 = 86_400;
/// The seconds that "there is none" is kept for at most (RFC 2308, section 5).
pub const MAX_NEGATIVE_TTL: u32 = 10_800;

/// What is known about a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// These records, of which there is one at least.
    Records(Vec<Record>),
    /// The name exists, and has no records of this type. The SOA record of its zone
    /// came along, or didn't.
    NoData(Option<Record>),
    /// There is no such name, and so no record of any type.
    NoName(Option<Record>),
}

/// Answers that are still true.
#[derive(Debug)]
pub struct Cache {
    capacity: usize,
    // Add what you need to remember.
}

impl Cache {
    /// A cache for up to `capacity` answers, and for one at least.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
        }
    }

    /// How many answers it holds. Some may be dead by now.
    pub fn len(&self) -> usize {
        todo!()
    }

    /// Keeps the answer to the question for `name` and `kind`, which has come now, as
    /// long as it may be kept.
    pub fn insert(&mut self, name: &Name, kind: Type, answer: Answer) {
        todo!()
    }

    /// What is known about `name` and `kind`, with the time that is left of it;
    /// `None` if it has to be asked for.
    pub fn get(&self, name: &Name, kind: Type) -> Option<Answer> {
        todo!()
    }
}
