//! What both protocols store: items under keys, with a clock and a limit.

pub mod clock;
pub mod recency;
mod upkeep;

use self::clock::Clock;
use crate::expiring_lru::{Counts, ExpiringLru};

// ANCHOR: item
/// What is stored under a key.
#[derive(Clone, Debug)]
pub struct Item {
    /// The value. Not `Bytes`: a few octets would keep the whole buffer that they
    /// came in, and the limit would be a lie.
    pub data: Box<[u8]>,
    /// A number that a memcached client keeps beside the value.
    pub flags: u32,
    /// A number that every change makes new: memcached's *cas unique*.
    pub version: u64,
}
// ANCHOR_END: item

/// Why a value is not stored. What was there stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotStored {
    /// It has more octets than one value may have.
    #[error("more octets than a value may have")]
    TooLong,
    /// There would be no room for it in an empty store.
    #[error("more octets than there are in all")]
    NoRoom,
}

/// Items with a memory limit and a clock that stands still between two
/// [`tick`](Store::tick)s.
#[derive(Debug)]
pub struct Store {
    items: ExpiringLru<Item>,
    /// The octets of one value, whether it was sent or has grown.
    longest: usize,
    clock: Clock,
    now: u64,
    versions: u64,
    /// Where the next sweep goes on.
    swept: usize,
    /// Figures for INFO and stats.
    pub figures: Figures,
}

/// What the server counts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    /// Commands of both protocols so far.
    pub commands: u64,
    /// Connections so far.
    pub connections: u64,
    /// Connections now.
    pub connected: usize,
    /// Connections that there was no room for.
    pub refused: u64,
}

/// How many places a tick looks at for what has expired.
const SWEEP: usize = 20;

impl Store {
    /// An empty store for `capacity` octets in all, and up to `longest` in a value.
    pub fn new(capacity: usize, longest: usize, clock: Clock) -> Store {
        let mut store = Store {
            items: ExpiringLru::new(capacity),
            longest,
            now: 0,
            clock,
            versions: 0,
            swept: 0,
            figures: Figures::default(),
        };
        store.tick();
        store
    }

    /// Reads the clock, and forgets a little of what has expired.
    pub fn tick(&mut self) {
        self.now = self.clock.now();
        self.items.set_clock(self.now);
        self.swept = self.items.sweep(self.swept, SWEEP);
    }

    /// Stores `data`, in place of whatever there is.
    ///
    /// # Errors
    ///
    /// When it is too large.
    pub fn set(
        &mut self,
        key: &[u8],
        data: Box<[u8]>,
        flags: u32,
        expires: Option<u64>,
    ) -> Result<(), NotStored> {
        if data.len() > self.longest {
            return Err(NotStored::TooLong);
        }
        self.versions += 1;
        let octets = data.len();
        let version = self.versions;
        let item = Item {
            data,
            flags,
            version,
        };
        let inserted = self.items.insert(key, item, octets, expires);
        inserted.map_err(|_| NotStored::NoRoom)
    }

    /// The item under `key`, which is a use of it, and a hit or a miss.
    pub fn get(&mut self, key: &[u8]) -> Option<&Item> {
        self.items.get(key)
    }

    /// The item under `key` and when it expires, without using it.
    pub fn peek(&mut self, key: &[u8]) -> Option<(&Item, Option<u64>)> {
        self.items.peek(key)
    }

    /// Whether `key` is there.
    pub fn has(&mut self, key: &[u8]) -> bool {
        self.peek(key).is_some()
    }

    /// Removes `key`, and says whether it was there.
    pub fn remove(&mut self, key: &[u8]) -> bool {
        self.items.remove(key).is_some()
    }

    /// Changes when `key` expires, and says whether it is there.
    pub fn set_expiry(&mut self, key: &[u8], expires: Option<u64>) -> bool {
        self.items.set_expiry(key, expires)
    }

    /// Forgets everything. What was counted stays.
    pub fn flush(&mut self) {
        self.items.clear();
        self.swept = 0;
    }

    /// The time of the last tick.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// The keys, in no order.
    pub fn keys(&self) -> impl Iterator<Item = &[u8]> {
        self.items.keys()
    }

    /// How many items there are, expired ones that were not found yet included.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The octets that they count.
    pub fn used(&self) -> usize {
        self.items.used()
    }

    /// The octets that they may count.
    pub fn capacity(&self) -> usize {
        self.items.capacity()
    }

    /// Hits, misses, evictions and expiries so far.
    pub fn counts(&self) -> Counts {
        self.items.counts()
    }
}
