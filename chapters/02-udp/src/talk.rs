//! How the programs of this chapter get their sockets, and how they wait.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use anyhow::Context;
pub use program::resolve;
use program::{keep_trying, show};
use socket2::{Domain, Protocol, Socket, Type};

/// Room for any datagram. The length field of UDP has 16 bits and counts the
/// header, too (RFC 768), so whoever has room for 65,535 octets loses none.
pub const ROOM: usize = 65_535;

/// Receives at `addr`, says where, and ends the program on Ctrl-C.
///
/// # Errors
///
/// When the address can't be had.
// ANCHOR: bind
pub fn bind(addr: &str) -> anyhow::Result<UdpSocket> {
    program::stop_on_ctrl_c()?;
    let socket = UdpSocket::bind(addr).with_context(|| format!("bind {addr}"))?;
    println!("Listening at {}", socket.local_addr()?);
    Ok(socket)
}
// ANCHOR_END: bind

/// As [`bind`], although others may have bound the address, if they allow that as
/// this does.
///
/// # Errors
///
/// When the address can't be had.
pub fn bind_shared(addr: &str) -> anyhow::Result<UdpSocket> {
    program::stop_on_ctrl_c()?;
    let socket = open_shared(addr)?;
    println!("Listening at {}", socket.local_addr()?);
    Ok(socket)
}

/// A socket at `addr` that leaves room for others there.
///
/// # Errors
///
/// When the address can't be had.
// ANCHOR: shared
pub fn open_shared(addr: &str) -> anyhow::Result<UdpSocket> {
    let address = resolve(addr)?;
    let (domain, udp) = (Domain::for_address(address), Some(Protocol::UDP));
    let socket = Socket::new(domain, Type::DGRAM, udp).context("a socket")?;
    // Before bind, which it is about; std's `UdpSocket::bind` leaves no gap for it.
    socket.set_reuse_address(true)?;
    socket
        .bind(&address.into())
        .with_context(|| format!("bind {addr}"))?;
    Ok(socket.into())
}
// ANCHOR_END: shared

/// A socket that can send to `peer`, with a port that the system chooses.
///
/// # Errors
///
/// When the system has no socket or no port left.
// ANCHOR: socket_for
pub fn socket_for(peer: SocketAddr) -> anyhow::Result<UdpSocket> {
    let any: SocketAddr = match peer {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    UdpSocket::bind(any).with_context(|| format!("bind {any}"))
}
// ANCHOR_END: socket_for

/// A socket that sends to `addr` and hears nobody else.
///
/// # Errors
///
/// When there is no such address, or no way to it.
// ANCHOR: connect
pub fn connect(addr: &str) -> anyhow::Result<UdpSocket> {
    let peer = resolve(addr)?;
    let socket = socket_for(peer)?;
    socket
        .connect(peer)
        .with_context(|| format!("connect {peer}"))?;
    Ok(socket)
}
// ANCHOR_END: connect

/// Waits for the next datagram, whoever sends it, for as long as it takes.
// ANCHOR: receive
pub fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> (usize, SocketAddr) {
    // Some systems tell a server here that a client it has answered is gone. That is
    // no reason to leave the others.
    keep_trying("receive", || socket.recv_from(buffer))
}
// ANCHOR_END: receive

/// Waits for the next datagram until `deadline`. A stranger who keeps sending
/// can't make a client wait for longer: each call gets only what is left.
///
/// # Errors
///
/// [`io::ErrorKind::TimedOut`] when the time is over; else as
/// [`UdpSocket::recv_from`].
// ANCHOR: receive_until
pub fn receive_until(
    socket: &UdpSocket,
    buffer: &mut [u8],
    deadline: Instant,
) -> io::Result<(usize, SocketAddr)> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "no answer in time"));
        }
        socket.set_read_timeout(Some(left))?;
        match socket.recv_from(buffer) {
            // A socket's time-out reads "resource temporarily unavailable".
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock
                        | io::ErrorKind::TimedOut
                        | io::ErrorKind::Interrupted
                ) => {}
            received => return received,
        }
    }
}
// ANCHOR_END: receive_until

/// Octets as text, but no more than the first 100: what a stranger sends should not
/// fill a screen.
pub fn brief(octets: &[u8]) -> String {
    let (start, rest) = octets.split_at(octets.len().min(100));
    match rest.len() {
        0 => show(start).to_string(),
        more => format!("{} and {more} octets more", show(start)),
    }
}

/// Sends `request` over a connected socket and waits for one answer.
///
/// # Errors
///
/// Those of the socket, with its peer, and when there is no answer in time.
pub fn ask(socket: &UdpSocket, request: &[u8], patience: Duration) -> anyhow::Result<Vec<u8>> {
    let peer = socket.peer_addr()?;
    let mut buffer = vec![0; ROOM];
    let answer = socket
        .send(request)
        .with_context(|| format!("send to {peer}"))
        .and_then(|_| {
            receive_until(socket, &mut buffer, Instant::now() + patience)
                .with_context(|| format!("receive from {peer}"))
        });
    let (length, _) = answer?;
    buffer.truncate(length);
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_shown_in_brief() {
        assert_eq!(brief(&[b'x'; 100]), format!("\"{}\"", "x".repeat(100)));
        let long = brief(&[b'x'; 101]);
        assert_eq!(long, format!("\"{}\" and 1 octets more", "x".repeat(100)));
    }

    #[test]
    fn a_stranger_can_not_prolong_the_wait() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let stranger = connect(&socket.local_addr().unwrap().to_string()).unwrap();
        let started = Instant::now();
        let deadline = started + Duration::from_millis(50);
        loop {
            stranger.send(b"still here").unwrap();
            match receive_until(&socket, &mut [0; 64], deadline) {
                Ok(_) => assert!(started.elapsed() < Duration::from_secs(10)),
                Err(error) => break assert_eq!(error.kind(), io::ErrorKind::TimedOut),
            }
        }
    }
}
