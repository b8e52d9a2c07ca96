//! A cache server: two protocols, one store, one thread.
//!
//! Octets come in by a [`connection`], a protocol ([`resp`], [`memcached`]) takes
//! commands out of them, the [`store`] does what they ask for, and all answers leave in
//! one write. Only [`server`] and [`connection`] know what a socket is.

mod admin;
pub mod clock;
mod commands;
pub mod connection;
mod expiry;
mod info;
mod inline;
mod keys;
pub mod lost;
pub mod memcached;
mod numbers;
pub mod output;
pub mod resp;
pub mod server;
mod set;
mod storage;
pub mod store;

use bytes::BytesMut;

use output::Output;
use store::Store;

// ANCHOR: limits
/// What a client may ask of the server.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The octets of one key or value.
    pub value: usize,
    /// The words of one command.
    pub words: usize,
    /// The octets of one command that has not come to its end.
    pub request: usize,
    /// The octets of answers that a client has not read.
    pub answers: usize,
    /// The octets that all connections may hold together.
    pub buffers: usize,
    /// The connections at a time.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            value: 1 << 20,
            words: 1 << 16,
            request: 4 << 20,
            answers: 32 << 20,
            buffers: 128 << 20,
            connections: 1000,
        }
    }
}
// ANCHOR_END: limits

// ANCHOR: protocol
/// What became of the octets that have come so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A command was taken out of them and answered.
    Answered,
    /// They are not a whole command.
    Incomplete,
    /// The conversation ends once the answers are sent.
    Close,
}

/// A protocol: commands taken out of octets, and answered into octets.
pub trait Protocol {
    /// Takes one command off the front of `input` and answers it into `output`.
    fn step(&mut self, input: &mut BytesMut, store: &mut Store, output: &mut Output) -> Step;
}
// ANCHOR_END: protocol
