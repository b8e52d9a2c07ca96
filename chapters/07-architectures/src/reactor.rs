//! A reactor: one loop that owns all sockets, and calls an object of each
//! connection when something has happened to it.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use anyhow::Context;
use bytes::{Buf, BytesMut};
use mio::event::Event;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::serving::{Accepted, Acceptor, send_at_once};

const LISTENER: Token = Token(0);
/// The only one, where there is no listener.
const CONNECTION: Token = Token(0);
/// So many events at a time; more come with the next poll.
const EVENTS: usize = 256;
/// The octets to ask a socket for at a time.
const READ: usize = 4096;

/// What one connection has to do. The reactor calls these methods, one at a time;
/// none of them may wait for anything.
// ANCHOR: protocol
pub trait Protocol {
    /// Both ends are there.
    fn connected(&mut self, transport: &mut Transport);
    /// These octets came, cut anywhere.
    fn received(&mut self, transport: &mut Transport, octets: &[u8]);
    /// Everything that was written is with the system now.
    fn written(&mut self, transport: &mut Transport);
    /// The peer has ended its direction.
    fn ended(&mut self, transport: &mut Transport);
    /// The time that was set has passed.
    fn timed_out(&mut self, transport: &mut Transport);
    /// The connection is gone, and not because of us. Nothing is called after this.
    fn lost(&mut self, peer: SocketAddr, error: &io::Error);
}
// ANCHOR_END: protocol

/// A protocol's side of its connection.
// ANCHOR: transport
#[derive(Debug)]
pub struct Transport {
    /// Who is at the other end.
    pub peer: SocketAddr,
    output: BytesMut,
    deadline: Option<Instant>,
    closing: bool,
}

impl Transport {
    /// Writes `octets`, now or as soon as there is room. Until they are written,
    /// nothing is read from this peer.
    pub fn write(&mut self, octets: &[u8]) {
        self.output.extend_from_slice(octets);
    }

    /// Closes the connection once everything is written. Nothing is read any more.
    pub fn close(&mut self) {
        self.closing = true;
    }

    /// Closes the connection now.
    pub fn abort(&mut self) {
        self.output.clear();
        self.closing = true;
    }

    /// Calls `timed_out` after `time`, unless another time is set before.
    pub fn set_timeout(&mut self, time: Duration) {
        self.deadline = Some(Instant::now() + time);
    }

    fn is_over(&self) -> bool {
        self.closing && self.output.is_empty()
    }
}
// ANCHOR_END: transport

struct Entry<P> {
    stream: TcpStream,
    transport: Transport,
    protocol: P,
}

/// Serves the clients of `listener`, up to `most` at a time; `protocol` makes an
/// object for each.
///
/// # Errors
///
/// When nobody can be accepted any more.
pub fn run<P: Protocol>(
    listener: TcpListener,
    most: usize,
    mut protocol: impl FnMut() -> P,
) -> anyhow::Result<()> {
    listener.set_nonblocking(true)?;
    let mut listener = mio::net::TcpListener::from_std(listener);
    let mut poll = Poll::new()?;
    let registry = poll.registry().try_clone()?;
    registry.register(&mut listener, LISTENER, Interest::READABLE)?;

    let mut events = Events::with_capacity(EVENTS);
    let mut acceptor = Acceptor::default();
    let (mut waiting, mut paused_until) = (false, None);
    let mut entries: HashMap<Token, Entry<P>> = HashMap::new();
    let mut deadlines: BTreeSet<(Instant, Token)> = BTreeSet::new();
    let mut number = LISTENER.0;
    loop {
        let next = deadlines.first().map(|(next, _)| *next);
        let next = next.into_iter().chain(paused_until).min();
        let time = next.map(|next| next.saturating_duration_since(Instant::now()));
        match poll.poll(&mut events, time) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            polled => polled.context("poll")?,
        }

        // Who has something to say, and whose time is up.
        let now = Instant::now();
        let mut tokens: Vec<Token> = events.iter().map(Event::token).collect();
        let late = deadlines
            .iter()
            .take_while(|(deadline, _)| *deadline <= now);
        tokens.extend(late.map(|(_, token)| *token));
        for token in tokens {
            waiting |= token == LISTENER;
            let Some(mut entry) = entries.remove(&token) else {
                continue;
            };
            deadlines.remove(&(entry.transport.deadline.unwrap_or(now), token));
            if entry.call(now) {
                let interest = entry.interest();
                registry.reregister(&mut entry.stream, token, interest)?;
                deadlines.extend(entry.transport.deadline.map(|deadline| (deadline, token)));
                entries.insert(token, entry);
            }
        }

        paused_until = paused_until.filter(|until| *until > now);
        while waiting && paused_until.is_none() && entries.len() < most {
            match acceptor.judge(listener.accept())? {
                Accepted::Client((stream, peer)) => {
                    number += 1;
                    let token = Token(number);
                    let mut entry = Entry::new(stream, peer, protocol());
                    let interest = entry.interest();
                    registry.register(&mut entry.stream, token, interest)?;
                    deadlines.extend(entry.transport.deadline.map(|deadline| (deadline, token)));
                    entries.insert(token, entry);
                }
                Accepted::Gone => {}
                Accepted::Nobody => waiting = false,
                Accepted::Pause(pause) => paused_until = Some(now + pause),
            }
        }
    }
}

