use super::*;

use std::time::Duration;

use names::Name;
use names::record::{Class, Data, Record, Soa, Type};
use testkit::check_async;
use tokio::time::{Instant, advance};

/// Room for all that a check keeps.
const ROOM: usize = 100;
const WWW: &str = "www.example.com";

/// A cache, and what was done with it: told, step by step, when a check fails.
struct Story {
    cache: Cache,
    began: Instant,
    steps: Vec<String>,
    told: bool,
}

impl Story {
    fn new(capacity: usize) -> Story {
        Story {
            cache: Cache::new(capacity),
            began: Instant::now(),
            steps: Vec::new(),
            told: false,
        }
    }

    fn step(&mut self, what: String) {
        let at = self.began.elapsed().as_secs_f64();
        self.steps.push(format!("at {at} s: {what}"));
    }

    fn history(&self) -> String {
        let mut text = "what was done with the cache:".to_owned();
        for (number, step) in (1..).zip(&self.steps) {
            text.push_str(&format!("\n{number:>3}. {step}"));
        }
        text
    }

    /// What is wrong, and then what led to it.
    #[track_caller]
    fn must(&mut self, met: bool, unmet: impl FnOnce() -> String) {
        if !met {
            self.told = true;
            panic!("{}\n{}", unmet(), self.history());
        }
    }

    fn insert(&mut self, name: &str, kind: Type, answer: Answer) {
        self.step(format!("insert {name} {kind}: {}", show(Some(&answer))));
        self.cache.insert(&parse(name), kind, answer);
    }

    /// Lets time go by until `seconds` after the beginning.
    async fn until(&mut self, seconds: f64) {
        let passed = self.began.elapsed();
        advance(Duration::from_secs_f64(seconds) - passed).await;
    }

    fn get(&mut self, name: &str, kind: Type) -> Option<Answer> {
        let got = self.cache.get(&parse(name), kind);
        self.step(format!("get {name} {kind}: {}", show(got.as_ref())));
        got
    }

    /// What is known is `expected`, in every respect.
    #[track_caller]
    fn expect(&mut self, name: &str, kind: Type, expected: Answer) {
        let got = self.get(name, kind);
        self.must(got.as_ref() == Some(&expected), || {
            let (expected, got) = (show(Some(&expected)), show(got.as_ref()));
            format!("{name} {kind}: expected {expected}, got {got}")
        });
    }

    /// Nothing is known; `why` says why.
    #[track_caller]
    fn expect_nothing(&mut self, name: &str, kind: Type, why: &str) {
        let got = self.get(name, kind);
        self.must(got.is_none(), || {
            let got = show(got.as_ref());
            format!("{name} {kind}: expected nothing, because {why}; got {got}")
        });
    }

    /// Something is known, whatever time is left of it.
    #[track_caller]
    fn expect_something(&mut self, name: &str, kind: Type, why: &str) {
        let got = self.get(name, kind);
        self.must(got.is_some(), || {
            format!("{name} {kind}: expected something, because {why}; got nothing")
        });
    }

    #[track_caller]
    fn expect_len(&mut self, expected: usize, why: &str) {
        let len = self.cache.len();
        self.must(len == expected, || {
            format!("{why}: expected {expected} answers in the cache, got {len}")
        });
    }
}

/// Tells the steps behind the message of a panic in the code under test.
impl Drop for Story {
    fn drop(&mut self) {
        if std::thread::panicking() && !self.told {
            eprintln!("{}", self.history());
        }
    }
}

/// An answer in a line.
fn show(answer: Option<&Answer>) -> String {
    let line = |record: &Record| format!("{} s {}", record.ttl, record.data);
    let soa = |soa: &Option<Record>| match soa {
        None => "without an SOA record".to_owned(),
        Some(record) => match &record.data {
            Data::Soa(soa) => format!("SOA {} s, minimum {} s", record.ttl, soa.minimum),
            _ => line(record),
        },
    };
    match answer {
        None => "nothing".to_owned(),
        Some(Answer::Records(records)) => {
            let lines: Vec<String> = records.iter().map(line).collect();
            lines.join(", ")
        }
        Some(Answer::NoData(record)) => format!("NoData, {}", soa(record)),
        Some(Answer::NoName(record)) => format!("NoName, {}", soa(record)),
    }
}

