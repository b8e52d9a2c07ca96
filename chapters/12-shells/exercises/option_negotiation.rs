//! Options, agreed upon without loops
//!
//! Difficulty: core
//! Page: 12-shells/telnet.md
//! Check: just check 12.2
//!
//! Each side of a Telnet connection may use options, such as echoing what it receives. Before it
//! does, both agree: WILL and WONT speak of the side that sends them, DO and DONT of the other.
//! Question and answer look the same on the wire. Two programs that answer everything therefore
//! answer each other for ever. Write the negotiation that can't: the Q method (RFC 1143,
//! section 7). It sends nothing, it says what to send.
//!
//! Each option, on each side, is in one of six states, and begins as `no`. `receive` takes what
//! the peer has said of it (yes: WILL or DO; no: WONT or DONT) and gives the answer:
//!
//! | state | the peer says yes | the peer says no |
//! |---|---|---|
//! | `no` | if supported: answer yes, `yes`; if not: answer no, `no` | `no` |
//! | `yes` | `yes` | answer no, `no` |
//! | `want no` | `no` | `no` |
//! | `want no`, then yes | `yes` | answer yes, `want yes` |
//! | `want yes` | `yes` | `no` |
//! | `want yes`, then no | answer no, `want no` | `no` |
//!
//! - Where the table has no answer, there is none: `None`.
//! - What is supported is asked in the state `no` and nowhere else: options in `ours` when the
//!   peer says DO, those in `theirs` when it says WILL.
//! - `request` is our own wish. In `no` and `yes` it asks the peer for a change, which is then
//!   wanted, or has no need to. While an answer is awaited it sends nothing: a wish for the
//!   opposite is remembered (*then yes*, *then no*), and a second one takes that back.
//! - `enabled` is true in the state `yes` alone.
//! - The option on our side, the one on theirs, and all other options have nothing to do with each other.
//!
//! ```text
//! Options::new(&[31], &[])
//! receive(Do, 31)             Some(Will)        enabled(Us, 31)
//! receive(Do, 31)             None              it is already
//! receive(Do, 24)             Some(Wont)        we don't support it
//! request(Them, 1, true)      Some(Do)
//! receive(Will, 1)            None              that was the answer
//! ```

use shells::iac_decoder::Verb;

/// Who is to use an option. Both sides may, or one, or neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// We do: our WILL and WONT, the peer's DO and DONT.
    Us,
    /// The peer does: our DO and DONT, the peer's WILL and WONT.
    Them,
}

/// The options of a connection. It sends nothing: it says what to send.
#[derive(Debug)]
pub struct Options {
    // Add what you need to remember.
}

impl Options {
    /// No option is used. When the peer asks, we agree to use those in `ours`, and that it
    /// uses those in `theirs`.
    pub fn new(ours: &[u8], theirs: &[u8]) -> Options {
        todo!()
    }

    /// Takes what the peer said of `option`, and gives the answer to it, if it needs one.
    pub fn receive(&mut self, verb: Verb, option: u8) -> Option<Verb> {
        todo!()
    }

    /// We would like to have `option` used (`on`), or not any more: what to send, if
    /// anything. While an answer is awaited nothing is sent; the wish is kept until then.
    pub fn request(&mut self, side: Side, option: u8, on: bool) -> Option<Verb> {
        todo!()
    }

    /// Whether `option` is used: both have agreed, and nobody has asked for its end.
    pub fn enabled(&self, side: Side, option: u8) -> bool {
        todo!()
    }
}
