//! One set of keys over several servers, by each method: who gets what, and what
//! moves when a server joins or leaves.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::process::{Command, ExitCode};

use anyhow::Context;
use caches::sharding::{Method, POINTS, expected, keys, moved, place, servers, shares};
use clap::Parser;

const SERVERS: usize = 4;
const KEYS: usize = 100_000;
const METHODS: [Method; 3] = [Method::Modulo, Method::Ring(POINTS), Method::Rendezvous];

#[derive(Parser)]
#[command(about = "One set of keys over several servers")]
enum Role {
    /// Which server each key belongs to, by each method
    Place {
        #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..))]
        servers: u8,
        #[arg(required = true)]
        keys: Vec<String>,
    },
    /// What moves when one more server joins, and when one leaves
    Change,
    /// The share of each server, with few points on the ring and with many
    Spread,
    /// What moves when another process of this program computes it, with Rust's own hash
    OwnHash {
        /// Be that other process
        #[arg(long, hide = true)]
        other: bool,
    },
}

fn main() -> ExitCode {
    program::run(|| {
        match Role::parse() {
            Role::Place { servers: n, keys } => who(&keys, &servers(n.into())),
            Role::Change => {
                let keys = keys(KEYS);
                change(&keys, SERVERS, SERVERS + 1);
                change(&keys, SERVERS, SERVERS - 1);
            }
            Role::Spread => spread(&keys(KEYS), &servers(SERVERS)),
            Role::OwnHash { other } => own_hash(&keys(1000), other)?,
        }
        Ok(())
    })
}

fn who(keys: &[String], servers: &[String]) {
    for key in keys {
        let of = METHODS.map(|method| {
            let server = place(method, std::slice::from_ref(key), servers);
            format!("{method} {}", server.concat())
        });
        println!("{key}: {}", of.join(", "));
    }
}

fn change(keys: &[String], before: usize, after: usize) {
    println!("{} keys, {before} servers, then {after}", keys.len());
    println!("                 moved  expected  needlessly");
    for method in METHODS {
        let moved = moved(method, keys, &servers(before), &servers(after));
        println!(
            "  {method:<12} {:>5.1} %   {:>5.1} %     {:>5.1} %",
            100.0 * moved.share,
            100.0 * expected(method, before, after),
            100.0 * moved.needless
        );
    }
}

fn spread(keys: &[String], servers: &[String]) {
    let rings = [1, 10, 100, 1000].map(Method::Ring);
    for method in rings
        .into_iter()
        .chain([Method::Modulo, Method::Rendezvous])
    {
        let shares = shares(method, keys, servers);
        let shares = shares
            .iter()
            .map(|share| format!("{:>6.1} %", 100.0 * share));
        println!("{method:<12} {}", shares.collect::<String>());
    }
}

// ANCHOR: own_hash
fn own_hash(keys: &[String], other: bool) -> anyhow::Result<()> {
    let seed = RandomState::new(); // what a HashMap uses, seeded anew in each process
    let mine: String = keys
        .iter()
        .map(|key| (seed.hash_one(key) % SERVERS as u64).to_string())
        .collect();
    if other {
        print!("{mine}");
        return Ok(());
    }
    let program = std::env::current_exe().context("find this program")?;
    let again = Command::new(program).args(["own-hash", "--other"]).output();
    let theirs = String::from_utf8(again?.stdout)?;
    let elsewhere = mine
        .chars()
        .zip(theirs.chars())
        .filter(|(mine, theirs)| mine != theirs);
    println!("{} of {} keys are elsewhere", elsewhere.count(), keys.len());
    Ok(())
}
// ANCHOR_END: own_hash