fn parse(name: &str) -> Name {
    name.parse()
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn record(ttl: u32, data: Data) -> Record {
    Record {
        name: parse(WWW),
        class: Class::IN,
        ttl,
        data,
    }
}

/// An address record for each of these times to live.
fn a<const N: usize>(ttls: [u32; N]) -> Answer {
    let records = ttls.into_iter().zip(80..);
    let records = records.map(|(ttl, host)| record(ttl, Data::A([192, 0, 2, host].into())));
    Answer::Records(records.collect())
}

/// An SOA record with this time to live, and this one for what doesn't exist.
fn soa(ttl: u32, minimum: u32) -> Option<Record> {
    Some(Record {
        name: parse("example.com"),
        class: Class::IN,
        ttl,
        data: Data::Soa(Soa {
            primary: parse("ns1.example.com"),
            mailbox: parse("hostmaster.example.com"),
            serial: 1,
            refresh: 7200,
            retry: 900,
            expire: 1_209_600,
            minimum,
        }),
    })
}

#[test]
#[ignore = "exercise"]
fn nothing_is_known_at_first() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.expect_nothing(WWW, Type::A, "nothing was inserted");
        story.expect_len(0, "nothing was inserted");
    });
}

#[test]
#[ignore = "exercise"]
fn what_was_inserted_is_known() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, a([300, 300]));
        story.expect(WWW, Type::A, a([300, 300]));
        story.expect_len(1, "one answer of two records");
    });
}

#[test]
#[ignore = "exercise"]
fn other_names_and_types_are_not_known() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, a([300]));
        story.expect_nothing(WWW, Type::AAAA, "the answer was about type A");
        story.expect_nothing("example.com", Type::A, "the answer was about another name");
    });
}

#[test]
#[ignore = "exercise"]
fn upper_and_lower_case_are_equal() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, a([300]));
        story.expect("WWW.Example.COM", Type::A, a([300]));
    });
}

#[test]
#[ignore = "exercise"]
fn time_passes() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, a([300]));
        story.until(100.0).await;
        story.expect(WWW, Type::A, a([200]));
        story.until(299.0).await;
        story.expect(WWW, Type::A, a([1]));
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_dies() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, a([300]));
        story.until(1000.0).await;
        story.expect_nothing(WWW, Type::A, "its 300 s have long passed");
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_dies_on_time() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, a([300]));
        story.until(299.9).await;
        story.expect_something(WWW, Type::A, "there is a tenth of a second left");
        story.until(300.0).await;
        story.expect_nothing(WWW, Type::A, "its 300 s have passed");
    });
}

#[test]
#[ignore = "exercise"]
fn a_part_of_a_second_is_not_given() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, a([300]));
        story.until(0.5).await;
        // Whoever keeps it for 299 s from now on has it until 299.5.
        story.expect(WWW, Type::A, a([299]));
        story.until(299.5).await;
        story.expect(WWW, Type::A, a([0]));
    });
}

#[test]
#[ignore = "exercise"]
fn reading_does_not_prolong() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, a([300]));
        story.until(100.0).await;
        story.get(WWW, Type::A);
        story.until(200.0).await;
        story.expect(WWW, Type::A, a([100]));
        story.until(301.0).await;
        story.expect_nothing(
            WWW,
            Type::A,
            "its 300 s have passed, however often it was read",
        );
    });
}

#[test]
#[ignore = "exercise"]
fn records_die_together() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, a([60, 3600]));
        story.expect(WWW, Type::A, a([60, 60]));
        story.until(61.0).await;
        story.expect_nothing(WWW, Type::A, "one of its records has died");
    });
}

#[test]
#[ignore = "exercise"]
fn the_smallest_ttl_is_that_of_all() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, a([300, 60, 3600]));
        story.expect(WWW, Type::A, a([60, 60, 60]));
        story.until(61.0).await;
        story.expect_nothing(WWW, Type::A, "one of its records has died");
    });
}

#[test]
#[ignore = "exercise"]
fn a_ttl_of_0_is_not_kept() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, a([0]));
        story.expect_nothing(WWW, Type::A, "0 s means: use it once");
        story.expect_len(0, "0 s means: use it once");
    });
}

