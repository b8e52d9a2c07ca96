//! An entry takes its octets and no more
//!
//! You count key and value. A million entries of two octets then count two megabytes,
//! and take a hundred times as much: each needs its place in the table and in the
//! order of use.
//!
//! fails: what_is_found_expired_is_removed,
//!    an_entry_takes_its_key_and_the_overhead_too,
//!    a_cache_may_be_full_to_the_last_octet, the_least_recently_used_makes_room,
//!    getting_is_a_use, replacing_is_a_use, peeking_is_no_use,
//!    a_large_entry_needs_the_room_of_several, no_more_make_room_than_have_to,
//!    replacing_needs_no_room_of_others, a_replaced_value_gives_its_octets_back,
//!    a_value_that_grows_sends_others_away, what_is_larger_than_the_cache_is_refused,
//!    a_refused_entry_sends_nobody_away, a_refused_value_leaves_the_old_one,
//!    who_makes_room_is_counted, what_has_expired_is_not_evicted,
//!    removing_gives_value_and_room, what_nobody_asked_for_still_counts

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

/// A cache of `capacity` octets. Its clock is a number of milliseconds, which the
/// caller sets; no time passes by itself.
#[derive(Debug)]
pub struct ExpiringLru<V> {
    capacity: usize,
    used: usize,
    now: u64,
    places: HashMap<Rc<[u8]>, usize>,
    entries: Recency<Entry<V>>,
    counts: Counts,
}

#[derive(Debug)]
struct Entry<V> {
    key: Rc<[u8]>,
    value: V,
    octets: usize,
    /// From this millisecond on, it is not there.
    expires: Option<u64>,
}

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
    fn find(&mut self, key: &[u8]) -> Option<usize> {
        let place = *self.places.get(key)?;
        let entry = self.entries.get(place)?;
        if entry.expires.is_some_and(|expires| expires <= self.now) {
            self.counts.expired += 1;
            self.remove_at(place);
            return None;
        }
        Some(place)
    }

    /// Puts `value`, which takes so many `octets`, under `key`, in place of what is
    /// there. It counts as used now. Whatever was not used for the longest time
    /// makes room *before* that, so that the capacity is never exceeded.
    pub fn insert(
        &mut self,
        key: &[u8],
        value: V,
        octets: usize,
        expires: Option<u64>,
    ) -> Result<(), TooLarge> {
        let capacity = self.capacity;
        let octets = octets.saturating_add(key.len());
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

    fn evict(&mut self) {
        let Some(entry) = self.entries.oldest().and_then(|at| self.remove_at(at)) else {
            return;
        };
        match entry.expires {
            Some(expires) if expires <= self.now => self.counts.expired += 1,
            _ => self.counts.evicted += 1,
        }
    }

    fn remove_at(&mut self, place: usize) -> Option<Entry<V>> {
        let entry = self.entries.remove(place)?;
        self.places.remove(&entry.key);
        self.used -= entry.octets;
        Some(entry)
    }

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

    /// Changes when `key` expires, and says whether it is there.
    pub fn set_expiry(&mut self, key: &[u8], expires: Option<u64>) -> bool {
        let place = self.find(key);
        match place.and_then(|place| self.entries.get_mut(place)) {
            Some(entry) => {
                entry.expires = expires;
                true
            }
            None => false,
        }
    }

    /// Looks at `places` places of the list from number `from` on, removes what has
    /// expired there, and returns the number to go on from: what nobody asks for
    /// should not stay until it is the oldest.
    pub fn sweep(&mut self, from: usize, places: usize) -> usize {
        let to = from.saturating_add(places).min(self.entries.places());
        for place in from..to {
            let expires = self.entries.get(place).and_then(|entry| entry.expires);
            if expires.is_some_and(|expires| expires <= self.now) {
                self.counts.expired += 1;
                self.remove_at(place);
            }
        }
        if to == self.entries.places() { 0 } else { to }
    }

    /// Forgets all entries. What was counted stays.
    pub fn clear(&mut self) {
        self.places = HashMap::new();
        self.entries = Recency::default();
        self.used = 0;
    }

    /// The keys that have not expired, in no order.
    pub fn keys(&self) -> impl Iterator<Item = &[u8]> {
        let good = |entry: &&Entry<V>| entry.expires.is_none_or(|expires| expires > self.now);
        self.entries.iter().filter(good).map(|entry| &*entry.key)
    }

    /// How many entries there are, expired ones that were not found yet included.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The octets that its entries count, with [`OVERHEAD`] for each.
    pub fn used(&self) -> usize {
        self.used
    }

    /// The octets that they may count.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// What has happened so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }
}
