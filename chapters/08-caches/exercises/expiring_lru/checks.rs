use super::*;

use testkit::{Steps, check, heap, note};

/// The octets of a value, where nothing else is said.
const VALUE: usize = 10;
/// What an entry with such a value and a key of one letter takes.
const ENTRY: usize = OVERHEAD + 1 + VALUE;

/// A cache, and what was done with it: told, step by step, when a check fails.
struct Story {
    cache: ExpiringLru<&'static str>,
    now: u64,
    steps: Steps,
}

impl Story {
    /// A cache with room for so many entries of the usual size.
    fn for_entries(entries: usize) -> Story {
        Story::new(entries * ENTRY)
    }

    fn new(capacity: usize) -> Story {
        let steps = Steps::new("what was done with the cache");
        steps.step(format!(
            "a cache of {capacity} octets, where an entry of {VALUE} octets under a key of 1 takes \
             {ENTRY}"
        ));
        let cache = ExpiringLru::new(capacity);
        Story {
            cache,
            now: 0,
            steps,
        }
    }

    fn step(&self, what: String) {
        self.steps.step(format!("at {} ms: {what}", self.now));
    }

    fn at(&mut self, now: u64) {
        self.now = now;
        self.cache.set_clock(now);
    }

    /// Puts in a value of any size, whatever comes of it.
    fn put(
        &mut self,
        key: &'static str,
        value: &'static str,
        octets: usize,
        expires: Option<u64>,
    ) -> Result<(), TooLarge> {
        let size = match octets {
            VALUE => String::new(),
            octets => format!(" of {octets} octets"),
        };
        let until = match expires {
            None => String::new(),
            Some(at) => format!(", expires at {at}"),
        };
        let what = format!("insert {key} = {value}{size}{until}");
        let result = {
            let _note = note(|| format!("({what})"));
            self.cache.insert(key.as_bytes(), value, octets, expires)
        };
        let short = match &result {
            Ok(()) => String::new(),
            Err(error) => format!(": TooLarge, {error}"),
        };
        self.step(format!("{what}{short}"));
        result
    }

    /// Puts in a value that fits.
    #[track_caller]
    fn insert_sized(
        &mut self,
        key: &'static str,
        value: &'static str,
        octets: usize,
        expires: Option<u64>,
    ) {
        let result = self.put(key, value, octets, expires);
        self.steps.expect(result == Ok(()), || {
            format!("expected Ok, because it fits into an empty cache; got {result:?}")
        });
    }

    /// Puts in a value of the usual size, the same as its key.
    #[track_caller]
    fn insert(&mut self, key: &'static str, expires: Option<u64>) {
        self.insert_sized(key, key, VALUE, expires);
    }

