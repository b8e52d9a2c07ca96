//! mini-cache's two languages without sockets, under a clock that the tests set.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::support::{command, commands};
use bytes::BytesMut;
use caches::mini_cache::memcached::Memcached;
use caches::mini_cache::output::Output;
use caches::mini_cache::redis::Redis;
use caches::mini_cache::store::Store;
use caches::mini_cache::store::clock::Clock;
use caches::mini_cache::{Limits, Protocol, Step};
use proptest::prelude::*;
use testkit::{every_split, heap};

/// A store, and what time it is there.
struct World {
    store: Store,
    now: Arc<AtomicU64>,
    limits: Limits,
}

impl World {
    fn new(memory: usize) -> World {
        World::within(memory, Limits::default())
    }

    fn within(memory: usize, limits: Limits) -> World {
        let now = Arc::new(AtomicU64::new(1_000_000_000_000));
        let clock = Clock::Set(Arc::clone(&now));
        let store = Store::new(memory, limits.value, clock);
        World { store, now, limits }
    }

    fn pass(&mut self, milliseconds: u64) {
        self.now.fetch_add(milliseconds, Ordering::SeqCst);
        self.store.tick();
    }

    /// What a client gets that sends `pieces`, and whether it is told to go.
    fn talk(&mut self, mut protocol: impl Protocol, pieces: &[&[u8]]) -> (Vec<u8>, bool) {
        let (mut input, mut output) = (BytesMut::new(), Output::new(self.limits.answers));
        for piece in pieces {
            input.extend_from_slice(piece);
            loop {
                match protocol.step(&mut input, &mut self.store, &mut output) {
                    Step::Answered => {}
                    Step::Incomplete => break,
                    Step::Close => return (output.octets().to_vec(), true),
                }
            }
        }
        (output.octets().to_vec(), false)
    }

    fn redis(&mut self, text: &str) -> String {
        let (answer, _) = self.talk(Redis::new(&self.limits), &[&commands(text)]);
        String::from_utf8(answer).unwrap().replace("\r\n", " ")
    }

    fn memcached(&mut self, text: &str) -> String {
        let (answer, _) = self.talk(Memcached::new(&self.limits), &[text.as_bytes()]);
        String::from_utf8(answer).unwrap().replace("\r\n", " ")
    }
}

const MEMORY: usize = 1 << 20;

#[test]
fn a_key_lives_to_the_millisecond() {
    let mut world = World::new(MEMORY);
    world.redis("SET s 1 EX 2\nSET p 1 PX 1500\nSET k 1");
    world.pass(1499);
    assert_eq!(world.redis("MGET s p k\nPTTL p"), "*3 $1 1 $1 1 $1 1 :1 ");
    world.pass(1);
    assert_eq!(world.redis("MGET s p k\nPTTL p"), "*3 $1 1 $-1 $1 1 :-2 ");
    assert_eq!(world.redis("PTTL s\nTTL s\nTTL k"), ":500 :1 :-1 ");
    world.pass(499);
    assert_eq!(world.redis("EXISTS s\nPTTL s\nTTL s"), ":1 :1 :0 ");
    world.pass(1);
    let gone = world.redis("EXISTS s\nTTL s\nGET s\nSET s 3 NX\nKEYS s");
    assert_eq!(gone, ":0 :-2 $-1 +OK *1 $1 s ");
}

#[test]
fn to_read_or_to_count_on_does_not_change_when_a_key_expires() {
    let mut world = World::new(MEMORY);
    world.redis("SET n 1 PX 100\nGET n\nINCR n\nAPPEND n 5\nGET n\nTTL n");
    world.pass(99);
    assert_eq!(world.redis("GET n"), "$2 25 ");
    world.pass(1);
    assert_eq!(world.redis("GET n\nINCR n\nPTTL n"), "$-1 :1 :-1 ");
}

#[test]
fn memcached_has_three_kinds_of_time() {
    let mut world = World::new(MEMORY);
    world.memcached("set a 0 2592000 1\r\n1\r\nset b 0 1000000002 1\r\n2\r\nset c 0 -1 1\r\n3\r\n");
    assert_eq!(
        world.memcached("get a b c\r\n"),
        "VALUE a 0 1 1 VALUE b 0 1 2 END "
    );
    world.pass(1_999);
    assert_eq!(world.memcached("get b\r\n"), "VALUE b 0 1 2 END ");
    world.pass(1);
    assert_eq!(world.memcached("get b\r\ntouch a 1\r\n"), "END TOUCHED ");
    world.pass(999);
    assert_eq!(world.memcached("get a\r\n"), "VALUE a 0 1 1 END ");
    world.pass(1);
    assert_eq!(world.memcached("get a\r\n"), "END ");
    // There is no later for everything.
    let told =
        world.memcached("set d 0 0 1\r\n4\r\nflush_all 5\r\nget d\r\nflush_all\r\nget d\r\n");
    let later = "SERVER_ERROR flush_all acts at once or not at all";
    assert_eq!(told, format!("STORED {later} VALUE d 0 1 4 END OK END "));
}

