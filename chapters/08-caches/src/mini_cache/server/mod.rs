//! The loop: one thread waits for all sockets and owns the store.

mod connection;
mod listeners;
mod lost;

use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context;
use mio::event::Event;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

pub use self::listeners::Language;

use self::connection::{Connection, Lent, Ready, Turn};
use self::listeners::Listeners;
use self::lost::Lost;
use super::limits::Limits;
use super::memcached::Memcached;
use super::protocol::Protocol;
use super::redis::Redis;
use super::store::Store;

/// How often connections are asked whether they are late, and the clock is read when
/// nobody asks for anything.
const TICK: Duration = Duration::from_millis(100);
/// Tokens of connections begin here; those below are listeners.
const FIRST: usize = 2;

/// How long a peer may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the rest of a command, or to read its answers.
    pub command: Duration,
    /// Between two commands.
    pub idle: Duration,
}

struct Client {
    connection: Connection,
    peer: SocketAddr,
    /// The memory that its buffers held after its last round.
    held: usize,
}

// ANCHOR: server
/// A cache server. Everything that it knows belongs to its one thread.
pub struct Server {
    poll: Poll,
    listeners: Listeners,
    /// At place n the client with the token `FIRST + n`.
    clients: Vec<Option<Client>>,
    /// Those that want another round.
    again: Vec<usize>,
    /// The memory that all connections hold together.
    held: usize,
    lent: Lent,
    store: Store,
    limits: Limits,
    patience: Patience,
}
// ANCHOR_END: server

impl Server {
    /// A server that nobody can reach yet.
    ///
    /// # Errors
    ///
    /// When the system has no more descriptors.
    pub fn new(store: Store, limits: Limits, patience: Patience) -> anyhow::Result<Server> {
        Ok(Server {
            poll: Poll::new().context("make a poll")?,
            listeners: Listeners::default(),
            clients: Vec::new(),
            again: Vec::new(),
            held: 0,
            lent: Lent::default(),
            store,
            limits,
            patience,
        })
    }

    /// Speaks `language` at `addr`, and returns the address.
    ///
    /// # Errors
    ///
    /// When the address can't be listened at.
    pub fn listen(&mut self, addr: &str, language: Language) -> anyhow::Result<SocketAddr> {
        self.listeners.add(self.poll.registry(), addr, language)
    }

    /// Serves until the process ends.
    ///
    /// # Errors
    ///
    /// When waiting fails.
    // ANCHOR: run
    pub fn run(&mut self) -> anyhow::Result<()> {
        let mut events = Events::with_capacity(1024);
        let mut ticked = Instant::now();
        loop {
            let wait = if self.again.is_empty() {
                TICK
            } else {
                Duration::ZERO
            };
            match self.poll.poll(&mut events, Some(wait)) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                polled => polled.context("wait for sockets")?,
            }
            // Time stands still for one turn of the loop: reading the clock for
            // every command would cost more than the command.
            let now = Instant::now();
            self.store.tick();
            for place in std::mem::take(&mut self.again) {
                self.round(place, Ready::default(), now);
            }
            for event in &events {
                self.event(event, now);
            }
            while let Some((stream, peer, language)) = self.listeners.accept() {
                self.welcome(stream, peer, language, now);
            }
            if now.saturating_duration_since(ticked) >= TICK {
                ticked = now;
                self.close_late(now);
            }
        }
    }

    // ANCHOR_END: run

    fn event(&mut self, event: &Event, now: Instant) {
        match event.token().0.checked_sub(FIRST) {
            Some(place) => {
                let ready = Ready {
                    to_read: event.is_readable(),
                    ended: event.is_read_closed(),
                };
                self.round(place, ready, now);
            }
            None => self.listeners.set_ready(event.token().0),
        }
    }

    fn welcome(
        &mut self,
        mut stream: TcpStream,
        peer: SocketAddr,
        language: Language,
        now: Instant,
    ) {
        let figures = &mut self.store.figures;
        if figures.connected >= self.limits.connections {
            figures.refused += 1;
            // One line into an empty send buffer needs no waiting.
            let _ = stream.write(match language {
                Language::Redis => b"-ERR max number of clients reached\r\n",
                Language::Memcached => b"ERROR Too many open connections\r\n",
            });
            return;
        }
        figures.connections += 1;
        let protocol: Box<dyn Protocol + Send> = match language {
            Language::Redis => Box::new(Redis::new(&self.limits)),
            Language::Memcached => Box::new(Memcached::new(&self.limits)),
        };
        let free = self.clients.iter().position(Option::is_none);
        let place = free.unwrap_or(self.clients.len());
        let token = Token(FIRST + place);
        let interest = Interest::READABLE | Interest::WRITABLE;
        // An answer must not wait for more answers: they have been collected already.
        let nodelay = stream.set_nodelay(true);
        let registry = self.poll.registry();
        let registered = registry.register(&mut stream, token, interest);
        if nodelay.and(registered).is_err() {
            return; // it has left
        }
        let client = Some(Client {
            connection: Connection::new(stream, protocol, &self.limits, now),
            peer,
            held: 0,
        });
        match self.clients.get_mut(place) {
            Some(slot) => *slot = client,
            None => self.clients.push(client),
        }
        self.store.figures.connected += 1;
    }

    fn round(&mut self, place: usize, ready: Ready, now: Instant) {
        let Some(Some(client)) = self.clients.get_mut(place) else {
            return; // closed in this turn
        };
        let mut turn = Turn {
            store: &mut self.store,
            limits: &self.limits,
            lent: &mut self.lent,
            now,
        };
        let done = client.connection.round(&mut turn, ready);
        let held = client.connection.held();
        self.held = self.held - client.held + held;
        let grew = held > client.held;
        client.held = held;
        match done {
            Ok(_) if grew && self.held > self.limits.buffers => {
                self.close(place, &Lost::Buffers(self.limits.buffers));
            }
            Ok(true) => self.again.push(place),
            Ok(false) => {}
            Err(lost) => self.close(place, &lost),
        }
    }

    fn close_late(&mut self, now: Instant) {
        let Patience { command, idle } = self.patience;
        for place in 0..self.clients.len() {
            let client = self.clients[place].as_ref();
            let late = client.and_then(|client| client.connection.late(now, command, idle));
            if let Some(lost) = late {
                self.close(place, &lost);
            }
        }
    }

    fn close(&mut self, place: usize, lost: &Lost) {
        let Some(mut client) = self.clients.get_mut(place).and_then(Option::take) else {
            return;
        };
        self.held -= client.held;
        self.store.figures.connected -= 1;
        let _ = self.poll.registry().deregister(client.connection.stream());
        // That a peer is gone is no news; what we refused it is.
        if !matches!(lost, Lost::Ended | Lost::Io(_)) {
            program::log(format_args!("{}: {lost}", client.peer));
        }
    }
}
