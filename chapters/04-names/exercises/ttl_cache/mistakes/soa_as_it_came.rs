//! The SOA record is given as it came
//!
//! You count down the records of an answer, and give the SOA record of NoData and NoName
//! with the TTL that it had. Whoever asks you keeps the missing name for that long again.
//! What is left goes into the SOA record too.
//!
//! fails: no_answer_dies_too, no_answer_is_kept_for_longer_than_three_hours,
//!    the_minimum_of_the_zone_limits_no_answer

use std::collections::HashMap;
use std::time::Duration;

use names::Name;
use names::record::{Data, Record, Type};
use tokio::time::Instant;

/// The seconds that records are kept for at most, whatever they say: nobody waits
/// 68 years for a mistake to go away.
pub const MAX_TTL: u32 = 86_400;
/// The seconds that "there is none" is kept for at most (RFC 2308, section 5).
pub const MAX_NEGATIVE_TTL: u32 = 10_800;

/// What is known about a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// These records, of which there is one at least.
    Records(Vec<Record>),
    /// The name exists, and has no records of this type. The SOA record of its zone
    /// came along, or didn't.
    NoData(Option<Record>),
    /// There is no such name, and so no record of any type.
    NoName(Option<Record>),
}

impl Answer {
    /// The seconds that it may be kept for; 0 if it may not be kept.
    fn ttl(&self) -> u32 {
        match self {
            // What belongs together lives as long as the first that dies.
            Answer::Records(records) => {
                let shortest = records.iter().map(|record| seconds(record.ttl)).min();
                shortest.unwrap_or(0).min(MAX_TTL)
            }
            Answer::NoData(Some(record)) | Answer::NoName(Some(record)) => match &record.data {
                Data::Soa(soa) => {
                    let least = seconds(record.ttl).min(seconds(soa.minimum));
                    least.min(MAX_NEGATIVE_TTL)
                }
                _ => 0,
            },
            // Two servers that ask each other could keep it alive for ever.
            Answer::NoData(None) | Answer::NoName(None) => 0,
        }
    }

    /// The same, with `ttl` seconds left.
    fn with_ttl(mut self, ttl: u32) -> Answer {
        let records = match &mut self {
            Answer::Records(records) => &mut records[..],
            Answer::NoData(_) | Answer::NoName(_) => &mut [],
        };
        for record in records {
            record.ttl = ttl;
        }
        self
    }
}

/// A time to live has 31 bits. With the 32nd it would be negative, and counts as 0.
fn seconds(ttl: u32) -> u32 {
    if ttl > i32::MAX as u32 { 0 } else { ttl }
}

/// Answers that are still true.
#[derive(Debug)]
pub struct Cache {
    /// By name and type; without a type, that the name doesn't exist.
    entries: HashMap<(Name, Option<Type>), Entry>,
    /// Whoever asks for names that nobody asked for before may not take more.
    capacity: usize,
}

#[derive(Debug)]
struct Entry {
    answer: Answer,
    /// From then on it may not be given any more.
    dies: Instant,
}

impl Cache {
    /// A cache for up to `capacity` answers, and for one at least.
    pub fn new(capacity: usize) -> Self {
        Self {
            entries: HashMap::new(),
            capacity: capacity.max(1),
        }
    }

    /// How many answers it holds. Some may be dead by now.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it holds no answer.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Keeps the answer to the question for `name` and `kind`, which has come now, as
    /// long as it may be kept. What contradicts it is forgotten.
    pub fn insert(&mut self, name: &Name, kind: Type, answer: Answer) {
        let key = match answer {
            Answer::NoName(_) => {
                self.entries.retain(|(other, _), _| other != name);
                (name.clone(), None)
            }
            Answer::Records(_) | Answer::NoData(_) => {
                self.entries.remove(&(name.clone(), None));
                (name.clone(), Some(kind))
            }
        };
        // The old answer is no longer true, even if the new one may not be kept.
        self.entries.remove(&key);
        let ttl = answer.ttl();
        if ttl == 0 {
            return;
        }
        if self.entries.len() >= self.capacity {
            self.make_room();
        }
        let dies = Instant::now() + Duration::from_secs(ttl.into());
        self.entries.insert(key, Entry { answer, dies });
    }

    /// What is known about `name` and `kind`, with the time that is left of it;
    /// `None` if it has to be asked for.
    pub fn get(&self, name: &Name, kind: Type) -> Option<Answer> {
        let of = |kind| self.entries.get(&(name.clone(), kind));
        let entry = of(None).or_else(|| of(Some(kind)))?;
        let left = entry.dies.checked_duration_since(Instant::now())?;
        if left.is_zero() {
            return None;
        }
        // Rounded down, for nobody to keep it longer than we do. In the last second
        // that is 0: to be used once.
        let ttl = u32::try_from(left.as_secs()).unwrap_or(MAX_TTL);
        Some(entry.answer.clone().with_ttl(ttl))
    }

    /// Drops the answer that dies first; one that is dead already, if there is one.
    fn make_room(&mut self) {
        let first = self.entries.iter().min_by_key(|(_, entry)| entry.dies);
        if let Some(key) = first.map(|(key, _)| key.clone()) {
            self.entries.remove(&key);
        }
    }
}