#[test]
#[ignore = "exercise"]
fn a_ttl_of_32_bits_is_not_kept() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        for ttl in [0x8000_0000, u32::MAX] {
            story.insert(WWW, Type::A, a([ttl]));
            let why = "with the first bit set, a TTL counts as 0";
            story.expect_nothing(WWW, Type::A, why);
            story.insert(WWW, Type::A, Answer::NoData(soa(ttl, 60)));
            let why = "with the first bit set, the SOA record's TTL counts as 0";
            story.expect_nothing(WWW, Type::A, why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_minimum_of_32_bits_counts_as_0() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        for minimum in [0x8000_0000, u32::MAX] {
            story.insert(WWW, Type::A, Answer::NoData(soa(60, minimum)));
            let why = "with the first bit set, the SOA record's minimum counts as 0";
            story.expect_nothing(WWW, Type::A, why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_smallest_ttl_of_a_set_may_be_0() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        for ttl in [0, 0x8000_0000] {
            story.insert(WWW, Type::A, a([300, ttl]));
            let why = "one of its records may not be kept, so none of them may";
            story.expect_nothing(WWW, Type::A, why);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn no_records_are_kept_for_longer_than_a_day() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, a([0x7fff_ffff]));
        story.expect(WWW, Type::A, a([MAX_TTL]));
        story.until(86_401.0).await;
        story.expect_nothing(WWW, Type::A, "nothing is kept for longer than MAX_TTL");
    });
}

#[test]
#[ignore = "exercise"]
fn that_there_is_no_data_is_known() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::MX, Answer::NoData(soa(300, 300)));
        story.expect(WWW, Type::MX, Answer::NoData(soa(300, 300)));
    });
}

#[test]
#[ignore = "exercise"]
fn that_there_is_no_name_is_known() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, Answer::NoName(soa(300, 300)));
        story.expect(WWW, Type::A, Answer::NoName(soa(300, 300)));
    });
}

#[test]
#[ignore = "exercise"]
fn no_answer_dies_too() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::MX, Answer::NoData(soa(300, 300)));
        story.insert("no.example.com", Type::A, Answer::NoName(soa(300, 300)));
        story.until(100.0).await;
        story.expect(WWW, Type::MX, Answer::NoData(soa(200, 300)));
        story.expect("no.example.com", Type::A, Answer::NoName(soa(200, 300)));
        story.until(301.0).await;
        story.expect_nothing(WWW, Type::MX, "its 300 s have passed");
        story.expect_nothing("no.example.com", Type::A, "its 300 s have passed");
    });
}

#[test]
#[ignore = "exercise"]
fn the_minimum_of_the_zone_limits_no_answer() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::MX, Answer::NoData(soa(3600, 60)));
        story.expect(WWW, Type::MX, Answer::NoData(soa(60, 60)));
        story.until(61.0).await;
        story.expect_nothing(WWW, Type::MX, "the SOA record's minimum, 60 s, has passed");
    });
}

#[test]
#[ignore = "exercise"]
fn the_ttl_of_the_soa_record_limits_no_answer() {
    check_async(|| async {
        // Another resolver has had it for a while.
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::MX, Answer::NoData(soa(60, 3600)));
        story.expect(WWW, Type::MX, Answer::NoData(soa(60, 3600)));
        story.until(61.0).await;
        story.expect_nothing(WWW, Type::MX, "the SOA record's own TTL, 60 s, has passed");
    });
}

#[test]
#[ignore = "exercise"]
fn no_answer_is_kept_for_longer_than_three_hours() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::MX, Answer::NoData(soa(86_400, 86_400)));
        let expected = Answer::NoData(soa(MAX_NEGATIVE_TTL, 86_400));
        story.expect(WWW, Type::MX, expected);
        story.until(10_801.0).await;
        let why = "that there is none is not kept for longer than MAX_NEGATIVE_TTL";
        story.expect_nothing(WWW, Type::MX, why);
    });
}

#[test]
#[ignore = "exercise"]
fn no_answer_without_an_soa_record_is_not_kept() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        let why = "nothing says for how long";
        story.insert(WWW, Type::MX, Answer::NoData(None));
        story.expect_nothing(WWW, Type::MX, why);
        story.insert(WWW, Type::MX, Answer::NoName(None));
        story.expect_nothing(WWW, Type::MX, why);
        story.expect_len(0, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_record_that_is_no_soa_record_says_no_time() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        let other = Some(record(300, Data::A([192, 0, 2, 80].into())));
        story.insert(WWW, Type::MX, Answer::NoData(other));
        let why = "only an SOA record says how long there is none";
        story.expect_nothing(WWW, Type::MX, why);
    });
}

