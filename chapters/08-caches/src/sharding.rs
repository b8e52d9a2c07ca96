//! Which of several servers does a key belong to? Three ways to say it, and what
//! each costs when the servers change.

use std::collections::BTreeMap;
use std::fmt;

use crate::hash_ring::{Ring, hash};

/// The points of a server on the ring, unless a program says otherwise.
pub const POINTS: u32 = 200;

/// How to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The hash of the key, modulo the number of servers.
    Modulo,
    /// The next of so many points of each server on a ring.
    Ring(u32),
    /// The server whose hash together with the key is highest.
    Rendezvous,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Method::Modulo => "modulo".to_owned(),
            Method::Ring(points) => format!("ring of {points}"),
            Method::Rendezvous => "rendezvous".to_owned(),
        };
        f.pad(&name)
    }
}

// ANCHOR: modulo
/// The hash of `key`, modulo the number of servers.
pub fn modulo<'a>(key: &str, servers: &'a [String]) -> Option<&'a str> {
    let place = hash(key.as_bytes()).checked_rem(servers.len() as u64)?;
    servers
        .get(usize::try_from(place).ok()?)
        .map(String::as_str)
}
// ANCHOR_END: modulo

// ANCHOR: rendezvous
/// The server that bids highest for `key`. What a server bids depends on the key
/// and on itself, and not on who else is there.
pub fn rendezvous<'a>(key: &str, servers: &'a [String]) -> Option<&'a str> {
    // The name breaks a tie, so that the order of the servers does not matter.
    let best = servers.iter().max_by_key(|server| {
        let bid = hash(format!("{server}\n{key}").as_bytes());
        (bid, *server)
    });
    best.map(String::as_str)
}
// ANCHOR_END: rendezvous

/// The servers `cache-1` up to `cache-n`.
pub fn servers(n: usize) -> Vec<String> {
    (1..=n).map(|number| format!("cache-{number}")).collect()
}

/// The keys `user:1` up to `user:n`.
pub fn keys(n: usize) -> Vec<String> {
    (1..=n).map(|number| format!("user:{number}")).collect()
}

/// Where each of `keys` belongs.
pub fn place(method: Method, keys: &[String], servers: &[String]) -> Vec<String> {
    let mut ring = Ring::new(match method {
        Method::Ring(points) => points,
        _ => 0,
    });
    for server in servers {
        ring.add(server, 1);
    }
    let of = |key: &String| match method {
        Method::Modulo => modulo(key, servers),
        Method::Ring(_) => ring.server_of(key.as_bytes()),
        Method::Rendezvous => rendezvous(key, servers),
    };
    keys.iter()
        .map(|key| of(key).unwrap_or("nobody").to_owned())
        .collect()
}

/// What a change of servers does to the keys.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moved {
    /// The share of all keys that belong to another server now.
    pub share: f64,
    /// Of all keys, those that went from a server to another although both were
    /// there before and after: they need not have moved.
    pub needless: f64,
}

// ANCHOR: moved
/// Compares where `keys` belong `before` and `after` a change.
pub fn moved(method: Method, keys: &[String], before: &[String], after: &[String]) -> Moved {
    let (old, new) = (place(method, keys, before), place(method, keys, after));
    let moved: Vec<_> = old
        .iter()
        .zip(&new)
        .filter(|(old, new)| old != new)
        .collect();
    let needless = moved
        .iter()
        .filter(|(old, new)| after.contains(old) && before.contains(new));
    let share = |count: usize| count as f64 / keys.len().max(1) as f64;
    Moved {
        share: share(moved.len()),
        needless: share(needless.count()),
    }
}
// ANCHOR_END: moved

/// The share that theory expects to move when the number of servers changes by
/// one. From modulo n to modulo n + 1, a hash keeps its place if it is below n
/// modulo n (n + 1): one in n + 1 does. In the other two, only the keys of the one
/// that comes or goes move.
pub fn expected(method: Method, before: usize, after: usize) -> f64 {
    let part = 1.0 / before.max(after) as f64;
    match method {
        Method::Modulo => 1.0 - part,
        Method::Ring(_) | Method::Rendezvous => part,
    }
}

/// The share of `keys` that each of `servers` gets, in their order.
pub fn shares(method: Method, keys: &[String], servers: &[String]) -> Vec<f64> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for server in place(method, keys, servers) {
        *counts.entry(server).or_default() += 1;
    }
    let share = |server| counts.get(server).copied().unwrap_or(0) as f64;
    let all = keys.len().max(1) as f64;
    servers.iter().map(|server| share(server) / all).collect()
}
