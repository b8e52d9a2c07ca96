//! Keys over several servers: what moves is what theory says.

use std::process::Command;

use caches::hash_ring::Ring;
use caches::sharding::{Method, POINTS, expected, keys, moved, place, servers, shares};
use testkit::{python, run_client};

const SHARDS: &str = env!("CARGO_BIN_EXE_shards");
const KEYS: usize = 10_000;

/// Four standard deviations of a share that should be `p`.
///
/// Keys are as good as drawn by lot, so the share of `KEYS` of them has the variance
/// `p (1 - p) / KEYS`. On a ring the lengths of the arcs are drawn too: that of `v`
/// of `n v` points has a beta distribution, with the variance
/// `(n - 1) / (n² (n v + 1))`.
fn tolerance(method: Method, p: f64, n: usize) -> f64 {
    let keys = p * (1.0 - p) / KEYS as f64;
    let n = n as f64;
    let arcs = match method {
        Method::Ring(points) => (n - 1.0) / (n * n * (n * f64::from(points) + 1.0)),
        _ => 0.0,
    };
    4.0 * (keys + arcs).sqrt()
}

#[test]
fn what_moves_is_what_theory_expects() {
    let keys = keys(KEYS);
    for n in [2, 3, 4, 9] {
        for method in [Method::Modulo, Method::Ring(POINTS), Method::Rendezvous] {
            for (before, after) in [(n, n + 1), (n + 1, n)] {
                let moved = moved(method, &keys, &servers(before), &servers(after));
                let expected = expected(method, before, after);
                let tolerance = tolerance(method, expected, n + 1);
                assert!(
                    (moved.share - expected).abs() <= tolerance,
                    "{method}, {before} to {after}: {} moved, {expected} ± {tolerance} expected",
                    moved.share
                );
                match method {
                    Method::Modulo => assert!(moved.needless > 0.0),
                    // Not a tolerance: not one.
                    _ => assert_eq!(moved.needless, 0.0, "{method}"),
                }
            }
        }
    }
}

#[test]
fn it_does_not_matter_which_server_leaves() {
    let keys = keys(KEYS);
    let all = servers(5);
    for gone in 0..5 {
        let mut left = all.clone();
        left.remove(gone);
        for method in [Method::Modulo, Method::Ring(POINTS), Method::Rendezvous] {
            let moved = moved(method, &keys, &all, &left);
            let expected = expected(method, 5, 4);
            let tolerance = tolerance(method, expected, 5);
            assert!(
                (moved.share - expected).abs() <= tolerance,
                "{method}: {moved:?}"
            );
        }
    }
}

#[test]
fn shares_are_even_as_far_as_points_make_them() {
    let keys = keys(KEYS);
    for n in [2, 4, 10] {
        for method in [
            Method::Modulo,
            Method::Ring(10),
            Method::Ring(100),
            Method::Ring(1000),
            Method::Rendezvous,
        ] {
            let even = 1.0 / n as f64;
            let tolerance = tolerance(method, even, n);
            let shares = shares(method, &keys, &servers(n));
            assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            for share in shares {
                assert!(
                    (share - even).abs() <= tolerance,
                    "{method} over {n}: {share}, {even} ± {tolerance} expected"
                );
            }
        }
    }
}

#[test]
fn a_server_of_weight_two_gets_twice_as_much() {
    let mut ring = Ring::new(1000);
    for server in servers(3) {
        ring.add(&server, 1);
    }
    ring.add("large", 2);
    let keys = keys(KEYS);
    let large = keys
        .iter()
        .filter(|key| ring.server_of(key.as_bytes()) == Some("large"));
    let share = large.count() as f64 / KEYS as f64;
    assert!((share - 0.4).abs() < 0.03, "{share}");
}

#[test]
fn the_order_of_the_servers_matters_to_modulo_alone() {
    let keys = keys(1000);
    let forward = servers(5);
    let backward: Vec<String> = forward.iter().rev().cloned().collect();
    for method in [Method::Ring(POINTS), Method::Rendezvous] {
        assert_eq!(
            place(method, &keys, &forward),
            place(method, &keys, &backward)
        );
    }
    let modulo = |servers| place(Method::Modulo, &keys, servers);
    assert_ne!(modulo(&forward), modulo(&backward));
}

#[test]
fn nobody_serves_where_there_are_no_servers() {
    for method in [Method::Modulo, Method::Ring(POINTS), Method::Rendezvous] {
        assert_eq!(place(method, &keys(1), &[]), ["nobody"]);
    }
}

#[test]
fn python_places_every_key_where_we_do() {
    let some = ["user:1", "", "Grüße", "a key with spaces", "x"].map(str::to_owned);
    let keys = [&some[..], &keys(200)].concat();
    for servers in ["1", "4", "7"] {
        let mut ours = Command::new(SHARDS);
        ours.args(["place", "--servers", servers]).args(&keys);
        let Some(mut theirs) = python("shards.py") else {
            return;
        };
        theirs.args(["--servers", servers]).args(&keys);
        assert_eq!(run_client(ours, ""), run_client(theirs, ""));
    }
}

/// A language's own hash is seeded in each process: three of four keys belong to
/// another of four servers. And where the seed is set, they stay.
#[test]
fn a_language_s_own_hash_moves_keys_without_any_change() {
    let elsewhere = |output: String| -> f64 {
        let (count, rest) = output.split_once(" of 1000 ").unwrap();
        assert_eq!(rest, "keys are elsewhere\n");
        count.parse().unwrap()
    };
    // Three quarters of 1000, and six standard deviations: chance may not fail this.
    let expected = 750.0 - 82.2..750.0 + 82.2;
    let mut ours = Command::new(SHARDS);
    ours.arg("own-hash");
    assert!(expected.contains(&elsewhere(run_client(ours, ""))));

    // Nothing of the environment comes with it, and no seed.
    let Some(theirs) = python("own_hash.py") else {
        return;
    };
    assert!(expected.contains(&elsewhere(run_client(theirs, ""))));
    let with_seed = |seed: &str| {
        let mut command = python("own_hash.py").unwrap();
        command.arg("other").env("PYTHONHASHSEED", seed);
        run_client(command, "")
    };
    assert_eq!(with_seed("0"), with_seed("0"));
    assert_ne!(with_seed("0"), with_seed("1"));
}
