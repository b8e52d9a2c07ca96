//! Where clients come in, and whom there is room for.

use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use anyhow::Context;
use mio::net::{TcpListener, TcpStream};
use mio::{Interest, Token};

use super::{Client, FIRST, Server};
use crate::mini_cache::Protocol;
use crate::mini_cache::connection::Connection;
use crate::mini_cache::memcached::Memcached;
use crate::mini_cache::resp::Resp;

/// A language that the server speaks.
#[derive(Clone, Copy, Debug)]
pub enum Language {
    /// Redis's.
    Resp,
    /// memcached's.
    Memcached,
}

/// An address, and what is spoken there.
pub(super) struct Door {
    listener: TcpListener,
    language: Language,
    /// Somebody may wait there.
    pub(super) open: bool,
}

impl Server {
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

    // ANCHOR: accept
    pub(super) fn accept(&mut self, now: Instant) {
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
        let nodelay = stream.set_nodelay(true);
        let registered = self.poll.registry().register(stream, token, interest);
        if nodelay.and(registered).is_err() {
            return; // it has left
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
}
