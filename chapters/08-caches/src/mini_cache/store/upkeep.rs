//! What a server does with its [`ExpiringLru`] beyond the exercise.

use std::collections::HashMap;

use crate::expiring_lru::{Entry, ExpiringLru};
use crate::recency::Recency;

impl<V> ExpiringLru<V> {
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

    // ANCHOR: sweep
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
    // ANCHOR_END: sweep

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

    /// The octets that they may count.
    pub fn capacity(&self) -> usize {
        self.capacity
    }
}
