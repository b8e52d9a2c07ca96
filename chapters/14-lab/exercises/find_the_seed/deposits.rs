//! A bank, its client and a bad network between them, all simulated: the clock is a number,
//! and what happens by chance comes from a seed. The same seed gives the same run.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::fmt;
use std::time::Duration;

/// How long a client waits for a deposit's confirmation, however often it asks.
pub const PATIENCE: Duration = Duration::from_secs(10);

// ANCHOR: run
/// What can be seen of a run from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// What the client saw, in the order in which it happened.
    pub events: Vec<Event>,
    /// What stands in the bank's ledger at the end.
    pub ledger: Vec<Entry>,
}

/// Something that the client did or saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, on the clock of the simulation: the time since it began.
    pub at: Duration,
    /// The deposit that it is about; each has a number of its own.
    pub id: u64,
    /// What.
    pub what: What,
}

/// What happened to a deposit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The client's user wants so much to be put in. The client may ask the bank many times.
    Asked {
        /// How much.
        amount: u32,
    },
    /// The client tells its user that the bank has it.
    Confirmed,
    /// The client tells its user that it doesn't know: it may be in the ledger, or not.
    GaveUp,
}

/// A line of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The deposit.
    pub id: u64,
    /// How much.
    pub amount: u32,
}
// ANCHOR_END: run

// ANCHOR: rules
/// What has to hold of each deposit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Whatever a run says of a deposit, it was asked for, and the amount is the one asked for.
    Asked,
    /// It ends once: it is confirmed or given up.
    Ends,
    /// That is no later than [`PATIENCE`] after it was asked for.
    InTime,
    /// If it is confirmed it is in the ledger.
    Kept,
    /// It is not in the ledger more than once.
    Once,
}

/// A rule that a deposit breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The deposit.
    pub id: u64,
    /// The rule.
    pub rule: Rule,
}
// ANCHOR_END: rules

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let how = match self.rule {
            Rule::Asked => "was not asked for like this",
            Rule::Ends => "does not end once",
            Rule::InTime => "ends too late",
            Rule::Kept => "was confirmed and is not in the ledger",
            Rule::Once => "is in the ledger more than once",
        };
        write!(f, "deposit {} {how}", self.id)
    }
}

// ANCHOR: bugs
/// A bug that can be planted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bug {
    /// The bank knows a repetition only of the last deposit in its ledger.
    KnowsTheLast,
    /// The bank keeps in memory which deposits it has, and a crash empties that.
    ForgetsInACrash,
    /// The bank confirms a deposit before it is on the disk.
    ConfirmsFirst,
    /// The client takes any confirmation for that of its present deposit.
    TakesAnyAnswer,
    /// The client gives up after ten attempts, however long they take.
    CountsAttempts,
    /// The client's timer rings five times for a deposit, and then no more.
    StopsAsking,
}
// ANCHOR_END: bugs

/// How many deposits a run has.
const DEPOSITS: u64 = 8;

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// What is going to happen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    /// A request reaches the bank.
    Request { id: u64, amount: u32 },
    /// A confirmation reaches the client.
    Reply { id: u64 },
    /// The client has waited for the reply to this attempt.
    Timer { id: u64, attempt: u32 },
    /// What the bank has in memory is written to its disk.
    Written,
    /// The bank goes down; what it had in memory is gone.
    Crash,
    /// It is up again.
    Restart,
}

// ANCHOR: world
struct World {
    bug: Option<Bug>,
    dice: u64,
    now: Duration,
    /// What is going to happen, the earliest first, in the order in which it was decided.
    queue: BinaryHeap<Reverse<(Duration, u64, Next)>>,
    decided: u64,
    run: Run,
    /// The client's present deposit.
    present: Option<(u64, u32, Duration)>,
    /// Whether the bank is up, and what it has in memory.
    up: bool,
    known: HashSet<u64>,
    unwritten: Vec<Entry>,
}

/// One run of the system, with a bug or without.
pub fn run(seed: u64, bug: Option<Bug>) -> Run {
    let mut world = World {
        bug,
        dice: seed,
        now: Duration::ZERO,
        queue: BinaryHeap::new(),
        decided: 0,
        run: Run::default(),
        present: None,
        up: true,
        known: HashSet::new(),
        unwritten: Vec::new(),
    };
    let crash = world.roll(4000);
    world.after(millis(crash), Next::Crash);
    world.ask(1);
    while let Some(Reverse((at, _, next))) = world.queue.pop() {
        world.now = at;
        world.happen(next);
    }
    world.run
}
// ANCHOR_END: world