    #[track_caller]
    fn insert_all(&mut self, keys: &[&'static str]) {
        for key in keys {
            self.insert(key, None);
        }
    }

    fn get(&mut self, key: &'static str) -> Option<&'static str> {
        let got = {
            let _note = note(|| format!("(get {key})"));
            self.cache.get(key.as_bytes()).copied()
        };
        self.step(format!("get {key}: {}", show(got)));
        got
    }

    #[track_caller]
    fn finds_value(&mut self, key: &'static str, value: &'static str) {
        let got = self.get(key);
        self.steps.expect(got == Some(value), || {
            format!("expected {value}, got {}", show(got))
        });
    }

    /// Under the key is what has its name.
    #[track_caller]
    fn finds(&mut self, key: &'static str) {
        self.finds_value(key, key);
    }

    #[track_caller]
    fn finds_nothing(&mut self, key: &'static str, why: &str) {
        let got = self.get(key);
        self.steps.expect(got.is_none(), || {
            format!("expected nothing, because {why}; got {}", show(got))
        });
    }

    /// Which of some keys are there, asked by `peek`.
    #[track_caller]
    fn holds(&mut self, keys: &[&'static str], expected: &[&'static str], why: &str) {
        let here = |key: &&&str| self.cache.peek(key.as_bytes()).is_some();
        let got: Vec<&str> = keys.iter().filter(here).copied().collect();
        let words = |keys: &[&str]| match keys {
            [] => "none".to_owned(),
            keys => keys.join(", "),
        };
        self.step(format!("of {} it holds {}", keys.join(", "), words(&got)));
        self.steps.expect(got == expected, || {
            format!("{why}: expected {}, got {}", words(expected), words(&got))
        });
    }

    #[track_caller]
    fn peeks(&mut self, key: &'static str, expected: Option<(&'static str, Option<u64>)>) {
        let got = self.cache.peek(key.as_bytes());
        let got = got.map(|(value, expires)| (*value, expires));
        self.step(format!("peek {key}: {got:?}"));
        self.steps.expect(got == expected, || {
            format!("expected {expected:?}, got {got:?}")
        });
    }

    #[track_caller]
    fn takes(&mut self, entries: usize, octets: usize) {
        let got = (self.cache.len(), self.cache.used());
        self.step(format!("len {}, used {}", got.0, got.1));
        self.steps.expect(got == (entries, octets), || {
            format!(
                "expected len {entries}, used {octets}; got len {}, used {}",
                got.0, got.1
            )
        });
    }

    /// One of the counts, which `of` picks.
    #[track_caller]
    fn counted(&mut self, what: &str, of: impl Fn(Counts) -> u64, expected: u64) {
        let got = of(self.cache.counts());
        self.step(format!("counts: {got} {what}"));
        self.steps.expect(got == expected, || {
            format!("expected {expected} {what}, got {got}")
        });
    }
}

fn show(value: Option<&str>) -> &str {
    value.unwrap_or("nothing")
}

#[test]
#[ignore = "exercise"]
fn what_was_put_in_is_found() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.insert("a", None);
        story.finds("a");
    });
}

#[test]
#[ignore = "exercise"]
fn an_unknown_key_is_not_there() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.finds_nothing("a", "the cache is empty");
        story.insert("a", None);
        story.finds_nothing("b", "nothing was put under b");
    });
}

#[test]
#[ignore = "exercise"]
fn a_key_has_its_latest_value() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.insert_sized("a", "old", VALUE, None);
        story.insert_sized("a", "new", VALUE, None);
        story.finds_value("a", "new");
    });
}

#[test]
#[ignore = "exercise"]
fn an_entry_expires_at_its_time() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.insert("a", Some(1000));
        story.at(999);
        story.holds(&["a"], &["a"], "a expires at 1000");
        story.at(1000);
        story.finds_nothing("a", "it expires at 1000, and it is 1000");
    });
}

#[test]
#[ignore = "exercise"]
fn an_entry_may_never_expire() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.insert("a", None);
        story.at(u64::MAX);
        story.finds("a");
    });
}

#[test]
#[ignore = "exercise"]
fn what_comes_too_late_is_not_there() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.at(2000);
        story.insert("a", Some(1500));
        story.finds_nothing("a", "it had expired before it came");
    });
}

#[test]
#[ignore = "exercise"]
fn getting_does_not_extend_the_expiry() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.insert("a", Some(1000));
        for now in [300, 600, 900] {
            story.at(now);
            story.finds("a");
        }
        story.peeks("a", Some(("a", Some(1000))));
        story.at(1001);
        story.finds_nothing("a", "it expires at 1000, however often it was asked for");
    });
}

#[test]
#[ignore = "exercise"]
fn a_new_value_may_expire_later() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.insert("a", Some(1000));
        story.insert("b", Some(1000));
        story.at(500);
        story.insert("a", Some(3000));
        story.insert("b", None);
        story.at(1500);
        let why = "a expires at 3000 now, b never";
        story.holds(&["a", "b"], &["a", "b"], why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_new_value_may_expire_sooner() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.insert("a", Some(1000));
        story.insert("b", None);
        story.at(500);
        story.insert("a", Some(600));
        story.insert("b", Some(600));
        story.at(601);
        story.finds_nothing("a", "it expires at 600 now");
        story.finds_nothing("b", "it expires at 600 now");
    });
}

#[test]
#[ignore = "exercise"]
fn hits_and_misses_are_counted() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.insert("a", None);
        story.finds("a");
        story.finds("a");
        story.finds_nothing("b", "nothing was put under b");
        story.counted("hits", |counts| counts.hits, 2);
        story.counted("misses", |counts| counts.misses, 1);
    });
}

