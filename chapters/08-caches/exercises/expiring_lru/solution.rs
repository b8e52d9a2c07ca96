//! A cache with a limit: what has expired is not there, and what was not used for
//! the longest time makes room.

use std::collections::HashMap;
use std::rc::Rc;

use caches::recency::Recency;

/// What an entry takes beside the octets of its key and its value: the entry, its
/// place in the list, its share of the table of keys, also while that table grows.
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

// ANCHOR: cache
/// A cache of `capacity` octets. Its clock is a number of milliseconds, which the
/// caller sets; no time passes by itself.
#[derive(Debug)]
pub struct ExpiringLru<V> {
    pub(crate) capacity: usize,
    pub(crate) used: usize,
    pub(crate) now: u64,
    pub(crate) places: HashMap<Rc<[u8]>, usize>,
    pub(crate) entries: Recency<Entry<V>>,
    pub(crate) counts: Counts,
}

#[derive(Debug)]
pub(crate) struct Entry<V> {
    pub(crate) key: Rc<[u8]>,
    value: V,
    octets: usize,
    /// From this millisecond on, it is not there.
    pub(crate) expires: Option<u64>,
}
// ANCHOR_END: cache

impl<V> ExpiringLru<V> {
    /// An empty cache of `capacity` octets, whose clock says 0.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            used: 0,
            now: 0,
            places: HashMap::new(),
            entries: Recency::default(),
            counts: Counts::default(),
        }
    }

    /// Sets the clock.
    pub fn set_clock(&mut self, now: u64) {
        self.now = now;
    }

    // ANCHOR: get
    /// The value under `key`, which counts as used now, and as a hit or a miss.
    pub fn get(&mut self, key: &[u8]) -> Option<&V> {
        let Some(place) = self.find(key) else {
            self.counts.misses += 1;
            return None;
        };
        self.counts.hits += 1;
        self.entries.touch(place);
        self.entries.get(place).map(|entry| &entry.value)
    }

    /// The place of `key`, unless it has expired, which removes it.
    pub(crate) fn find(&mut self, key: &[u8]) -> Option<usize> {
        let place = *self.places.get(key)?;
        let entry = self.entries.get(place)?;
        if entry.expires.is_some_and(|expires| expires <= self.now) {
            self.counts.expired += 1;
            self.remove_at(place);
            return None;
        }
        Some(place)
    }
    // ANCHOR_END: get

    // ANCHOR: insert
    /// Puts `value`, which takes so many `octets`, under `key`, in place of what is
    /// there. It counts as used now. Whatever was not used for the longest time
    /// makes room *before* that, so that the capacity is never exceeded.
    ///
    /// # Errors
    ///
    /// [`TooLarge`] if there would not be room in an empty cache. Nothing changes.
    pub fn insert(
        &mut self,
        key: &[u8],
        value: V,
        octets: usize,
        expires: Option<u64>,
    ) -> Result<(), TooLarge> {
        let capacity = self.capacity;
        let octets = octets.saturating_add(OVERHEAD + key.len());
        if octets > capacity {
            return Err(TooLarge { octets, capacity });
        }
        let place = self.find(key);
        let entry = place.and_then(|place| self.entries.get(place));
        let replaced = entry.map_or(0, |entry| entry.octets);
        if let Some(place) = place {
            self.entries.touch(place); // it is the last that could be evicted
        }
        while self.used - replaced + octets > capacity {
            self.evict();
        }
        self.used = self.used - replaced + octets;
        match place.and_then(|place| self.entries.get_mut(place)) {
            Some(entry) => {
                entry.value = value;
                entry.octets = octets;
                entry.expires = expires;
            }
            None => {
                let key: Rc<[u8]> = key.into();
                let place = self.entries.push(Entry {
                    key: Rc::clone(&key),
                    value,
                    octets,
                    expires,
                });
                self.places.insert(key, place);
            }
        }
        Ok(())
    }
    // ANCHOR_END: insert

    // ANCHOR: evict
    fn evict(&mut self) {
        let Some(entry) = self.entries.oldest().and_then(|at| self.remove_at(at)) else {
            return;
        };
        match entry.expires {
            Some(expires) if expires <= self.now => self.counts.expired += 1,
            _ => self.counts.evicted += 1,
        }
    }

    pub(crate) fn remove_at(&mut self, place: usize) -> Option<Entry<V>> {
        let entry = self.entries.remove(place)?;
        self.places.remove(&entry.key);
        self.used -= entry.octets;
        Some(entry)
    }
    // ANCHOR_END: evict

    /// Takes the value under `key` out.
    pub fn remove(&mut self, key: &[u8]) -> Option<V> {
        let place = self.find(key)?;
        self.remove_at(place).map(|entry| entry.value)
    }

    /// The value under `key` and when it expires. That is no use of it, and neither
    /// a hit nor a miss.
    pub fn peek(&mut self, key: &[u8]) -> Option<(&V, Option<u64>)> {
        let place = self.find(key)?;
        let entry = self.entries.get(place)?;
        Some((&entry.value, entry.expires))
    }

    /// How many entries there are, expired ones that were not found yet included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The octets that its entries count, with [`OVERHEAD`] for each.
    pub fn used(&self) -> usize {
        self.used
    }

    /// What has happened so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }
}
