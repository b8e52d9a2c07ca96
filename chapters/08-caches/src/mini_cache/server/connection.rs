//! One client's connection: what came and is not a command yet, and answers that
//! were not sent yet.

use std::io::{self, Read};
use std::net::Shutdown;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use mio::net::TcpStream;

use super::lost::Lost;
use crate::mini_cache::limits::Limits;
use crate::mini_cache::output::Output;
use crate::mini_cache::protocol::{Protocol, Step};
use crate::mini_cache::store::Store;

/// The octets that one read takes at the most.
pub const READ: usize = 16 * 1024;
/// With so many octets of answers unsent, no further command is done.
const PAUSE: usize = 256 * 1024;

/// Memory that the server lends to whichever connection it is busy with. A command that
/// comes whole, as most do, takes no memory of its connection's own.
#[derive(Debug)]
pub struct Lent {
    chunk: Box<[u8]>,
    input: BytesMut,
}

impl Default for Lent {
    fn default() -> Lent {
        Lent {
            chunk: vec![0; READ].into(),
            input: BytesMut::new(),
        }
    }
}

/// A client's connection; `protocol` knows what its octets mean.
pub struct Connection {
    stream: TcpStream,
    protocol: Box<dyn Protocol + Send>,
    input: BytesMut,
    output: Output,
    /// The octets that came since the last whole command.
    unfinished: usize,
    /// There may be something to read: no read has said otherwise since the system
    /// said so.
    readable: bool,
    /// The system has said that the peer has ended its stream.
    ended: bool,
    /// There may be whole commands in the input.
    paused: bool,
    /// No more commands are wanted: what comes is thrown away until the peer ends.
    closing: bool,
    /// Since when the peer owes us something: the rest of a command, or a read.
    owes_since: Option<Instant>,
    /// When it last sent anything.
    heard: Instant,
}

impl Connection {
    /// A connection that was accepted at `now`.
    pub fn new(
        stream: TcpStream,
        protocol: Box<dyn Protocol + Send>,
        limits: &Limits,
        now: Instant,
    ) -> Connection {
        Connection {
            stream,
            protocol,
            input: BytesMut::new(),
            output: Output::new(limits.answers),
            unfinished: 0,
            readable: false,
            ended: false,
            paused: false,
            closing: false,
            owes_since: None,
            heard: now,
        }
    }

    /// Its socket.
    pub fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    /// The memory that its buffers hold.
    pub fn held(&self) -> usize {
        self.input.capacity().max(self.unfinished) + self.output.held()
    }

    /// One round: reads once, answers every command in what came, and sends all
    /// answers with one write. `Ok(true)` asks for another round; those of other
    /// connections come first.
    ///
    /// # Errors
    ///
    /// When the connection is to be closed.
    // ANCHOR: round
    pub fn round(&mut self, turn: &mut Turn<'_>, ready: Ready) -> Result<bool, Lost> {
        self.readable |= ready.to_read || ready.ended;
        self.ended |= ready.ended;
        let sent_before = self.output.is_empty();
        // A peer that doesn't read its answers gets no further ones.
        if sent_before {
            if self.readable && !self.paused {
                self.read(turn)?;
            }
            self.work(turn)?;
        }
        if !self.output.write_to(&mut self.stream)? {
            self.owes_since.get_or_insert(turn.now);
            return Ok(false);
        }
        if !sent_before {
            self.owes_since = None;
        }
        if self.closing {
            self.stream.shutdown(Shutdown::Write)?;
            self.owes_since.get_or_insert(turn.now);
        } else if self.unfinished > 0 {
            self.owes_since.get_or_insert(turn.now);
        }
        Ok(self.readable || self.paused)
    }

    // ANCHOR_END: round

    fn read(&mut self, turn: &mut Turn<'_>) -> Result<(), Lost> {
        let read = match self.stream.read(&mut turn.lent.chunk) {
            Ok(0) => return Err(Lost::Ended),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.readable = false;
                return Ok(());
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        // Less than there was room for: no more is there, and the system will say so when
        // more comes. It says only once that the peer has ended.
        self.readable = read == turn.lent.chunk.len() || self.ended;
        self.heard = turn.now;
        if self.closing {
            return Ok(()); // thrown away
        }
        if self.input.capacity() == 0 {
            self.input = std::mem::take(&mut turn.lent.input);
        }
        self.input.extend_from_slice(&turn.lent.chunk[..read]);
        self.unfinished += read;
        Ok(())
    }

    // ANCHOR: work
    fn work(&mut self, turn: &mut Turn<'_>) -> Result<(), Lost> {
        self.paused = false;
        while !self.closing && !self.paused {
            let step = self
                .protocol
                .step(&mut self.input, turn.store, &mut self.output);
            match step {
                Step::Answered => {
                    self.unfinished = self.input.len();
                    self.owes_since = None;
                }
                Step::Incomplete => break,
                Step::Close => self.closing = true,
            }
            self.paused = self.output.len() >= PAUSE;
        }
        if self.output.overrun() {
            return Err(Lost::Answers(turn.limits.answers));
        }
        if self.unfinished > turn.limits.request && !self.paused {
            return Err(Lost::Request(turn.limits.request));
        }
        if self.input.is_empty() || self.closing {
            // Back to the server, unless a large command made it large.
            let input = std::mem::take(&mut self.input);
            if input.is_empty() && input.capacity() <= 4 * READ {
                turn.lent.input = input;
            }
        }
        Ok(())
    }
    // ANCHOR_END: work

    // ANCHOR: late
    /// Whether the peer has used up its time.
    pub fn late(&self, now: Instant, patience: Duration, idle: Duration) -> Option<Lost> {
        let over = |since: Instant, time| now.saturating_duration_since(since) >= time;
        let slow = |what, patience| Some(Lost::Slow { what, patience });
        match self.owes_since {
            Some(since) if over(since, patience) => match (self.output.is_empty(), self.closing) {
                (false, _) => slow("the answers were not read", patience),
                (true, true) => Some(Lost::Ended),
                (true, false) => slow("the command did not end", patience),
            },
            None if over(self.heard, idle) => slow("nothing was asked", idle),
            _ => None,
        }
    }
    // ANCHOR_END: late
}

/// What the system says of a socket.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ready {
    /// Something has come.
    pub to_read: bool,
    /// The peer has ended its stream; what came before may still be there.
    pub ended: bool,
}

/// What a connection works with when its turn comes.
pub struct Turn<'a> {
    /// What is stored.
    pub store: &'a mut Store,
    /// What a client may ask of the server.
    pub limits: &'a Limits,
    /// Memory to read into.
    pub lent: &'a mut Lent,
    /// The time of this turn.
    pub now: Instant,
}