#[test]
#[ignore = "exercise"]
fn removing_is_neither_hit_nor_miss() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.insert("a", None);
        for key in ["a", "b"] {
            let got = story.cache.remove(key.as_bytes());
            story.step(format!("remove {key}: {}", show(got)));
        }
        story.counted("hits", |counts| counts.hits, 0);
        story.counted("misses", |counts| counts.misses, 0);
    });
}

#[test]
#[ignore = "exercise"]
fn what_has_expired_is_a_miss() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.insert("a", Some(1000));
        story.at(1001);
        story.get("a");
        story.counted("hits", |counts| counts.hits, 0);
        story.counted("misses", |counts| counts.misses, 1);
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_found_expired_is_removed() {
    check(|| {
        let mut story = Story::for_entries(4);
        for key in ["a", "b", "c", "d"] {
            story.insert(key, Some(1000));
        }
        story.at(1001);
        story.get("a");
        story.takes(3, 3 * ENTRY);
        let _ = story.cache.peek(b"b");
        story.step("peek b".to_owned());
        story.takes(2, 2 * ENTRY);
    });
}

#[test]
#[ignore = "exercise"]
fn what_has_expired_can_not_be_taken_out() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.insert("a", Some(1000));
        story.at(1001);
        let got = story.cache.remove(b"a");
        story.step(format!("remove a: {}", show(got)));
        story.steps.expect(got.is_none(), || {
            "expected nothing, because it has expired".to_owned()
        });
        story.takes(0, 0);
        story.counted("expired", |counts| counts.expired, 1);
    });
}

#[test]
#[ignore = "exercise"]
fn what_nobody_asked_for_still_counts() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.insert("a", Some(1000));
        story.insert("b", Some(1000));
        story.at(1001);
        // There is room: no reason to look at other keys.
        story.insert("c", None);
        story.get("a");
        story.takes(2, 2 * ENTRY);
        story.counted("expired", |counts| counts.expired, 1);
    });
}

#[test]
#[ignore = "exercise"]
fn who_makes_room_is_said_by_use_alone() {
    check(|| {
        let mut story = Story::for_entries(2);
        story.insert("a", None);
        story.insert("b", Some(1000));
        story.at(1000);
        story.insert("c", None);
        story.holds(
            &["a", "c"],
            &["c"],
            "a was not used for the longest time, and nobody has asked for b",
        );
        story.takes(2, 2 * ENTRY);
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_found_expired_is_counted_once() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.insert("a", Some(1000));
        story.insert("b", Some(1000));
        story.at(1001);
        story.get("a");
        story.get("a");
        story.counted("expired", |counts| counts.expired, 1);
        story.insert("b", None);
        story.counted("expired", |counts| counts.expired, 2);
    });
}

#[test]
#[ignore = "exercise"]
fn an_entry_takes_its_key_and_the_overhead_too() {
    check(|| {
        let mut story = Story::for_entries(20);
        story.insert_sized("key", "a", 100, None);
        story.takes(1, 100 + 3 + OVERHEAD);
        story.insert_sized("longer key", "b", 0, None);
        story.takes(2, 100 + 3 + 10 + 2 * OVERHEAD);
    });
}

#[test]
#[ignore = "exercise"]
fn a_cache_may_be_full_to_the_last_octet() {
    check(|| {
        let mut story = Story::for_entries(3);
        story.insert_all(&["a", "b", "c"]);
        story.holds(&["a", "b", "c"], &["a", "b", "c"], "all three fit");
        story.takes(3, 3 * ENTRY);
    });
}

#[test]
#[ignore = "exercise"]
fn the_least_recently_used_makes_room() {
    check(|| {
        let mut story = Story::for_entries(3);
        story.insert_all(&["a", "b", "c", "d"]);
        let why = "there is room for three, and a was not used for the longest time";
        story.holds(&["a", "b", "c", "d"], &["b", "c", "d"], why);
    });
}

#[test]
#[ignore = "exercise"]
fn getting_is_a_use() {
    check(|| {
        let mut story = Story::for_entries(3);
        story.insert_all(&["a", "b", "c"]);
        story.finds("a");
        story.insert("d", None);
        let why = "a was used after b";
        story.holds(&["a", "b", "c", "d"], &["a", "c", "d"], why);
    });
}