/// Has `protocol` talk over `stream`, which is connected, until that is over.
///
/// # Errors
///
/// When the system can't wait for it. What becomes of the connection, `protocol` hears.
pub fn talk<P: Protocol>(stream: std::net::TcpStream, protocol: P) -> anyhow::Result<()> {
    let peer = stream.peer_addr()?;
    stream.set_nonblocking(true)?;
    let mut entry = Entry::new(TcpStream::from_std(stream), peer, protocol);
    let mut poll = Poll::new()?;
    let registry = poll.registry().try_clone()?;
    let interest = entry.interest();
    registry.register(&mut entry.stream, CONNECTION, interest)?;
    let mut events = Events::with_capacity(1);
    loop {
        let next = entry.transport.deadline;
        let time = next.map(|next| next.saturating_duration_since(Instant::now()));
        match poll.poll(&mut events, time) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            polled => polled.context("poll")?,
        }
        if !entry.call(Instant::now()) {
            return Ok(());
        }
        let interest = entry.interest();
        registry.reregister(&mut entry.stream, CONNECTION, interest)?;
    }
}

impl<P: Protocol> Entry<P> {
    fn new(stream: TcpStream, peer: SocketAddr, mut protocol: P) -> Entry<P> {
        send_at_once(&stream);
        let mut transport = Transport {
            peer,
            output: BytesMut::new(),
            deadline: None,
            closing: false,
        };
        protocol.connected(&mut transport);
        Entry {
            stream,
            transport,
            protocol,
        }
    }

    fn interest(&self) -> Interest {
        match self.transport.output.is_empty() {
            true => Interest::READABLE,
            false => Interest::WRITABLE,
        }
    }

    /// Calls the object, and says whether the connection stays.
    fn call(&mut self, now: Instant) -> bool {
        if self
            .transport
            .deadline
            .is_some_and(|deadline| deadline <= now)
        {
            self.transport.deadline = None;
            self.protocol.timed_out(&mut self.transport);
        }
        match self.read().and_then(|()| self.write()) {
            Err(error) if error.kind() == ErrorKind::Interrupted => true,
            Err(error) if error.kind() == ErrorKind::WouldBlock => true,
            Err(error) => {
                self.protocol.lost(self.transport.peer, &error);
                false
            }
            Ok(()) => !self.transport.is_over(),
        }
    }

    fn read(&mut self) -> io::Result<()> {
        if self.transport.closing || !self.transport.output.is_empty() {
            return Ok(());
        }
        let mut buffer = [0; READ];
        match self.stream.read(&mut buffer)? {
            0 => self.protocol.ended(&mut self.transport),
            read => self.protocol.received(&mut self.transport, &buffer[..read]),
        }
        Ok(())
    }

    fn write(&mut self) -> io::Result<()> {
        while !self.transport.output.is_empty() {
            let written = self.stream.write(&self.transport.output)?;
            self.transport.output.advance(written);
            if self.transport.output.is_empty() {
                self.protocol.written(&mut self.transport);
            }
        }
        Ok(())
    }
}
