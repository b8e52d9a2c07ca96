//! The store of the cache, under a clock that the tests set.

use std::collections::VecDeque;

use caches::expiring_lru::{Counts, ExpiringLru, OVERHEAD, TooLarge};
use proptest::prelude::*;
use testkit::heap;

/// Room for so many entries with a key of one octet and a value of none.
fn room_for(entries: usize) -> ExpiringLru<u32> {
    ExpiringLru::new(entries * (OVERHEAD + 1))
}

#[test]
fn what_was_not_used_makes_room() {
    let mut cache = room_for(2);
    cache.insert(b"a", 1, 0, None).unwrap();
    cache.insert(b"b", 2, 0, None).unwrap();
    assert_eq!(cache.get(b"a"), Some(&1));
    cache.insert(b"c", 3, 0, None).unwrap();
    assert_eq!(cache.get(b"b"), None);
    assert_eq!(cache.get(b"a"), Some(&1));
    assert_eq!(cache.len(), 2);
    let counts = Counts {
        hits: 2,
        misses: 1,
        evicted: 1,
        expired: 0,
    };
    assert_eq!(cache.counts(), counts);
}

#[test]
fn looking_is_no_use() {
    let mut cache = room_for(2);
    cache.insert(b"a", 1, 0, Some(100)).unwrap();
    cache.insert(b"b", 2, 0, None).unwrap();
    assert_eq!(cache.peek(b"a"), Some((&1, Some(100))));
    cache.insert(b"c", 3, 0, None).unwrap();
    assert_eq!(cache.peek(b"a"), None);
    assert_eq!((cache.counts().hits, cache.counts().misses), (0, 0));
}

#[test]
fn an_entry_lives_to_the_millisecond() {
    let mut cache = room_for(2);
    cache.set_clock(5_000);
    cache.insert(b"a", 1, 0, Some(6_000)).unwrap();
    cache.set_clock(5_999);
    assert_eq!(cache.get(b"a"), Some(&1));
    assert_eq!(cache.keys().count(), 1);
    cache.set_clock(6_000);
    assert_eq!((cache.keys().count(), cache.len()), (0, 1));
    assert_eq!(cache.get(b"a"), None);
    assert_eq!((cache.len(), cache.used()), (0, 0));
    assert_eq!((cache.counts().misses, cache.counts().expired), (1, 1));
}

#[test]
fn an_expiry_can_be_changed_and_taken_away() {
    let mut cache = room_for(2);
    cache.insert(b"a", 1, 0, Some(10)).unwrap();
    assert!(cache.set_expiry(b"a", None));
    cache.set_clock(10);
    assert!(cache.set_expiry(b"a", Some(20)));
    cache.set_clock(20);
    assert!(!cache.set_expiry(b"a", None));
}

#[test]
fn a_sweep_finds_what_nobody_asks_for() {
    let mut cache = room_for(10);
    for key in b'0'..b'6' {
        let expires = (key % 2 == 0).then_some(10);
        cache.insert(&[key], 0, 0, expires).unwrap();
    }
    cache.set_clock(10);
    let next = cache.sweep(0, 4);
    assert_eq!((next, cache.len()), (4, 4));
    assert_eq!((cache.sweep(next, 4), cache.len()), (0, 3));
    assert_eq!(cache.counts().expired, 3);
}

#[test]
fn what_never_fits_changes_nothing() {
    let mut cache = room_for(1);
    cache.insert(b"a", 1, 0, None).unwrap();
    let (octets, capacity) = (OVERHEAD + 2, OVERHEAD + 1);
    let refused = cache.insert(b"a", 2, 1, None);
    assert_eq!(refused, Err(TooLarge { octets, capacity }));
    assert_eq!(cache.get(b"a"), Some(&1));
    assert!(cache.insert(b"a", 2, usize::MAX, None).is_err());
    cache.insert(b"a", 3, 0, None).unwrap();
    assert_eq!(cache.get(b"a"), Some(&3));
}