#[test]
#[ignore = "exercise"]
fn replacing_is_a_use() {
    check(|| {
        let mut story = Story::for_entries(3);
        story.insert_all(&["a", "b", "c", "a", "d"]);
        let why = "a was put in again after b";
        story.holds(&["a", "b", "c", "d"], &["a", "c", "d"], why);
    });
}

#[test]
#[ignore = "exercise"]
fn peeking_gives_value_and_expiry() {
    check(|| {
        let mut story = Story::for_entries(3);
        story.insert("a", Some(1000));
        story.insert("b", None);
        story.at(500);
        story.peeks("a", Some(("a", Some(1000))));
        story.peeks("b", Some(("b", None)));
        story.peeks("c", None);
        story.at(1000);
        story.peeks("a", None);
    });
}

#[test]
#[ignore = "exercise"]
fn peeking_is_no_use() {
    check(|| {
        let mut story = Story::for_entries(2);
        story.insert_all(&["a", "b"]);
        story.peeks("a", Some(("a", None)));
        story.insert("c", None);
        story.finds_nothing(
            "a",
            "it was looked at by peek only, and was not used for longest",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn peeking_is_neither_hit_nor_miss() {
    check(|| {
        let mut story = Story::for_entries(2);
        story.insert("a", None);
        story.peeks("a", Some(("a", None)));
        story.peeks("b", None);
        story.counted("hits", |counts| counts.hits, 0);
        story.counted("misses", |counts| counts.misses, 0);
    });
}

#[test]
#[ignore = "exercise"]
fn a_large_entry_needs_the_room_of_several() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.insert_all(&["a", "b", "c", "d"]);
        story.insert_sized("e", "e", VALUE + 2 * ENTRY, None);
        let why = "e takes the room of three";
        story.holds(&["a", "b", "c", "d", "e"], &["d", "e"], why);
        story.takes(2, 4 * ENTRY);
    });
}

#[test]
#[ignore = "exercise"]
fn no_more_make_room_than_have_to() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.insert_all(&["a", "b", "c", "d"]);
        story.insert_sized("e", "e", 0, None);
        let why = "e takes the room of one";
        story.holds(&["a", "b", "c", "d", "e"], &["b", "c", "d", "e"], why);
    });
}

