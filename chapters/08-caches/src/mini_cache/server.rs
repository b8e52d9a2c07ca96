//! The loop: one thread waits for all sockets and owns the store.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Context;
use mio::event::Event;
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

use super::connection::{Connection, Lent, Lost, Turn};
use super::memcached::Memcached;
use super::resp::Resp;
use super::store::Store;
use super::{Limits, Protocol};

/// How often connections are asked whether they are late, and the clock is read when
/// nobody asks for anything.
const TICK: Duration = Duration::from_millis(100);
/// Tokens of connections begin here; those below are doors.
const FIRST: usize = 2;

/// How long a peer may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the rest of a command, or to read its answers.
    pub command: Duration,
    /// Between two commands.
    pub idle: Duration,
}

/// A language that the server speaks.
#[derive(Clone, Copy, Debug)]
pub enum Language {
    /// Redis's.
    Resp,
    /// memcached's.
    Memcached,
}

struct Door {
    listener: TcpListener,
    language: Language,
    /// Somebody may wait there.
    open: bool,
}

struct Client {
    connection: Connection,
    peer: SocketAddr,
    held: usize,
}

// ANCHOR: server
/// A cache server. Everything that it knows belongs to its one thread.
pub struct Server {
    poll: Poll,
    doors: Vec<Door>,
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
            doors: Vec::new(),
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
        let listener = std::net::TcpListener::bind(addr).with_context(|| format!("bind {addr}"))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let mut listener = TcpListener::from_std(listener);
        let token = Token(self.doors.len());
        let registry = self.poll.registry();
        registry.register(&mut listener, token, Interest::READABLE)?;
        self.doors.push(Door {
            listener,
            language,
            open: false,
        });
        Ok(address)
    }

    // ANCHOR: run
    /// Serves until the process ends.
    ///
    /// # Errors
    ///
    /// When waiting fails.
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
                self.round(place, false, now);
            }
            for event in &events {
                self.event(event, now);
            }
            self.accept(now);
            if now.saturating_duration_since(ticked) >= TICK {
                ticked = now;
                self.close_late(now);
            }
        }
    }

    fn event(&mut self, event: &Event, now: Instant) {
        match event.token().0.checked_sub(FIRST) {
            Some(place) => {
                let readable = event.is_readable() || event.is_read_closed();
                self.round(place, readable, now);
            }
            None => {
                if let Some(door) = self.doors.get_mut(event.token().0) {
                    door.open = true;
                }
            }
        }
    }

    fn round(&mut self, place: usize, readable: bool, now: Instant) {
        let Some(Some(client)) = self.clients.get_mut(place) else {
            return; // closed in this turn
        };
        let mut turn = Turn {
            store: &mut self.store,
            limits: &self.limits,
            lent: &mut self.lent,
            now,
        };
        let done = client.connection.round(&mut turn, readable);
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
    // ANCHOR_END: run

    // ANCHOR: accept
    fn accept(&mut self, now: Instant) {
        for number in 0..self.doors.len() {
            while self.doors[number].open {
                match self.doors[number].listener.accept() {
                    Ok((stream, peer)) => self.welcome(stream, peer, number, now),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        self.doors[number].open = false;
                    }
                    // The client has left, or there is no descriptor for it. The door
                    // stays open: the next turn tries again.
                    Err(_) => break,
                }
            }
        }
    }

    fn welcome(&mut self, stream: TcpStream, peer: SocketAddr, door: usize, now: Instant) {
        let figures = &mut self.store.figures;
        if figures.connected >= self.limits.connections {
            figures.refused += 1;
            self.refuse(stream, door);
            return;
        }
        figures.connections += 1;
        let protocol: Box<dyn Protocol + Send> = match self.doors[door].language {
            Language::Resp => Box::new(Resp::new(&self.limits, figures.connections)),
            Language::Memcached => Box::new(Memcached::new(&self.limits)),
        };
        let mut connection = Connection::new(stream, protocol, &self.limits, now);
        let free = self.clients.iter().position(Option::is_none);
        let place = free.unwrap_or(self.clients.len());
        let token = Token(FIRST + place);
        let interest = Interest::READABLE | Interest::WRITABLE;
        let stream = connection.stream();
        // An answer must not wait for more answers: they have been collected already.
        let ready = stream.set_nodelay(true);
        if ready.is_err()
            || self
                .poll
                .registry()
                .register(stream, token, interest)
                .is_err()
        {
            return;
        }
        let client = Some(Client {
            connection,
            peer,
            held: 0,
        });
        match self.clients.get_mut(place) {
            Some(slot) => *slot = client,
            None => self.clients.push(client),
        }
        self.store.figures.connected += 1;
    }

    /// A client for whom there is no room is told so, if that needs no waiting.
    fn refuse(&self, mut stream: TcpStream, door: usize) {
        let words: &[u8] = match self.doors[door].language {
            Language::Resp => b"-ERR max number of clients reached\r\n",
            Language::Memcached => b"ERROR Too many open connections\r\n",
        };
        let _ = io::Write::write(&mut stream, words);
    }
    // ANCHOR_END: accept

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
            eprintln!("{}: {lost}", client.peer);
        }
    }
}
