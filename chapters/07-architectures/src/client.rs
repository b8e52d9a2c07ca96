//! A client of an engine that never waits for one client alone.

use std::io::{self, ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use anyhow::anyhow;

use crate::event_loop::{Connection, Interest};
use crate::serving::{Limits, send_at_once};

/// The octets to ask a socket for at a time.
const READ: usize = 4096;
/// How many calls one client gets before it is somebody else's turn.
const TURN: usize = 16;

/// A non-blocking stream, its state, and the time by which its present request has
/// to be over.
#[derive(Debug)]
pub struct Client<S> {
    /// The client's connection, which must not block.
    pub stream: S,
    peer: SocketAddr,
    connection: Connection,
    patience: Duration,
    deadline: Instant,
}

impl<S: Read + Write + AsFd> Client<S> {
    /// A client that has connected now.
    pub fn new(stream: S, peer: SocketAddr, limits: Limits) -> Client<S> {
        send_at_once(&stream);
        Client {
            stream,
            peer,
            connection: Connection::new(limits.question),
            patience: limits.timeout,
            deadline: Instant::now() + limits.timeout,
        }
    }

    /// When to give it up, unless it has its answer before.
    pub fn deadline(&self) -> Instant {
        self.deadline
    }

    /// What it waits for; neither, when it is over.
    pub fn interest(&self) -> Interest {
        self.connection.interest()
    }

    /// Reads and writes as far as that goes without waiting, and not for ever. Says
    /// whether the client stays. What went wrong is reported.
    // ANCHOR: advance
    pub fn advance(&mut self) -> bool {
        match self.calls() {
            Err(error) => self.report(&error.into()),
            Ok(Interest { read, write }) if read || write => return true,
            Ok(_) => {
                if let Some(refused) = self.connection.refused() {
                    self.report(&anyhow!("{refused}"));
                }
            }
        }
        false
    }

    fn calls(&mut self) -> io::Result<Interest> {
        let mut buffer = [0; READ];
        for _ in 0..TURN {
            let Interest { read, write } = self.connection.interest();
            let called = if write {
                self.write()
            } else if read {
                self.read(&mut buffer)
            } else {
                break;
            };
            match called {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                called => called?,
            }
        }
        Ok(self.connection.interest())
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<()> {
        match self.stream.read(buffer)? {
            0 => self.connection.ended(),
            read => self.connection.received(&buffer[..read]),
        }
        Ok(())
    }

    fn write(&mut self) -> io::Result<()> {
        let written = self.stream.write(self.connection.unsent())?;
        self.connection.sent(written);
        if self.connection.unsent().is_empty() {
            self.deadline = Instant::now() + self.patience;
        }
        Ok(())
    }
    // ANCHOR_END: advance

    /// Tells the operator that the client is given up because its time is up.
    pub fn report_slow(&self) {
        let error = anyhow!("gave up: not done within {:?}", self.patience);
        self.report(&error);
    }

    fn report(&self, error: &anyhow::Error) {
        program::report(self.peer, error);
    }
}