/// The promise of the limit, held against the allocator itself: with the smallest
/// entries, whose overhead counts most, and with larger ones.
#[test]
fn the_heap_never_holds_more_than_the_capacity() {
    const CAPACITY: usize = 1 << 20;
    for size in [0, 3, 100, 1000] {
        let (cache, usage) = heap::measure(|| {
            let mut cache = ExpiringLru::new(CAPACITY);
            for number in 0..20_000_u32 {
                let value = vec![0u8; size].into_boxed_slice();
                let key = number.to_string();
                cache.insert(key.as_bytes(), value, size, None).unwrap();
                assert!(cache.used() <= CAPACITY);
            }
            cache
        });
        assert!(cache.counts().evicted > 0);
        assert!(usage.peak <= CAPACITY, "values of {size}: {usage:?}");
        println!("values of {size}: {} entries, {usage:?}", cache.len());
    }
}

/// The same cache as slowly as it can be written.
struct Model {
    capacity: usize,
    now: u64,
    /// From the oldest to the newest: key, value, octets, expiry.
    entries: VecDeque<(u8, u32, usize, Option<u64>)>,
}

impl Model {
    fn forget_expired(&mut self) {
        let now = self.now;
        self.entries
            .retain(|(.., expires)| expires.is_none_or(|at| at > now));
    }

    fn take(&mut self, key: u8) -> Option<(u8, u32, usize, Option<u64>)> {
        let at = self.entries.iter().position(|entry| entry.0 == key)?;
        self.entries.remove(at)
    }

    fn used(&self) -> usize {
        self.entries.iter().map(|entry| entry.2).sum()
    }
}

#[derive(Clone, Debug)]
enum Act {
    Get(u8),
    Insert(u8, usize, Option<u64>),
    Remove(u8),
    Pass(u64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let key = 0..6_u8;
    let act = prop_oneof![
        key.clone().prop_map(Act::Get),
        (key.clone(), 0..400_usize, prop::option::of(0..5_u64))
            .prop_map(|(key, size, expires)| Act::Insert(key, size, expires)),
        key.prop_map(Act::Remove),
        (0..3_u64).prop_map(Act::Pass),
    ];
    prop::collection::vec(act, 0..80)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// With a sweep of everything after each tick, both forget at the same time.
    #[test]
    fn it_does_what_a_slow_one_does(acts in acts()) {
        let capacity = 4 * OVERHEAD;
        let mut cache = ExpiringLru::new(capacity);
        let mut model = Model { capacity, now: 0, entries: VecDeque::new() };
        for (value, act) in (0..).zip(acts) {
            match act {
                Act::Get(key) => {
                    let entry = model.take(key);
                    model.entries.extend(entry);
                    prop_assert_eq!(cache.get(&[key]).copied(), entry.map(|entry| entry.1));
                }
                Act::Insert(key, size, expires) => {
                    let expires = expires.map(|after| model.now + after);
                    let octets = size + 1 + OVERHEAD;
                    let fits = octets <= model.capacity;
                    if fits {
                        model.take(key);
                        while model.used() + octets > model.capacity {
                            model.entries.pop_front();
                        }
                        model.entries.push_back((key, value, octets, expires));
                        model.forget_expired();
                    }
                    prop_assert_eq!(cache.insert(&[key], value, size, expires).is_ok(), fits);
                    cache.sweep(0, usize::MAX);
                }
                Act::Remove(key) => {
                    let entry = model.take(key);
                    prop_assert_eq!(cache.remove(&[key]), entry.map(|entry| entry.1));
                }
                Act::Pass(time) => {
                    model.now += time;
                    model.forget_expired();
                    cache.set_clock(model.now);
                    cache.sweep(0, usize::MAX);
                }
            }
            prop_assert_eq!((cache.len(), cache.used()), (model.entries.len(), model.used()));
            prop_assert!(cache.used() <= capacity);
        }
    }
}