#[test]
#[ignore = "exercise"]
fn no_data_is_about_one_type() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, a([300]));
        story.insert(WWW, Type::AAAA, Answer::NoData(soa(300, 300)));
        story.expect(WWW, Type::A, a([300]));
        let why = "NoData was about AAAA alone";
        story.expect_nothing(WWW, Type::MX, why);
    });
}

#[test]
#[ignore = "exercise"]
fn no_name_is_about_all_types() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, Answer::NoName(soa(300, 300)));
        for kind in [Type::AAAA, Type::MX, Type::TXT] {
            story.expect(WWW, kind, Answer::NoName(soa(300, 300)));
        }
        let why = "NoName was about another name";
        story.expect_nothing("example.com", Type::A, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_newer_answer_takes_the_place_of_an_older() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, a([300]));
        story.until(100.0).await;
        story.insert(WWW, Type::A, a([60, 60]));
        story.expect(WWW, Type::A, a([60, 60]));
        story.insert(WWW, Type::A, Answer::NoData(soa(30, 30)));
        story.expect(WWW, Type::A, Answer::NoData(soa(30, 30)));
        story.expect_len(1, "each answer took the place of the one before");
    });
}

#[test]
#[ignore = "exercise"]
fn a_name_can_appear() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, Answer::NoName(soa(300, 300)));
        story.until(10.0).await;
        story.insert(WWW, Type::AAAA, a([60]));
        story.expect(WWW, Type::AAAA, a([60]));
        let why = "the name exists by now, and nobody has asked for its MX records since";
        story.expect_nothing(WWW, Type::MX, why);
    });
}

#[test]
#[ignore = "exercise"]
fn a_name_can_disappear() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, a([3600]));
        story.insert("example.com", Type::A, a([3600]));
        story.until(10.0).await;
        story.insert(WWW, Type::AAAA, Answer::NoName(soa(60, 60)));
        story.expect(WWW, Type::A, Answer::NoName(soa(60, 60)));
        story.expect_something("example.com", Type::A, "that name is still there");
        story.until(71.0).await;
        let why = "the name was gone, and with it the address that it once had";
        story.expect_nothing(WWW, Type::A, why);
    });
}

#[test]
#[ignore = "exercise"]
fn what_a_name_had_before_does_not_come_back() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, a([3600]));
        story.insert(WWW, Type::AAAA, Answer::NoName(soa(300, 300)));
        story.until(10.0).await;
        story.insert(WWW, Type::AAAA, a([60]));
        let why = "the name was gone in between, and with it the address that it once had";
        story.expect_nothing(WWW, Type::A, why);
    });
}

#[test]
#[ignore = "exercise"]
fn no_name_ends_what_was_known_even_if_it_may_not_be_kept() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::AAAA, a([60]));
        story.insert(WWW, Type::A, Answer::NoName(None));
        let why = "the name is gone, although that may not be kept";
        story.expect_nothing(WWW, Type::AAAA, why);
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_that_may_not_be_kept_ends_a_no_name() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, Answer::NoName(soa(300, 300)));
        story.insert(WWW, Type::AAAA, a([0]));
        let why = "the name exists by now, although its records may not be kept";
        story.expect_nothing(WWW, Type::A, why);
    });
}

#[test]
#[ignore = "exercise"]
fn what_may_not_be_kept_still_ends_what_was_known() {
    check_async(|| async {
        let mut story = Story::new(ROOM);
        story.insert(WWW, Type::A, a([300]));
        story.insert(WWW, Type::A, a([0]));
        let why = "the newer answer made the older one untrue, and has 0 s";
        story.expect_nothing(WWW, Type::A, why);
    });
}

