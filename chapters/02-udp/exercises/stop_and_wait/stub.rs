//! A file over a link that loses, doubles and reorders
//!
//! Difficulty: stretch
//! Page: 02-udp/pieces.md
//! Check: just check 2.4
//!
//! Your first protocol. A file goes over a link that loses datagrams, doubles them,
//! holds them back and lets others overtake them. It has to arrive whole, in order, and
//! once. The way is the oldest there is, that of TFTP: send one segment, wait until it
//! is acknowledged, send the next. Write both ends. They have neither socket nor clock:
//! whoever drives them tells them what has come, and what time it is.
//!
//! ```text
//! offset  field     octets
//!      0  kind      00 is a segment of the file, 01 an acknowledgement
//!      1  sequence  of the segment: 00, 01 ... ff, and then 00 again
//!      2  payload   of a segment: 512 octets, or fewer in the last one
//! ```
//!
//! A segment of fewer than 512 octets ends the file. If the file's length is a multiple of
//! 512, an empty one follows for that. `Packet` reads and writes datagrams, and is given.
//!
//! The sender:
//!
//! - `poll` is called at the start, after each `received`, and at the `deadline`. It
//!   returns the datagram to send now, if there is one.
//! - One segment is on its way at a time. The next follows when this one has been
//!   acknowledged, by its own number: then at once.
//! - A segment is sent again when it has not been acknowledged within `TIMEOUT` of its
//!   last sending, and for no other reason.
//! - Each segment is sent `TRIES` times at most. When the last of them has had its time,
//!   the sender has given up, for good.
//! - `deadline` is when that time is up; `None` if it waits for nothing: before the first
//!   `poll`, when all is acknowledged, and when it has given up. When the next segment is
//!   due, `poll` is called first, and nobody asks for a deadline before.
//! - Whatever else comes changes nothing: acknowledgements of other segments, of those not
//!   sent yet, and what is no acknowledgement.
//!
//! The receiver:
//!
//! - The payload of the segment that is next is `new`, once. Of any other datagram nothing is.
//! - Each segment, new or old, is answered by an acknowledgement with its number, also
//!   when the file is whole: the first answer may have been lost.
//! - Once the file is whole it stays so, and nothing is new. What is no segment is not
//!   answered.
//!
//! ```text
//! sender                     link               receiver
//! at 0 s   DATA 0            lost
//! at 1 s   DATA 0                               new; ACK 0
//!                            lost
//! at 2 s   DATA 0                               nothing new; ACK 0
//!          DATA 1                               new; ACK 1
//! ```

use std::time::{Duration, Instant};

/// The octets of the file in a segment. The last one has fewer.
pub const SEGMENT: usize = 512;

/// The octets in front of a payload.
pub const HEADER: usize = 2;

/// How long to wait for an acknowledgement before a segment is sent again.
pub const TIMEOUT: Duration = Duration::from_secs(1);

/// How often to send a segment at most.
pub const TRIES: u32 = 8;

/// What a datagram says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// A segment of the file.
    Data {
        /// Its number, modulo 256.
        sequence: u8,
        /// Its octets.
        payload: &'a [u8],
    },
    /// That a segment has arrived.
    Ack {
        /// Its number, modulo 256.
        sequence: u8,
    },
}

impl<'a> Packet<'a> {
    /// What `datagram` says; `None` if it is not of this protocol.
    pub fn parse(datagram: &'a [u8]) -> Option<Self> {
        match *datagram {
            [0, sequence, ref payload @ ..] if payload.len() <= SEGMENT => {
                Some(Self::Data { sequence, payload })
            }
            [1, sequence] => Some(Self::Ack { sequence }),
            _ => None,
        }
    }

    /// It as a datagram.
    pub fn encode(self) -> Vec<u8> {
        match self {
            Self::Data { sequence, payload } => [&[0, sequence], payload].concat(),
            Self::Ack { sequence } => vec![1, sequence],
        }
    }
}

/// How far a sender is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// There are segments that are not acknowledged.
    Sending,
    /// All are.
    Done,
    /// One has been sent as often as allowed.
    GaveUp,
}

/// The end that has the file.
#[derive(Debug)]
pub struct Sender {
    file: Vec<u8>,
    // Add what must be remembered.
}

impl Sender {
    /// A sender that has sent nothing of `file` yet.
    pub fn new(file: Vec<u8>) -> Self {
        Self { file }
    }

    /// The datagram to send now, if there is one.
    pub fn poll(&mut self, now: Instant) -> Option<Vec<u8>> {
        todo!()
    }

    /// Takes a datagram that has come.
    pub fn received(&mut self, datagram: &[u8]) {
        todo!()
    }

    /// When to `poll` if nothing comes before; `None` if it waits for nothing.
    pub fn deadline(&self) -> Option<Instant> {
        todo!()
    }

    /// How far it is.
    pub fn state(&self) -> State {
        todo!()
    }
}

/// What a datagram comes to at the receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received<'a> {
    /// The next octets of the file; often none.
    pub new: &'a [u8],
    /// A datagram to be sent back.
    pub answer: Option<Vec<u8>>,
}

/// The end that gets the file. It hands the octets out as they come, and keeps
/// none.
#[derive(Debug)]
pub struct Receiver {
    // Add what must be remembered.
}

impl Receiver {
    /// A receiver to which nothing has come yet.
    pub fn new() -> Self {
        Self {}
    }

    /// Takes a datagram that has come.
    pub fn received<'a>(&mut self, datagram: &'a [u8]) -> Received<'a> {
        todo!()
    }

    /// Whether the last segment has come.
    pub fn is_whole(&self) -> bool {
        todo!()
    }
}
