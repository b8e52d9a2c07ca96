//! A cache with a limit, under a clock that you set
//!
//! Difficulty: core
//! Page: 08-caches/expiry.md
//! Check: just check 8.2
//!
//! Two things end the life of what is in a cache: its time is over, or room is needed and
//! nobody has used it for the longest time (*least recently used*, LRU). Write the cache.
//! Time is a number of milliseconds, which `set_clock` sets; no clock is looked at.
//!
//! - `insert` puts a value under a key, in place of what is there: value, size and expiry are
//!   the new ones. That is a use of the key.
//! - `get` gives the value, and that is a use too. It never changes the expiry.
//! - With the expiry `Some(at)`, an entry is there while the clock says less than `at`, and
//!   from `at` on it is not. With `None` it does not expire.
//! - An entry takes the `octets` that `insert` is told for its value, those of its key, and
//!   `OVERHEAD`. All entries together never take more than `capacity`; exactly that is
//!   allowed. For a new one, those make room that were not used for the longest time,
//!   one after the other, as many as it needs and no more. What it replaces makes room
//!   first, and does not count as evicted.
//! - An entry that is larger than the whole cache is `TooLarge`, and nothing changes.
//! - `peek` gives value and expiry. It is no use, and neither a hit nor a miss. `remove`
//!   takes the value out.
//! - What has expired is not there for any call that asks for its key, and whichever finds it
//!   so removes it. Until then, `len` and `used` count it.
//! - `Counts`: a `get` that finds a value is a hit, any other a miss, also one that finds
//!   what has expired. An entry that has to make room is evicted, or, if it has expired by
//!   then, expired, as is one that was found so.
//! - However often an entry is used, it takes no more memory for that.
//!
//! `caches::recency::Recency` keeps values in the order of use; you may do without it.
//!
//! With a capacity for two entries:
//!
//! ```text
//!      0  insert a, expires at 1000
//!      0  insert b, never expires
//!    900  get a     found: a hit. b is now the one not used for longest
//!    900  insert c  b makes room: evicted
//!   1000  get a     nothing, although it was used 100 ms ago: a miss, and expired
//! ```

use std::collections::HashMap;

/// What an entry takes beside the octets of its key and its value.
pub const OVERHEAD: usize = 256;

/// An entry that is larger than the whole cache.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("an entry of {octets} octets where {capacity} are allowed in all")]
pub struct TooLarge {
    /// The octets of the entry, with its key and [`OVERHEAD`].
    pub octets: usize,
    /// The octets of the cache.
    pub capacity: usize,
}

/// What has happened so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Questions that found something.
    pub hits: u64,
    /// Questions that found nothing, or only what has expired.
    pub misses: u64,
    /// Entries that were still good, and had to make room.
    pub evicted: u64,
    /// Entries that were found expired, and removed.
    pub expired: u64,
}

/// A cache of `capacity` octets. Its clock is a number of milliseconds, which the
/// caller sets; no time passes by itself.
#[derive(Debug)]
pub struct ExpiringLru<V> {
    capacity: usize,
    now: u64,
    entries: HashMap<Vec<u8>, V>, // Yours may look quite different.
}

impl<V> ExpiringLru<V> {
    /// An empty cache of `capacity` octets, whose clock says 0.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            now: 0,
            entries: HashMap::new(),
        }
    }

    /// Sets the clock. It never goes back.
    pub fn set_clock(&mut self, now: u64) {
        self.now = now;
    }

    /// The value under `key`, which counts as used now, and as a hit or a miss.
    pub fn get(&mut self, key: &[u8]) -> Option<&V> {
        todo!()
    }

    /// Puts `value`, which takes so many `octets`, under `key`, in place of what is
    /// there. It counts as used now.
    pub fn insert(
        &mut self,
        key: &[u8],
        value: V,
        octets: usize,
        expires: Option<u64>,
    ) -> Result<(), TooLarge> {
        todo!()
    }

    /// Takes the value under `key` out.
    pub fn remove(&mut self, key: &[u8]) -> Option<V> {
        todo!()
    }

    /// The value under `key` and when it expires. That is no use of it, and neither
    /// a hit nor a miss.
    pub fn peek(&mut self, key: &[u8]) -> Option<(&V, Option<u64>)> {
        todo!()
    }

    /// How many entries there are, expired ones that were not found yet included.
    pub fn len(&self) -> usize {
        todo!()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The octets that its entries count, with [`OVERHEAD`] for each.
    pub fn used(&self) -> usize {
        todo!()
    }

    /// What has happened so far.
    pub fn counts(&self) -> Counts {
        todo!()
    }
}
