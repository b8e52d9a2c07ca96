//! What server and protocols have in common.

use bytes::BytesMut;

use super::output::Output;
use super::store::Store;

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
