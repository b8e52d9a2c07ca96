//! The bank of [`deposits`](crate::deposits) once more, with real sockets and tasks, on the
//! network and the clock that turmoil simulates.

use std::collections::HashSet;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::anyhow;
use tokio::time::{Instant, sleep_until};
use turmoil::net::UdpSocket;

use crate::deposits::{Bug, Entry, Event, PATIENCE, Run, What};
use crate::trace::Trace;

/// The bank's port.
const PORT: u16 = 1060;
/// How many deposits a run has.
const DEPOSITS: u64 = 4;
/// No run takes longer, by the clock of the simulation.
const LONGEST: Duration = Duration::from_secs(300);
/// How long a partition lasts, and how long the bank is down.
const AWAY: Duration = Duration::from_secs(1);
/// The times of what happens once are chosen out of so much.
const BEGINNING: u64 = 150;

/// What the network does, and the machines.
#[derive(Clone, Copy, Debug)]
pub struct Weather {
    /// How likely a datagram is the first of a row that is lost, from 0 to 1.
    pub loss: f64,
    /// The longest that a datagram may take.
    pub delay: Duration,
    /// Whether the two can't reach each other for a second.
    pub partition: bool,
    /// Whether the bank crashes, and is back after a second.
    pub crash: bool,
}

/// Runs client and bank under `weather`, whose dice are thrown with `seed`, and tells
/// `trace` what the network does.
///
/// # Errors
///
/// When the simulation itself fails.
// ANCHOR: run
pub fn run(seed: u64, weather: Weather, bug: Option<Bug>, trace: &Trace) -> anyhow::Result<Run> {
    let mut sim = turmoil::Builder::new()
        .rng_seed(seed)
        .simulation_duration(LONGEST)
        .max_message_latency(weather.delay)
        .fail_rate(weather.loss)
        .repair_rate(0.5)
        .build();
    // The bank's disk, which outlives a crash, and what the client has seen.
    let ledger = Arc::new(Mutex::new(Vec::new()));
    let events = Arc::new(Mutex::new(Vec::new()));
    let disk = Arc::clone(&ledger);
    sim.host("bank", move || bank(Arc::clone(&disk), bug));
    sim.client("client", client(Arc::clone(&events)));
    trace.name(sim.lookup("bank"), "bank");
    trace.name(sim.lookup("client"), "client");

    let failed = |error| anyhow!("simulate: {error}");
    let partition = moment(seed, 1);
    let crash = moment(seed, 2);
    trace.during(|| {
        let mut done = false;
        while !done {
            let now = sim.elapsed();
            trace.is(now);
            if weather.partition && now == partition {
                trace.tell("partition");
                sim.partition("bank", "client");
            } else if weather.partition && now == partition + AWAY {
                trace.tell("the partition is over");
                sim.repair("bank", "client");
            }
            if weather.crash && now == crash {
                trace.tell("the bank crashes");
                sim.crash("bank");
            } else if weather.crash && now == crash + AWAY {
                trace.tell("the bank is back");
                sim.bounce("bank");
            }
            done = sim.step().map_err(failed)?;
        }
        Ok::<(), anyhow::Error>(())
    })?;
    drop(sim);
    Ok(Run {
        events: all(&events),
        ledger: all(&ledger),
    })
}
// ANCHOR_END: run

/// When something happens that turmoil doesn't decide: the seed does, by SplitMix64.
fn moment(seed: u64, which: u64) -> Duration {
    let mut mixed = seed.wrapping_add(which.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    Duration::from_millis((mixed ^ (mixed >> 31)) % BEGINNING)
}

fn all<T: Clone>(list: &Mutex<Vec<T>>) -> Vec<T> {
    list.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn push<T>(list: &Mutex<Vec<T>>, item: T) {
    list.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(item);
}

// ANCHOR: bank
/// Takes deposits, and confirms each, also one that it has already.
async fn bank(disk: Arc<Mutex<Vec<Entry>>>, bug: Option<Bug>) -> turmoil::Result {
    let socket = UdpSocket::bind((IpAddr::from([0; 4]), PORT)).await?;
    let mut known = HashSet::new(); // a crash empties that
    let mut buffer = [0; 12];
    loop {
        let (_, client) = socket.recv_from(&mut buffer).await?;
        let (id, amount) = request(&buffer);
        let ledger = all(&disk);
        let repeated = match bug {
            Some(Bug::KnowsTheLast) => ledger.last().is_some_and(|last| last.id == id),
            Some(Bug::ForgetsInACrash) => known.contains(&id),
            _ => ledger.iter().any(|entry| entry.id == id),
        };
        if !repeated {
            known.insert(id);
            push(&disk, Entry { id, amount });
        }
        socket.send_to(&id.to_be_bytes(), client).await?;
    }
}
// ANCHOR_END: bank

/// The octets of a request: the deposit's number, and the amount.
fn octets(id: u64, amount: u32) -> [u8; 12] {
    let mut octets = [0; 12];
    octets[..8].copy_from_slice(&id.to_be_bytes());
    octets[8..].copy_from_slice(&amount.to_be_bytes());
    octets
}

fn request(octets: &[u8; 12]) -> (u64, u32) {
    let [a, b, c, d, e, f, g, h, i, j, k, l] = *octets;
    let id = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
    (id, u32::from_be_bytes([i, j, k, l]))
}

// ANCHOR: client
/// Asks for a deposit again and again, after 100 ms and then twice as long each time.
async fn client(events: Arc<Mutex<Vec<Event>>>) -> turmoil::Result {
    let socket = UdpSocket::bind((IpAddr::from([0; 4]), 0)).await?;
    for id in 1..=DEPOSITS {
        let amount = id as u32;
        let saw = |what| {
            let at = turmoil::elapsed();
            push(&events, Event { at, id, what });
        };
        saw(What::Asked { amount });
        let deadline = Instant::now() + PATIENCE;
        let (mut again, mut wait) = (Instant::now(), Duration::from_millis(100));
        let confirmed = loop {
            tokio::select! {
                // Without this word, tokio's own dice say who is asked first when both
                // are ready, and in this build our seed doesn't reach them.
                biased;
                reply = reply(&socket) => if reply? == id {
                    break true;
                },
                () = sleep_until(deadline) => break false,
                () = sleep_until(again) => {
                    socket.send_to(&octets(id, amount), ("bank", PORT)).await?;
                    again = Instant::now() + wait;
                    wait *= 2;
                }
            }
        };
        saw(if confirmed {
            What::Confirmed
        } else {
            What::GaveUp
        });
    }
    Ok(())
}
// ANCHOR_END: client

async fn reply(socket: &UdpSocket) -> io::Result<u64> {
    let mut octets = [0; 8];
    socket.recv_from(&mut octets).await?;
    Ok(u64::from_be_bytes(octets))
}
