//! At its deadline it still waits
//!
//! You send again when the time is past the deadline, but not at the deadline itself. Whoever
//! drives the sender wakes at that very moment, polls, gets nothing, and is told to wait until
//! now. When `now` has reached the deadline, the time is up.
//!
//! fails: a_long_file_over_a_bad_link, an_old_acknowledgement_changes_nothing,
//!    each_segment_has_its_own_tries, each_sending_has_its_own_time,
//!    it_gives_up_after_eight_tries, it_gives_up_for_good,
//!    it_sends_again_when_its_time_is_up, its_time_begins_when_it_is_sent,
//!    only_its_own_acknowledgement_counts, over_a_link_that_is_slow,
//!    over_a_link_that_loses, over_a_link_that_reorders, over_every_short_script,
//!    the_last_try_has_its_time_too

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
    /// Where the segment begins that is on its way.
    offset: usize,
    /// Its number.
    sequence: u8,
    /// How often it has been sent.
    tries: u32,
    /// When it is to be sent again; `None` if it has not been sent at all.
    due: Option<Instant>,
    state: State,
}

impl Sender {
    /// A sender that has sent nothing of `file` yet.
    pub fn new(file: Vec<u8>) -> Self {
        Self {
            file,
            offset: 0,
            sequence: 0,
            tries: 0,
            due: None,
            state: State::Sending,
        }
    }

    /// The datagram to send now, if there is one. To be called at the start, after
    /// each [`received`](Sender::received), and at the [`deadline`](Sender::deadline).
    pub fn poll(&mut self, now: Instant) -> Option<Vec<u8>> {
        if self.state != State::Sending || self.due.is_some_and(|due| now <= due) {
            return None;
        }
        // The last try has had its time, too.
        if self.tries == TRIES {
            self.state = State::GaveUp;
            return None;
        }
        self.tries += 1;
        self.due = Some(now + TIMEOUT);
        let packet = Packet::Data {
            sequence: self.sequence,
            payload: self.segment(),
        };
        Some(packet.encode())
    }

    /// Takes a datagram that has come.
    pub fn received(&mut self, datagram: &[u8]) {
        let Some(Packet::Ack { sequence }) = Packet::parse(datagram) else {
            return;
        };
        // Acknowledgements of other segments are copies, or were late. To send
        // again because of one would double all that follows (RFC 1123, section
        // 4.2.3.1); only the clock is a reason.
        let on_its_way = self.state == State::Sending && self.tries > 0;
        if !on_its_way || sequence != self.sequence {
            return;
        }
        let length = self.segment().len();
        if length < SEGMENT {
            self.state = State::Done;
            return;
        }
        self.offset += length;
        self.sequence = self.sequence.wrapping_add(1);
        self.tries = 0;
        self.due = None;
    }

    /// When to [`poll`](Sender::poll) if nothing comes before; `None` if it waits
    /// for nothing.
    pub fn deadline(&self) -> Option<Instant> {
        self.due.filter(|_| self.state == State::Sending)
    }

    /// How far it is.
    pub fn state(&self) -> State {
        self.state
    }

    /// The segment that is on its way. Behind the last full one is an empty one.
    fn segment(&self) -> &[u8] {
        let end = self.file.len().min(self.offset + SEGMENT);
        &self.file[self.offset..end]
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
#[derive(Debug, Default)]
pub struct Receiver {
    /// The number of the segment that is next.
    next: u8,
    whole: bool,
}

impl Receiver {
    /// A receiver to which nothing has come yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a datagram that has come.
    pub fn received<'a>(&mut self, datagram: &'a [u8]) -> Received<'a> {
        let Some(Packet::Data { sequence, payload }) = Packet::parse(datagram) else {
            return Received {
                new: &[],
                answer: None,
            };
        };
        let mut new: &[u8] = &[];
        if sequence == self.next && !self.whole {
            new = payload;
            self.next = self.next.wrapping_add(1);
            self.whole = payload.len() < SEGMENT;
        }
        // Any other has come before, since a sender is never ahead of its receiver.
        // That it comes again may mean that the answer was lost.
        let answer = Packet::Ack { sequence }.encode();
        Received {
            new,
            answer: Some(answer),
        }
    }

    /// Whether the last segment has come. Its acknowledgement may be lost like any
    /// other, so whoever drives this end goes on answering for a while.
    pub fn is_whole(&self) -> bool {
        self.whole
    }
}
