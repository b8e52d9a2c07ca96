//! The service that the programs of this chapter call: texts under keys.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::broadcast;

// ANCHOR: limits
/// Octets of a key, and of a value.
pub const TEXT: usize = 64 * 1024;
/// Keys that the store holds. With TEXT, callers can take 128 MB and no more.
pub const KEYS: usize = 1000;
/// Octets of a message that calls, in any of the protocols.
pub const MESSAGE: usize = 256 * 1024;
/// Octets of keys and values that a message is answered, all of its calls together: a
/// thousand calls for a long text are a short message.
pub const ANSWER: usize = MESSAGE;
/// Octets of an answer as it is sent: JSON writes some characters in six octets.
pub const REPLY: usize = 8 * ANSWER;
/// Callers at a time. Answers that none of them reads take 131 MB and no more.
pub const CALLERS: usize = 500;
/// Calls at a time on one connection of gRPC. The answer to each may wait to be read.
pub const STREAMS: u32 = 10;
/// Connections of gRPC at a time: so many that their calls are no more than the others'.
pub const CONNECTIONS: usize = CALLERS / STREAMS as usize;
/// Changes that a caller who watches may be behind.
pub const BEHIND: usize = 64;
// ANCHOR_END: limits

/// A call by hand, as the programs' command lines name it.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum Call {
    /// The value under a key
    Get {
        /// The key
        key: String,
    },
    /// Puts a value under a key
    Set {
        /// The key
        key: String,
        /// The value
        value: String,
    },
    /// Removes a key, and says whether it was there
    Delete {
        /// The key
        key: String,
    },
    /// Whether a key is there
    Exists {
        /// The key
        key: String,
    },
    /// All keys, in order
    Keys,
}

impl Call {
    /// The method's name, and its parameters.
    pub fn parts(&self) -> (&'static str, Vec<&str>) {
        match self {
            Call::Get { key } => ("get", vec![key]),
            Call::Set { key, value } => ("set", vec![key, value]),
            Call::Delete { key } => ("delete", vec![key]),
            Call::Exists { key } => ("exists", vec![key]),
            Call::Keys => ("keys", vec![]),
        }
    }
}

/// What a call gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Done, and there is nothing to say.
    Nothing,
    /// A value.
    Text(String),
    /// Yes or no.
    Truth(bool),
    /// Keys.
    List(Vec<String>),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Answer::Nothing => f.write_str("done"),
            Answer::Text(text) => write!(f, "{text:?}"),
            Answer::Truth(truth) => write!(f, "{truth}"),
            Answer::List(keys) => write!(f, "{keys:?}"),
        }
    }
}

// ANCHOR: error
/// Why a call failed: of no protocol, so that each can say it in its own way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no method of that name.
    #[error("no method {0:?}")]
    NoMethod(String),
    /// The method takes other parameters.
    #[error("{0} takes {1} text(s)")]
    Parameters(&'static str, usize),
    /// Nothing is under this key.
    #[error("no key {0:?}")]
    NoKey(String),
    /// A key or a value is too long.
    #[error("more than {TEXT} octets in a text")]
    TooLong,
    /// More is asked for than one message may be answered.
    #[error("more than {ANSWER} octets in an answer")]
    TooMuch,
    /// No room for one key more.
    #[error("no room for more than {KEYS} keys")]
    Full,
}
// ANCHOR_END: error

impl Error {
    /// The number that XML-RPC and JSON-RPC give it: negative ones mean the same to any
    /// server, and the others are ours.
    pub fn code(&self) -> i32 {
        match self {
            Error::NoMethod(_) => -32601,
            Error::Parameters(..) => -32602,
            Error::NoKey(_) => 1,
            Error::TooLong => 2,
            Error::Full => 3,
            Error::TooMuch => 4,
        }
    }
}

/// A method, as a caller may look it up.
#[derive(Debug, Clone, Copy)]
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// The names of the texts that it takes.
    pub parameters: &'static [&'static str],
    /// XML-RPC's name for the type of what it gives.
    pub gives: &'static str,
    /// What it does.
    pub help: &'static str,
}

// ANCHOR: methods
/// All methods, sorted by their names.
pub const METHODS: [Method; 5] = [
    method(
        "delete",
        &["key"],
        "boolean",
        "Removes a key, and says whether it was there.",
    ),
    method("exists", &["key"], "boolean", "Whether a key is there."),
    method("get", &["key"], "string", "The value under a key."),
    method("keys", &[], "array", "All keys, in order."),
    method("set", &["key", "value"], "nil", "Puts a value under a key."),
];
// ANCHOR_END: methods

const fn method(
    name: &'static str,
    parameters: &'static [&'static str],
    gives: &'static str,
    help: &'static str,
) -> Method {
    Method {
        name,
        parameters,
        gives,
        help,
    }
}

/// Takes so many octets of the room, before anything is copied.
fn take(room: &mut usize, octets: usize) -> Result<(), Error> {
    *room = room.checked_sub(octets).ok_or(Error::TooMuch)?;
    Ok(())
}

/// A key that has changed, and its value, if it still has one.
pub type Change = (String, Option<String>);

/// The keys and their values.
#[derive(Debug)]
pub struct Store {
    values: Mutex<BTreeMap<String, String>>,
    changes: broadcast::Sender<Change>,
}

impl Default for Store {
    fn default() -> Store {
        let (changes, _) = broadcast::channel(BEHIND);
        Store {
            values: Mutex::default(),
            changes,
        }
    }
}

impl Store {
    // ANCHOR: call
    /// Calls the method `name`. Every protocol of this chapter comes to this. `room` is what
    /// the answer may still take, at first [`ANSWER`].
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn call(&self, name: &str, parameters: &[&str], room: &mut usize) -> Result<Answer, Error> {
        let Some(method) = METHODS.iter().find(|method| method.name == name) else {
            return Err(Error::NoMethod(name.chars().take(80).collect()));
        };
        if parameters.iter().any(|text| text.len() > TEXT) {
            return Err(Error::TooLong);
        }
        match (name, parameters) {
            ("get", [key]) => match self.values().get(*key) {
                Some(value) => {
                    take(room, value.len())?;
                    Ok(Answer::Text(value.clone()))
                }
                None => Err(Error::NoKey((*key).to_owned())),
            },
            ("set", [key, value]) => self.set(key, value),
            ("delete", [key]) => Ok(Answer::Truth(self.delete(key))),
            ("exists", [key]) => Ok(Answer::Truth(self.values().contains_key(*key))),
            ("keys", []) => {
                let values = self.values();
                take(room, values.keys().map(String::len).sum())?;
                Ok(Answer::List(values.keys().cloned().collect()))
            }
            _ => Err(Error::Parameters(method.name, method.parameters.len())),
        }
    }
    // ANCHOR_END: call

    /// Every change from now on. Who is more than [`BEHIND`] of them behind, misses some.
    pub fn watch(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    fn set(&self, key: &str, value: &str) -> Result<Answer, Error> {
        let mut values = self.values();
        if values.len() >= KEYS && !values.contains_key(key) {
            return Err(Error::Full);
        }
        values.insert(key.to_owned(), value.to_owned());
        // Under the lock, so that changes are told in the order in which they were made.
        // That nobody watches is no failure.
        let _ = self.changes.send((key.to_owned(), Some(value.to_owned())));
        Ok(Answer::Nothing)
    }

    fn delete(&self, key: &str) -> bool {
        let mut values = self.values();
        let was_there = values.remove(key).is_some();
        if was_there {
            let _ = self.changes.send((key.to_owned(), None));
        }
        was_there
    }

    fn values(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        // A map is whole after any panic that could happen here.
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
