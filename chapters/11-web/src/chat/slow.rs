//! What waits for a reader who is slow.

use std::io::{self, Read, Write};

use tokio_tungstenite::tungstenite::protocol::{Role, WebSocket, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

/// The other end of a connection whose buffers are full, for good.
#[derive(Debug)]
pub struct Stuck;

impl Read for Stuck {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }
}

impl Write for Stuck {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::WouldBlock.into())
    }
}

// ANCHOR: fill
/// Writes `messages` of `size` octets to somebody who reads nothing. Returns how many were
/// taken before one was refused.
///
/// # Errors
///
/// What goes wrong but a full buffer.
pub fn fill(config: WebSocketConfig, messages: usize, size: usize) -> Result<usize, Error> {
    let mut socket = WebSocket::from_raw_socket(Stuck, Role::Server, Some(config));
    for taken in 0..messages {
        match socket.write(Message::text("x".repeat(size))) {
            Ok(()) => {}
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {} // it waits
            Err(Error::WriteBufferFull(_)) => return Ok(taken),
            Err(error) => return Err(error),
        }
    }
    Ok(messages)
}
// ANCHOR_END: fill
