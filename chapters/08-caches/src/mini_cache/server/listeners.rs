//! Where clients come in.

use std::io;
use std::net::SocketAddr;

use anyhow::Context;
use mio::net::{TcpListener, TcpStream};
use mio::{Interest, Registry, Token};

/// A language that the server speaks.
#[derive(Clone, Copy, Debug)]
pub enum Language {
    /// Redis's.
    Redis,
    /// memcached's.
    Memcached,
}

/// An address, and what is spoken there.
struct Listener {
    socket: TcpListener,
    language: Language,
    /// Somebody may wait there: no accept has said otherwise since the system said so.
    ready: bool,
    /// There was no descriptor for the one who waits, which has been said.
    short: bool,
}

/// All of them; their tokens are their numbers.
#[derive(Default)]
pub struct Listeners(Vec<Listener>);

impl Listeners {
    /// Speaks `language` at `addr`, and returns the address.
    ///
    /// # Errors
    ///
    /// When the address can't be listened at.
    pub fn add(
        &mut self,
        registry: &Registry,
        addr: &str,
        language: Language,
    ) -> anyhow::Result<SocketAddr> {
        let socket = std::net::TcpListener::bind(addr).with_context(|| format!("bind {addr}"))?;
        socket.set_nonblocking(true)?;
        let address = socket.local_addr()?;
        let mut socket = TcpListener::from_std(socket);
        registry.register(&mut socket, Token(self.0.len()), Interest::READABLE)?;
        self.0.push(Listener {
            socket,
            language,
            ready: false,
            short: false,
        });
        Ok(address)
    }

    /// The system has said that somebody waits at this number.
    pub fn set_ready(&mut self, number: usize) {
        if let Some(listener) = self.0.get_mut(number) {
            listener.ready = true;
        }
    }

    /// The next client, and the language that it will speak. `None` if nobody waits or
    /// there is no descriptor for whoever does: then the next turn tries again.
    pub fn accept(&mut self) -> Option<(TcpStream, SocketAddr, Language)> {
        for listener in &mut self.0 {
            while listener.ready {
                match listener.socket.accept() {
                    Ok((stream, peer)) => {
                        listener.short = false;
                        return Some((stream, peer, listener.language));
                    }
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                        listener.ready = false;
                    }
                    // That client has left before its turn.
                    Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                    Err(error) => {
                        if !std::mem::replace(&mut listener.short, true) {
                            program::log(format_args!("accept: {}", program::io_cause(&error)));
                        }
                        break;
                    }
                }
            }
        }
        None
    }
}