#[test]
#[ignore = "exercise"]
fn it_holds_no_more_than_it_may() {
    check_async(|| async {
        let mut story = Story::new(3);
        for host in 0..10 {
            story.insert(&format!("host{host}.example.com"), Type::A, a([300 + host]));
        }
        story.expect_len(3, "10 answers for a cache of 3");
        let last = "host9.example.com";
        story.expect_something(last, Type::A, "it came last and lives longest");
        let mut story = Story::new(2);
        story.insert("one.example.com", Type::A, a([300]));
        story.insert("two.example.com", Type::A, Answer::NoData(soa(300, 300)));
        story.insert("three.example.com", Type::A, Answer::NoName(soa(300, 300)));
        story.expect_len(2, "a cache of 2 was given records, a NoData and a NoName");
    });
}

#[test]
#[ignore = "exercise"]
fn what_dies_first_makes_room() {
    check_async(|| async {
        // Each came a second after the one before, so no two are the same in anything.
        const KEPT: [(&str, u32); 4] = [
            ("oldest", 300),
            ("longest", 3600),
            ("shortest", 60),
            ("youngest", 900),
        ];
        const NEW: (&str, u32) = ("new", 30);
        let mut gone = Vec::new();
        // More than once: an order that is left to chance is another each time.
        for _ in 0..20 {
            let mut story = Story::new(KEPT.len());
            for (at, (name, ttl)) in (0_u32..).zip(KEPT.into_iter().chain([NEW])) {
                story.until(f64::from(at)).await;
                story.insert(name, Type::A, a([ttl]));
            }
            let all = KEPT.iter().chain([&NEW]);
            let missing = all.filter(|(name, _)| story.get(name, Type::A).is_none());
            let missing: Vec<&str> = missing.map(|(name, _)| *name).collect();
            gone.push(missing.join(", "));
        }
        let what = match &gone[0] {
            first if gone.iter().any(|other| other != first) => {
                "it is left to chance what goes".to_owned()
            }
            first if first.is_empty() => "none is missing".to_owned(),
            first => format!("missing is: {first}"),
        };
        assert!(
            what == "missing is: shortest",
            "a cache for 4 answers had oldest (300 s), longest (3600 s), shortest (60 s) and \
             youngest (900 s), a second after each other, and then came new (30 s): shortest had \
             the least time left and should go to make room for new. But {what}"
        );
    });
}

/// In a cache for two answers, of `ttls` seconds, the second 50 s after the first, there
/// is no room for one that comes at `at` s: the first should go. In many caches, since an
/// order that is left to chance is another each time.
async fn the_first_of_two_goes(ttls: [u32; 2], at: f64, why: &str) {
    let mut gone = false;
    for _ in 0..20 {
        let mut story = Story::new(2);
        story.insert("first", Type::A, a([ttls[0]]));
        story.until(50.0).await;
        story.insert("second", Type::A, a([ttls[1]]));
        story.until(at).await;
        story.insert("new", Type::A, a([300]));
        gone |= story.get("second", Type::A).is_none();
    }
    assert!(
        !gone,
        "in a cache for 2 answers first ({} s) came at 0 s, second ({} s) at 50 s, and new at {at} \
         s: first should make room, because {why}. But second is missing",
        ttls[0], ttls[1]
    );
}

#[test]
#[ignore = "exercise"]
fn what_is_dead_makes_room() {
    check_async(|| the_first_of_two_goes([60, 20], 61.0, "it is dead"));
}

#[test]
#[ignore = "exercise"]
fn the_least_time_left_is_not_the_shortest_ttl() {
    let why = "it has 10 s left, and second has 50 s";
    check_async(move || the_first_of_two_goes([70, 60], 60.0, why));
}

#[test]
#[ignore = "exercise"]
fn what_is_not_kept_takes_no_room() {
    check_async(|| async {
        let mut story = Story::new(1);
        story.insert("one.example.com", Type::A, a([60]));
        story.insert("two.example.com", Type::A, a([0]));
        let why = "what came after it is not kept, so it needs no room";
        story.expect_something("one.example.com", Type::A, why);
    });
}

#[test]
#[ignore = "exercise"]
fn an_answer_in_its_own_place_needs_no_room() {
    check_async(|| async {
        let mut story = Story::new(2);
        story.insert("one.example.com", Type::A, a([60]));
        story.insert("two.example.com", Type::A, a([300]));
        story.insert("two.example.com", Type::A, a([3600]));
        let why = "the last answer took the place of an older one, so there was room";
        story.expect_something("one.example.com", Type::A, why);
    });
}