#[test]
fn both_languages_speak_of_the_same_store() {
    let mut world = World::new(MEMORY);
    world.memcached("set a 7 10 5\r\nhello\r\n");
    assert_eq!(world.redis("GET a\nTTL a\nAPPEND a !"), "$5 hello :10 :6 ");
    let told = world.memcached("gets a\r\nincr a 1\r\n");
    assert_eq!(
        told,
        "VALUE a 0 6 2 hello! END CLIENT_ERROR cannot increment or decrement non-numeric value "
    );
}

#[test]
fn a_conversation_is_the_same_however_it_is_cut() {
    let redis = [
        &commands("SET a hello EX 10\nGET a\nNOSUCH x")[..],
        b"PING\r\nget 'a'\r\n\r\n*0\r\n*1\r\n$4\r\nPING\r\n*1\r\n:1\r\n",
    ]
    .concat();
    let memcached = b"set a 1 0 5\r\n\r\nab\n\r\nget a\r\nfoo\r\nset b 0 0 1\r\nxyz\r\nset c x 0 4\r\nabcd\r\nversion\r\nquit\r\n";
    let mut world = World::new(MEMORY);
    let mut talk = |which: bool, pieces: &[&[u8]]| match which {
        true => world.talk(Redis::new(&Limits::default()), pieces),
        false => {
            let world = &mut World::new(MEMORY);
            world.talk(Memcached::new(&Limits::default()), pieces)
        }
    };
    for (which, wire) in [(true, &redis[..]), (false, memcached)] {
        let whole = talk(which, &[wire]);
        assert!(whole.1, "both are told to go in the end");
        for split in every_split(wire) {
            assert_eq!(talk(which, &split), whole, "{split:?}");
        }
    }
}

#[test]
fn answers_have_a_limit() {
    let mut world = World::new(64 << 20);
    world.limits.answers = 1000;
    let mut output = Output::new(world.limits.answers);
    let value = "x".repeat(300);
    let text = format!("SET a {value}\nMGET a a a a a a a a a a a a a a a a a a a a");
    let mut input = BytesMut::from(&commands(&text)[..]);
    let mut resp = Redis::new(&world.limits);
    while !input.is_empty() {
        resp.step(&mut input, &mut world.store, &mut output);
    }
    assert!(output.overrun());
    assert!(output.held() <= 2000, "{}", output.held());
}

#[test]
fn the_store_stays_within_its_memory_while_it_is_filled() {
    const MEMORY: usize = 2 << 20;
    for size in [3, 100, 5_000] {
        let value = "x".repeat(size);
        let mut world = World::new(MEMORY);
        let (most, usage) = heap::measure(|| {
            let mut resp = Redis::new(&world.limits);
            let mut output = Output::new(world.limits.answers);
            let mut input = BytesMut::new();
            let mut most = 0;
            for number in 0..15_000 {
                let key = format!("key:{number}");
                input.extend_from_slice(&command(&["SET", &key, &value, "EX", "100"]));
                resp.step(&mut input, &mut world.store, &mut output);
                output.truncate(0);
                most = most.max(world.store.used());
            }
            most
        });
        assert!(world.store.counts().evicted > 0);
        assert!(most <= MEMORY, "{size}: counted {most}");
        assert!(usage.peak <= MEMORY, "{size}: {usage:?}");
    }
}

#[test]
fn what_has_expired_leaves_by_itself() {
    let mut world = World::new(MEMORY);
    for number in 0..1000 {
        world.redis(&format!("SET key:{number} x PX 10"));
    }
    assert_eq!(world.redis("DBSIZE"), ":1000 ");
    world.pass(10);
    for _ in 0..60 {
        world.store.tick();
    }
    assert_eq!(world.redis("DBSIZE"), ":0 ");
    assert_eq!(world.store.used(), 0);
}

#[test]
fn a_value_that_never_fits_is_refused_in_both_languages() {
    let mut world = World::new(1000);
    let value = "x".repeat(1000);
    let oom = "-OOM command not allowed when used memory > 'maxmemory'. ";
    assert_eq!(
        world.redis(&format!("SET a 1\nSET a {value}\nGET a")),
        format!("+OK {oom}$1 1 ")
    );
    let told = world.memcached(&format!("set a 0 0 1000\r\n{value}\r\nget a\r\n"));
    assert_eq!(told, "SERVER_ERROR object too large for cache END ");
}

/// A command that is in no row of the table is one that nobody needs.
#[test]
fn every_command_has_a_row_that_says_who_needs_it() {
    let table = include_str!("../../src/mini_cache/mod.rs").to_ascii_uppercase();
    let code = include_str!("../../src/mini_cache/redis/commands.rs");
    let rows = code.lines().filter(|line| line.contains(" => ("));
    let names = rows.flat_map(|row| {
        row.split("b\"")
            .skip(1)
            .filter_map(|at| at.split('"').next())
    });
    let names: Vec<&str> = names.collect();
    assert_eq!(names.len(), 23, "{names:?}");
    for name in names {
        assert!(table.contains(&format!("`{name}`")), "{name}");
    }
}

