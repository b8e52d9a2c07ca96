//! Commands inside the data
//!
//! Difficulty: core
//! Page: 12-shells/telnet.md
//! Check: just check 12.1
//!
//! Telnet sends what you type and what it has to say about the connection in one stream (RFC
//! 854). The octet 255, IAC, says that a command follows. Write the decoder that tells the two
//! apart, and the encoder. The octets may be cut anywhere, also inside a command.
//!
//! | on the wire | event |
//! |---|---|
//! | octets without IAC | `Data` |
//! | IAC IAC | `Data`, one octet 255 |
//! | IAC, 251 to 254 (WILL, WONT, DO, DONT), option | `Negotiate` |
//! | IAC SB, option, parameters, IAC SE | `Subnegotiation` |
//! | IAC, any other octet | `Command`, that octet |
//!
//! - `decode` takes one event off the front of `input`, and its octets with it. What stands
//!   behind it stays there. `Ok(None)` asks for more octets, and takes nothing off that
//!   belongs to an event which isn't whole.
//! - Data is not awaited: what is there comes out, in one piece or in many, but never in a
//!   piece of no octets. Line ends, and any octet but IAC, are data like all others.
//! - The octet behind a verb is the option, whichever it is, 255 too.
//! - Between SB and SE each IAC that is meant as 255 is doubled, and only IAC SE is the end.
//!   Option and parameters come out as they were before. There may be no parameters. Without
//!   an option it is `Error::NoOption`, and IAC with any other octet is `Error::Inside`, with
//!   that octet.
//! - A subnegotiation may have `limit` octets: its option and parameters, a doubled IAC
//!   counted once. One more is `Error::TooLong`, as soon as it is there. The end need not
//!   have come.
//! - `encode` appends an event to `output`, so that `decode` gets the same octets out.
//!
//! ```text
//! 68 69 FF FD 1F          Data "hi", Negotiate(Do, 31)
//! FF FA 1F 00 50 FF       None: nothing says yet what this 255 is
//! FF 00 FF F0             with these, Subnegotiation(31, 00 50 FF 00)
//! ```

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// Interpret As Command: what follows is no data.
pub const IAC: u8 = 255;
/// Behind IAC: a subnegotiation begins.
pub const SB: u8 = 250;
/// Behind IAC: a subnegotiation ends.
pub const SE: u8 = 240;

/// What is said about an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Verb {
    /// I use it, or would like to.
    Will = 251,
    /// I don't use it.
    Wont = 252,
    /// Use it, please.
    Do = 253,
    /// Don't use it.
    Dont = 254,
}

impl Verb {
    /// The verb that is written as this octet, if it is one.
    pub fn from_octet(octet: u8) -> Option<Verb> {
        [Verb::Will, Verb::Wont, Verb::Do, Verb::Dont]
            .into_iter()
            .find(|&verb| verb as u8 == octet)
    }
}

/// What comes out of the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Octets for the user, never none. Where they were cut means nothing.
    Data(Bytes),
    /// Something about an option.
    Negotiate(Verb, u8),
    /// What an option has to say, beyond that it is used.
    Subnegotiation(u8, Bytes),
    /// Any other command: one octet behind IAC.
    Command(u8),
}

/// Why the stream can't be read any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A subnegotiation has more octets than allowed.
    #[error("a subnegotiation of more than {limit} octets")]
    TooLong {
        /// The octets that it may have.
        limit: usize,
    },
    /// A subnegotiation is empty: it says nothing, of no option.
    #[error("a subnegotiation without an option")]
    NoOption,
    /// In a subnegotiation stands IAC and then neither SE nor IAC.
    #[error("IAC {0} inside a subnegotiation")]
    Inside(u8),
}

/// Takes the next event off the front of `input`. `Ok(None)` asks for more octets: append
/// them to the same `input` and call again. A subnegotiation may have `limit` octets.
pub fn decode(input: &mut BytesMut, limit: usize) -> Result<Option<Event>, Error> {
    todo!()
}

/// Appends `event` to `output`, as [`decode`] reads it.
pub fn encode(event: &Event, output: &mut BytesMut) {
    todo!()
}