#[test]
#[ignore = "exercise"]
fn replacing_needs_no_room_of_others() {
    check(|| {
        let mut story = Story::for_entries(3);
        story.insert_all(&["a", "b", "c"]);
        story.insert_sized("b", "new", VALUE, None);
        let why = "the new value of b takes the room of its old one";
        story.holds(&["a", "b", "c"], &["a", "b", "c"], why);
        story.takes(3, 3 * ENTRY);
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_replaced_is_not_evicted() {
    check(|| {
        let mut story = Story::for_entries(4);
        story.insert_all(&["a", "b", "a"]);
        story.counted("evicted", |counts| counts.evicted, 0);
    });
}

#[test]
#[ignore = "exercise"]
fn a_replaced_value_gives_its_octets_back() {
    check(|| {
        let mut story = Story::for_entries(3);
        for octets in [0, VALUE, ENTRY, 5] {
            story.insert_sized("a", "a", octets, None);
            story.takes(1, OVERHEAD + 1 + octets);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_value_that_grows_sends_others_away() {
    check(|| {
        let mut story = Story::for_entries(3);
        story.insert_all(&["a", "b", "c"]);
        story.insert_sized("a", "larger", VALUE + ENTRY, None);
        let why = "a grew by the room of one, and b was not used for the longest time";
        story.holds(&["a", "b", "c"], &["a", "c"], why);
        story.takes(2, 3 * ENTRY);
        story.finds_value("a", "larger");
    });
}

#[test]
#[ignore = "exercise"]
fn what_is_larger_than_the_cache_is_refused() {
    check(|| {
        let mut story = Story::for_entries(2);
        story.insert_all(&["a", "b"]);
        let octets = VALUE + ENTRY + 1;
        let result = story.put("c", "c", octets, None);
        let expected = Err(TooLarge {
            octets: OVERHEAD + 1 + octets,
            capacity: 2 * ENTRY,
        });
        story.steps.expect(result == expected, || {
            format!("expected {expected:?}, got {result:?}")
        });
        // What is exactly as large passes.
        let result = story.put("c", "c", octets - 1, None);
        story
            .steps
            .expect(result == Ok(()), || format!("expected Ok, got {result:?}"));
    });
}

#[test]
#[ignore = "exercise"]
fn a_refused_entry_sends_nobody_away() {
    check(|| {
        let mut story = Story::for_entries(2);
        story.insert_all(&["a", "b"]);
        let _ = story.put("c", "c", 10 * ENTRY, None);
        story.holds(&["a", "b", "c"], &["a", "b"], "c was refused");
        story.takes(2, 2 * ENTRY);
    });
}

#[test]
#[ignore = "exercise"]
fn a_refused_value_leaves_the_old_one() {
    check(|| {
        let mut story = Story::for_entries(2);
        story.insert("a", Some(1000));
        let _ = story.put("a", "larger", 10 * ENTRY, None);
        story.peeks("a", Some(("a", Some(1000))));
        story.takes(1, ENTRY);
    });
}

#[test]
#[ignore = "exercise"]
fn a_refused_value_is_no_use() {
    check(|| {
        let mut story = Story::for_entries(2);
        story.insert_all(&["a", "b"]);
        let _ = story.put("a", "larger", 10 * ENTRY, None);
        story.insert("c", None);
        story.finds_nothing("a", "what was put in again was refused, so b was used last");
    });
}

#[test]
#[ignore = "exercise"]
fn who_makes_room_is_counted() {
    check(|| {
        let mut story = Story::for_entries(2);
        // That it would have expired one day is no matter.
        story.insert("a", Some(1000));
        story.insert_all(&["b", "c", "d"]);
        story.counted("evicted", |counts| counts.evicted, 2);
        story.counted("expired", |counts| counts.expired, 0);
    });
}

#[test]
#[ignore = "exercise"]
fn what_has_expired_is_not_evicted() {
    check(|| {
        let mut story = Story::for_entries(2);
        story.insert("a", Some(1000));
        story.insert("b", None);
        story.at(1001);
        story.insert("c", None);
        story.counted("evicted", |counts| counts.evicted, 0);
        story.counted("expired", |counts| counts.expired, 1);
        story.holds(
            &["a", "b", "c"],
            &["b", "c"],
            "a had expired and makes room",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn removing_gives_value_and_room() {
    check(|| {
        let mut story = Story::for_entries(2);
        story.insert_all(&["a", "b"]);
        let got = story.cache.remove(b"a");
        story.step(format!("remove a: {}", show(got)));
        story.steps.expect(got == Some("a"), || {
            format!("expected a, got {}", show(got))
        });
        story.takes(1, ENTRY);
        let got = story.cache.remove(b"a");
        story.step(format!("remove a: {}", show(got)));
        story.steps.expect(got.is_none(), || {
            format!("expected nothing, got {}", show(got))
        });
        story.insert("c", None);
        story.holds(&["a", "b", "c"], &["b", "c"], "a has made room for c");
        story.insert("d", None);
        story.holds(
            &["a", "b", "c", "d"],
            &["c", "d"],
            "there is room for two, and b was not used for the longest time",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_use_takes_no_memory() {
    check(|| {
        const USES: usize = 10_000;
        let mut cache = ExpiringLru::new(4 * ENTRY);
        let _ = cache.insert(b"a", "a", VALUE, None);
        let _ = cache.insert(b"b", "b", VALUE, None);
        let (found, usage) = heap::measure(|| {
            let keys = [&b"a"[..], b"b"].into_iter().cycle();
            keys.take(USES)
                .filter(|key| cache.get(key).is_some())
                .count()
        });
        assert!(
            found == USES,
            "two entries were asked for {USES} times: expected as many hits, got {found}"
        );
        const MOST: usize = 4 * 1024;
        assert!(
            usage.peak < MOST,
            "two entries were asked for {USES} times, and the cache held more than {MOST} octets more \
             for that at last. Nobody has put anything in: a cache that is only read must not grow"
        );
    });
}