fn of_value(value: usize) -> Limits {
    Limits {
        value,
        ..Limits::default()
    }
}

/// What a client has sent of a command that has not come to its end is all that it costs,
/// and little more for each word.
#[test]
fn an_unfinished_command_costs_what_has_come() {
    let limits = Limits::default();
    let mut world = World::new(MEMORY);
    let words = b"$0\r\n\r\n".repeat(limits.words - 1);
    let unfinished = [format!("*{}\r\n", limits.words).as_bytes(), &words].concat();
    let mut redis = Redis::new(&limits);
    let mut output = Output::new(limits.answers);
    let mut input = BytesMut::new();
    let (_, usage) = heap::measure(|| {
        // Hostile: octet by octet.
        for octet in &unfinished {
            input.extend_from_slice(&[*octet]);
            let step = redis.step(&mut input, &mut world.store, &mut output);
            assert_eq!(step, Step::Incomplete);
        }
    });
    assert!(usage.peak < 128 << 10, "{usage:?}");
}

/// Only who sets a value is better off without the old one when there is no room for
/// the new: memcached's `process_update_command` removes it, and protocol.txt says that
/// the others leave it.
#[test]
fn what_is_refused_changes_nothing_unless_it_was_to_be_set() {
    let large = "x".repeat(MEMORY + 1);
    for verb in ["set", "add", "replace", "append", "prepend", "cas"] {
        // More than a value may have, or more than there is in all.
        for limit in [MEMORY, 2 * MEMORY] {
            let mut world = World::within(MEMORY, of_value(limit));
            world.memcached("set a 0 0 1\r\n1\r\n");
            let version = if verb == "cas" { " 1" } else { "" };
            let line = format!("{verb} a 0 0 {}{version}\r\n{large}\r\n", large.len());
            let told = world.memcached(&line);
            let expected = match (verb, limit) {
                ("add", limit) if limit > MEMORY => "NOT_STORED ",
                ("append" | "prepend", limit) if limit > MEMORY => "NOT_STORED ",
                _ => "SERVER_ERROR object too large for cache ",
            };
            assert_eq!(told, expected, "{verb}, {limit}");
            let left = if verb == "set" {
                "END "
            } else {
                "VALUE a 0 1 1 END "
            };
            assert_eq!(world.memcached("get a\r\n"), left, "{verb}, {limit}");
        }
    }
}

/// Commands of both languages that may make something longer.
fn commands_that_grow() -> impl Strategy<Value = (bool, String)> {
    let value = || prop::sample::select(vec!["", "1", "9", "abc", "99999999999999999"]);
    let redis = prop_oneof![
        value().prop_map(|value| format!("SET a '{value}'")),
        value().prop_map(|value| format!("APPEND a '{value}'")),
        value().prop_map(|value| format!("MSET a '{value}' b '{value}'")),
        Just("INCR a".to_owned()),
        (1..i64::MAX).prop_map(|by| format!("INCRBY a {by}")),
        (1..i64::MAX).prop_map(|by| format!("DECRBY a {by}")),
    ];
    let verb = prop::sample::select(vec!["set", "add", "replace", "append", "prepend"]);
    let memcached = prop_oneof![
        (verb, value())
            .prop_map(|(verb, value)| { format!("{verb} a 0 0 {}\r\n{value}\r\n", value.len()) }),
        any::<u64>().prop_map(|by| format!("incr a {by}\r\n")),
    ];
    prop_oneof![
        redis.prop_map(|command| (true, command)),
        memcached.prop_map(|command| (false, command)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_octets_do_no_harm(words in prop::collection::vec(prop_oneof![
        prop::sample::select(vec![
            "*3\r\n", "$3\r\n", "SET\r\n", "$1\r\n", "a\r\n", "GET a\r\n", "set a 0 0 1\r\n", "\r\n",
            "cas", " ", "incr", "'", "\"", "EX", "-1", "10", "noreply", "get", "MGET", "\n",
        ]).prop_map(|text: &str| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ], 0..40)) {
        let octets = words.concat();
        let mut world = World::new(MEMORY);
        world.talk(Redis::new(&Limits::default()), &[&octets]);
        world.talk(Memcached::new(&Limits::default()), &[&octets]);
        prop_assert!(world.store.used() <= MEMORY);
    }

    /// Whatever is done, in either language, no value is longer than one may be, and what
    /// would be is refused.
    #[test]
    fn no_value_grows_past_its_limit(asked in prop::collection::vec(commands_that_grow(), 0..60)) {
        const LIMIT: usize = 25;
        let mut world = World::within(MEMORY, of_value(LIMIT));
        for (in_redis, command) in asked {
            let told = match in_redis {
                true => world.redis(&command),
                false => world.memcached(&command),
            };
            let item = world.store.peek(b"a");
            let len = item.map_or(0, |(item, _)| item.data.len());
            prop_assert!(len <= LIMIT, "{command} made {len} octets: {told}");
        }
    }
}