impl World {
    /// A number below `sides`. This is SplitMix64: small, and the same everywhere.
    fn roll(&mut self, sides: u64) -> u64 {
        self.dice = self.dice.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.dice;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % sides
    }

    fn after(&mut self, wait: Duration, next: Next) {
        self.decided += 1;
        let item = (self.now + wait, self.decided, next);
        self.queue.push(Reverse(item));
    }

    // ANCHOR: network
    /// The network: one datagram in five is lost, one in sixteen comes twice, and one
    /// in sixteen takes its time.
    fn send(&mut self, datagram: Next) {
        if self.roll(5) == 0 {
            return;
        }
        let copies = if self.roll(16) == 0 { 2 } else { 1 };
        for _ in 0..copies {
            let most = if self.roll(16) == 0 { 3000 } else { 50 };
            let delay = 1 + self.roll(most);
            self.after(millis(delay), datagram);
        }
    }
    // ANCHOR_END: network

    fn happen(&mut self, next: Next) {
        match next {
            Next::Request { id, amount } if self.up => self.deposit(Entry { id, amount }),
            Next::Request { .. } => {}
            Next::Reply { id } => self.confirmed(id),
            Next::Timer { id, attempt } => self.waited(id, attempt),
            Next::Written => {
                let written = std::mem::take(&mut self.unwritten);
                self.run.ledger.extend(written);
            }
            Next::Crash => {
                self.up = false;
                self.known.clear();
                self.unwritten.clear();
                self.after(millis(500), Next::Restart);
            }
            Next::Restart => self.up = true,
        }
    }

    // ANCHOR: client
    fn saw(&mut self, id: u64, what: What) {
        let at = self.now;
        self.run.events.push(Event { at, id, what });
    }

    fn ask(&mut self, id: u64) {
        self.present = None;
        if id > DEPOSITS {
            return;
        }
        let amount = 1 + u32::try_from(self.roll(3)).unwrap_or(0);
        self.present = Some((id, amount, self.now + PATIENCE));
        self.saw(id, What::Asked { amount });
        self.attempt(1);
    }

    /// Sends the request, and sets the timer: 100 ms, and twice as long each time.
    fn attempt(&mut self, attempt: u32) {
        let Some((id, amount, deadline)) = self.present else {
            return;
        };
        self.send(Next::Request { id, amount });
        let backoff = millis(100) * 2u32.pow(attempt - 1);
        let wait = match self.bug {
            Some(Bug::CountsAttempts) => backoff,
            Some(Bug::StopsAsking) if attempt > 5 => return,
            _ => backoff.min(deadline.saturating_sub(self.now)),
        };
        self.after(wait, Next::Timer { id, attempt });
    }

    fn waited(&mut self, id: u64, attempt: u32) {
        match self.present {
            Some((present, _, deadline)) if present == id => {
                let over = match self.bug {
                    Some(Bug::CountsAttempts) => attempt == 10,
                    _ => self.now >= deadline,
                };
                if over {
                    self.saw(id, What::GaveUp);
                    self.ask(id + 1);
                } else {
                    self.attempt(attempt + 1);
                }
            }
            _ => {}
        }
    }

    fn confirmed(&mut self, id: u64) {
        match self.present {
            Some((present, ..)) if present == id || self.bug == Some(Bug::TakesAnyAnswer) => {
                self.saw(present, What::Confirmed);
                self.ask(present + 1);
            }
            _ => {}
        }
    }
    // ANCHOR_END: client

    // ANCHOR: bank
    fn deposit(&mut self, entry: Entry) {
        let ledger = &self.run.ledger;
        let repeated = match self.bug {
            Some(Bug::KnowsTheLast) => ledger.last().is_some_and(|last| last.id == entry.id),
            Some(Bug::ForgetsInACrash) => self.known.contains(&entry.id),
            _ => ledger
                .iter()
                .chain(&self.unwritten)
                .any(|known| known.id == entry.id),
        };
        if !repeated {
            self.known.insert(entry.id);
            match self.bug {
                Some(Bug::ConfirmsFirst) => {
                    self.unwritten.push(entry);
                    self.after(millis(200), Next::Written);
                }
                _ => self.run.ledger.push(entry),
            }
        }
        self.send(Next::Reply { id: entry.id });
    }
    // ANCHOR_END: bank
}
