use super::*;

use std::fmt::Write;

use testkit::{check, note};

/// The points of a server of weight 1 where shares are counted.
const POINTS: u32 = 128;
/// The keys that are counted.
const KEYS: usize = 1_000;

/// The hash that the task gives, once more: yours may have become another.
fn place(octets: &[u8]) -> u64 {
    let mut place: u64 = 0xcbf2_9ce4_8422_2325;
    for octet in octets {
        place = (place ^ u64::from(*octet)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    place = (place ^ (place >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    place = (place ^ (place >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    place ^ (place >> 33)
}

/// Servers and their weights.
type Servers<'a> = [(&'a str, u32)];

fn ring(points_each: u32, servers: &Servers<'_>) -> Ring {
    let mut ring = Ring::new(points_each);
    for (server, weight) in servers {
        ring.add(server, *weight);
    }
    ring
}

/// `key:0`, `key:1` ...
fn keys(many: usize) -> impl Iterator<Item = String> {
    (0..many).map(|number| format!("key:{number}"))
}

/// The points as the task says, in the order of the ring.
fn points(points_each: u32, servers: &Servers<'_>) -> Vec<(u64, String)> {
    let mut points = Vec::new();
    for (server, weight) in servers {
        for number in 0..points_each * weight {
            let point = format!("{server}#{number}");
            points.push((place(point.as_bytes()), point));
        }
    }
    points.sort();
    points
}

/// The point that a key at `place` belongs to.
fn point_of(points: &[(u64, String)], place: u64) -> &str {
    let next = points.iter().find(|(point, _)| *point >= place);
    next.or(points.first()).map_or("", |(_, point)| point)
}

fn server_of_point(point: &str) -> &str {
    point.rsplit_once('#').map_or("", |(server, _)| server)
}

/// The ring with one key on it.
fn draw(points: &[(u64, String)], key: &[u8]) -> String {
    let mut lines: Vec<(u64, String)> = points
        .iter()
        .map(|(place, point)| (*place, format!("point {point}")))
        .collect();
    lines.push((place(key), format!("key   {}", show(key))));
    // A key stands before a point at the same place.
    lines.sort();
    let mut text = String::new();
    for (place, what) in lines {
        let _ = write!(text, "\n  {place:#018x}  {what}");
    }
    text
}

fn show(key: &[u8]) -> String {
    format!("\"{}\"", key.escape_ascii())
}

fn show_server(server: Option<&str>) -> String {
    server.map_or_else(|| "nobody".to_owned(), |server| format!("\"{server}\""))
}

/// `key` belongs where the task says, on a ring small enough to be shown.
#[track_caller]
fn expect(points_each: u32, servers: &Servers<'_>, key: &[u8]) {
    let points = points(points_each, servers);
    let got = {
        let _note = note(|| {
            format!(
                "(asked for {} on the ring{})",
                show(key),
                draw(&points, key)
            )
        });
        let ring = ring(points_each, servers);
        ring.server_of(key).map(str::to_owned)
    };
    let got = got.as_deref();
    let point = point_of(&points, place(key));
    let expected = Some(server_of_point(point));
    if got != expected {
        panic!(
            "the ring from its first place to its last, with the point {point} at or next after the \
             key:{}\n  expected the server  {}\n  got                  {}",
            draw(&points, key),
            show_server(expected),
            show_server(got)
        );
    }
}

/// Keys whose place, seen from the last point of a ring of one point each, is as
/// `wanted`, on several small rings.
#[track_caller]
fn expect_keys(wanted: impl Fn(u64, u64) -> bool) {
    for servers in [ABC, DEF, GHI, XYZ] {
        let last = points(1, servers).last().map_or(0, |(place, _)| *place);
        let keys = keys(KEYS).filter(|key| wanted(place(key.as_bytes()), last));
        for key in keys.take(12) {
            expect(1, servers, key.as_bytes());
        }
    }
}

const ABC: &Servers<'_> = &[("a", 1), ("b", 1), ("c", 1)];
const DEF: &Servers<'_> = &[("d", 1), ("e", 1), ("f", 1)];
const GHI: &Servers<'_> = &[("g", 1), ("h", 1), ("i", 1)];
const XYZ: &Servers<'_> = &[("x", 1), ("y", 1), ("z", 1)];

#[test]
#[ignore = "exercise"]
fn one_server_has_every_key() {
    check(|| {
        let ring = ring(4, &[("10.0.0.1:6379", 1)]);
        for key in keys(20) {
            let got = ring.server_of(key.as_bytes());
            assert!(
                got == Some("10.0.0.1:6379"),
                "on a ring of one server with 4 points: expected \"10.0.0.1:6379\" for \"{key}\", got \
                 {}",
                show_server(got)
            );
        }
    });
}

#[test]
#[ignore = "exercise"]
fn an_empty_ring_has_no_server() {
    check(|| {
        let mut ring = Ring::new(4);
        let got = ring.server_of(b"key").map(str::to_owned);
        assert!(
            got.is_none(),
            "a ring without servers: expected None, got {}",
            show_server(got.as_deref())
        );
        ring.remove("a");
        ring.add("a", 1);
        ring.remove("a");
        let got = ring.server_of(b"key");
        assert!(
            got.is_none(),
            "the only server was added and removed: expected None, got {}",
            show_server(got)
        );
    });
}

#[test]
#[ignore = "exercise"]
fn a_key_belongs_to_the_next_point() {
    check(|| expect_keys(|key, last| key < last));
}

#[test]
#[ignore = "exercise"]
fn keys_with_no_point_between_them_belong_together() {
    check(|| {
        for servers in [ABC, DEF, GHI, XYZ] {
            let points = points(1, servers);
            let ring = ring(1, servers);
            // Both stretches that lie between two points.
            for pair in points.windows(2) {
                let between: Vec<String> = keys(200)
                    .filter(|key| (pair[0].0..pair[1].0).contains(&place(key.as_bytes())))
                    .collect();
                for keys in between.windows(2) {
                    let [one, other] = [&keys[0], &keys[1]].map(|key| key.as_bytes());
                    let got = [ring.server_of(one), ring.server_of(other)];
                    assert!(
                        got[0] == got[1],
                        "the ring from its first place to its last:{}\nThe place of {} is {:#018x}, \
                         and no point stands between the two keys\n  expected that both have one \
                         server\n  got       {} and {}\nIs the place of a key, or of a point, not its \
                         `hash`?",
                        draw(&points, one),
                        show(other),
                        place(other),
                        show_server(got[0]),
                        show_server(got[1])
                    );
                }
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn after_the_last_point_comes_the_first() {
    check(|| expect_keys(|key, last| key > last));
}

#[test]
#[ignore = "exercise"]
fn a_key_at_a_point_belongs_to_it() {
    check(|| {
        // The key `b#0` is where the point b#0 is.
        for servers in [ABC, DEF, GHI, XYZ] {
            for (server, _) in servers {
                expect(1, servers, format!("{server}#0").as_bytes());
            }
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_server_stands_at_many_points() {
    check(|| {
        for key in keys(100) {
            expect(4, ABC, key.as_bytes());
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_weight_multiplies_the_points() {
    check(|| {
        for key in keys(100) {
            expect(2, &[("a", 1), ("b", 3)], key.as_bytes());
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_server_of_weight_0_has_no_keys() {
    check(|| {
        let alone = ring(4, &[("a", 0)]);
        let got = alone.server_of(b"key");
        assert!(
            got.is_none(),
            "the only server has weight 0, so there are no points: expected None, got {}",
            show_server(got)
        );
        for key in keys(100) {
            expect(1, &[("a", 1), ("b", 0), ("c", 1)], key.as_bytes());
        }
    });
}

#[test]
#[ignore = "exercise"]
fn a_greater_weight_takes_the_place_of_the_first() {
    check(|| expect_other_weight(1, 3));
}

#[test]
#[ignore = "exercise"]
fn a_smaller_weight_takes_the_place_of_the_first() {
    check(|| {
        expect_other_weight(3, 1);
        expect_other_weight(1, 0);
    });
}

#[track_caller]
fn expect_other_weight(first: u32, second: u32) {
    let mut changed = ring(POINTS, &[("a", 1), ("b", first)]);
    changed.add("b", second);
    let at_once = ring(POINTS, &[("a", 1), ("b", second)]);
    let wrong = differing(&changed, &at_once);
    assert!(
        wrong.is_none(),
        "\"b\" was added with weight {first}, then with weight {second}, which takes the place of the \
         first. Compared with a ring to which it was added with weight {second} at once:\n{}",
        wrong.unwrap_or_default()
    );
}

/// The keys that two rings give to different servers, told by one of them.
fn differing(got: &Ring, expected: &Ring) -> Option<String> {
    let differ: Vec<String> = keys(200)
        .filter(|key| got.server_of(key.as_bytes()) != expected.server_of(key.as_bytes()))
        .collect();
    let first = differ.first()?.as_bytes();
    Some(format!(
        "  {} of 200 keys have another server, the first of them {}\n  expected the server  {}\n  \
         got                  {}",
        differ.len(),
        show(first),
        show_server(expected.server_of(first)),
        show_server(got.server_of(first))
    ))
}

#[test]
#[ignore = "exercise"]
fn a_removed_server_leaves_no_point_behind() {
    check(|| {
        let mut left = ring(POINTS, &[("cache1", 2), ("cache2", 1), ("cache3", 1)]);
        left.remove("cache1");
        let lost = keys(500).find(|key| left.server_of(key.as_bytes()) == Some("cache1"));
        assert!(
            lost.is_none(),
            "\"cache1\", of weight 2 and so with {} points, has left, and \"{}\" still belongs to it",
            2 * POINTS,
            lost.unwrap_or_default()
        );
    });
}

#[test]
#[ignore = "exercise"]
fn names_that_begin_alike_are_two_servers() {
    check(|| {
        let mut left = ring(POINTS, &[("cache1", 1), ("cache10", 1), ("cache2", 1)]);
        left.remove("cache1");
        let kept = keys(500).any(|key| left.server_of(key.as_bytes()) == Some("cache10"));
        assert!(
            kept,
            "\"cache1\" was removed, and now no key belongs to \"cache10\" either"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn the_order_of_coming_makes_no_difference() {
    check(|| {
        let one = ring(POINTS, &[("a", 1), ("b", 1), ("c", 1)]);
        let mut other = ring(POINTS, &[("c", 1), ("x", 2), ("b", 1), ("a", 1)]);
        other.remove("x");
        let wrong = differing(&other, &one);
        assert!(
            wrong.is_none(),
            "two clients know the same three servers. One added a, b, c; the other added c, x, b, a \
             and removed x. They have to agree:\n{}",
            wrong.unwrap_or_default()
        );
    });
}

const FIVE: [&str; 5] = [
    "10.0.0.1:6379",
    "10.0.0.2:6379",
    "10.0.0.3:6379",
    "10.0.0.4:6379",
    "10.0.0.5:6379",
];

fn of_weight_1(servers: &[&'static str]) -> Ring {
    let servers: Vec<(&str, u32)> = servers.iter().map(|server| (*server, 1)).collect();
    ring(POINTS, &servers)
}

#[test]
#[ignore = "exercise"]
fn another_process_finds_the_same_servers() {
    check(|| {
        // Worked out elsewhere, by a program in another language.
        let elsewhere = [
            ("user:1", 1),
            ("user:2", 4),
            ("user:3", 3),
            ("user:341", 1),
            ("session:8f14e45f", 2),
            ("", 3),
            ("Zürich", 2),
        ];
        let here = of_weight_1(&FIVE);
        let mut wrong = String::new();
        for (key, number) in elsewhere {
            let expected = FIVE[number];
            let got = here.server_of(key.as_bytes());
            if got != Some(expected) {
                let _ = write!(
                    wrong,
                    "\n  {:<20} {expected}   {}",
                    format!("\"{key}\""),
                    got.unwrap_or("nobody")
                );
            }
        }
        assert!(
            wrong.is_empty(),
            "another client, written in another language, looked up where it keeps its keys on a ring \
             of 5 servers with {POINTS} points each. Yours looks for some of them elsewhere, and \
             misses. Both the hash and the texts of the points have to be those of the task:\n  {:<20} \
             {:<15} {}{wrong}",
            "key",
            "theirs",
            "yours"
        );
    });
}

#[test]
#[ignore = "exercise"]
fn two_rings_agree() {
    check(|| {
        // A second ring stands for a second process: what is drawn by lot in one of
        // them is drawn again in the other.
        let servers = FIVE.map(|server| (server, 1));
        assert_made_twice_is_the_same(&servers);
    });
}

#[track_caller]
fn assert_made_twice_is_the_same(servers: &Servers<'_>) {
    let (one, other) = (ring(POINTS, servers), ring(POINTS, servers));
    // Not for which keys: whoever fails here draws lots.
    assert!(
        differing(&other, &one).is_none(),
        "two rings of the same {} servers, as two processes would have them. They have to agree, \
         and have different servers for the same keys",
        servers.len(),
    );
}

#[test]
#[ignore = "exercise"]
fn a_key_is_octets() {
    check(|| {
        // Neither is UTF-8, and they differ in what text could not hold.
        for octet in 0x80..=0xff_u8 {
            expect(4, ABC, &[b'k', octet]);
        }
    });
}

#[test]
#[ignore = "exercise"]
fn the_shares_are_even() {
    check(|| {
        let servers = FIVE.map(|server| (server, 1));
        assert_shares(&servers);
    });
}

#[test]
#[ignore = "exercise"]
fn the_shares_are_as_the_weights() {
    check(|| {
        let servers = [("small", 1), ("middle", 2), ("large", 3)];
        assert_shares(&servers);
    });
}

/// Each server has its share of the keys, give or take a quarter of it.
#[track_caller]
fn assert_shares(servers: &Servers<'_>) {
    // Nothing can be said about shares that are others each time.
    assert_made_twice_is_the_same(servers);
    let ring = ring(POINTS, servers);
    let owners: Vec<Option<String>> = keys(KEYS)
        .map(|key| ring.server_of(key.as_bytes()).map(str::to_owned))
        .collect();
    let all: u32 = servers.iter().map(|(_, weight)| weight).sum();
    let mut table = String::new();
    let mut even = true;
    for (server, weight) in servers {
        let has = owners
            .iter()
            .filter(|owner| owner.as_deref() == Some(server))
            .count();
        let due = KEYS as f64 * f64::from(*weight) / f64::from(all);
        let off = (has as f64 - due) / due;
        even &= off.abs() <= 0.25;
        let _ = write!(
            table,
            "\n  {server:<14} weight {weight}   has {has:>5}   should have {due:>5.0}   {:+.0} %",
            off * 100.0
        );
    }
    assert!(
        even,
        "{KEYS} keys on a ring with {POINTS} points for each unit of weight. Every server should \
         have its share, give or take 25 %:{table}"
    );
}

#[test]
#[ignore = "exercise"]
fn a_server_that_joins_takes_keys_from_all() {
    check(|| {
        let servers = FIVE.map(|server| (server, 1));
        assert_made_twice_is_the_same(&servers[..4]);
        let before = of_weight_1(&FIVE[..4]);
        let mut after = before.clone();
        after.add(FIVE[4], 1);
        let moved = moved(&before, &after);
        let elsewhere = moved.iter().find(|(_, _, to)| to != FIVE[4]);
        if let Some((key, from, to)) = elsewhere {
            panic!(
                "\"{}\" joined a ring of 4. {} of {KEYS} keys moved, and some of them between servers \
                 that were there before: \"{key}\" from {from} to {to}. A key may move to the new \
                 server only",
                FIVE[4],
                moved.len()
            );
        }
        let share = moved.len() as f64 / KEYS as f64;
        assert!(
            (0.15..=0.25).contains(&share),
            "\"{}\" joined a ring of 4, with {POINTS} points as they have. {} of {KEYS} keys moved to \
             it, {:.1} %. It should be a fifth, give or take a quarter of that: 15 to 25 %",
            FIVE[4],
            moved.len(),
            share * 100.0
        );
    });
}

#[test]
#[ignore = "exercise"]
fn when_a_server_leaves_only_its_keys_move() {
    check(|| {
        let before = of_weight_1(&FIVE);
        let mut after = before.clone();
        after.remove(FIVE[1]);
        let moved = moved(&before, &after);
        let elsewhere = moved.iter().find(|(_, from, _)| from != FIVE[1]);
        if let Some((key, from, to)) = elsewhere {
            panic!(
                "\"{}\" left a ring of 5. {} of {KEYS} keys moved, also some that belonged to others: \
                 \"{key}\" from {from} to {to}",
                FIVE[1],
                moved.len()
            );
        }
        assert!(
            !moved.is_empty(),
            "\"{}\" left a ring of 5, and no key moved to another server",
            FIVE[1]
        );
    });
}

/// The keys that have another server after than before, with both.
fn moved(before: &Ring, after: &Ring) -> Vec<(String, String, String)> {
    keys(KEYS)
        .filter_map(|key| {
            let from = before.server_of(key.as_bytes()).unwrap_or("nobody");
            let to = after.server_of(key.as_bytes()).unwrap_or("nobody");
            let pair = (from.to_owned(), to.to_owned());
            (from != to).then_some((key, pair.0, pair.1))
        })
        .collect()
}
