//! What identifies a connection? One local address and port, used by two at once.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::OwnedFd;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::Parser;
use rustix::net::sockopt::set_socket_reuseaddr;
use rustix::net::{AddressFamily, SocketType, bind, connect, socket};

/// Use one local address and port for two connections at once
#[derive(Parser)]
#[command(about)]
struct Options {}

fn main() -> ExitCode {
    program::run(|| {
        let Options {} = Options::parse();
        one_server()?;
        one_client()
    })
}

/// A free port on the loopback interface.
const ANY: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 0);

// ANCHOR: server
/// All connections to a server have its address and port in common.
fn one_server() -> anyhow::Result<()> {
    let listener = TcpListener::bind(ANY)?;
    println!("A server listens at {}.", listener.local_addr()?);
    let clients = [
        TcpStream::connect(listener.local_addr()?)?,
        TcpStream::connect(listener.local_addr()?)?,
    ];
    for _ in &clients {
        let (accepted, _) = listener.accept().context("accept")?;
        println!("  accepted: {}", four_tuple(&accepted)?);
    }
    Ok(())
}

fn four_tuple(stream: &TcpStream) -> anyhow::Result<String> {
    let (ours, theirs) = (stream.local_addr()?, stream.peer_addr()?);
    Ok(format!("tcp, ours {ours}, theirs {theirs}"))
}
// ANCHOR_END: server

// ANCHOR: client
/// Two connections may also have a client's address and port in common.
fn one_client() -> anyhow::Result<()> {
    let servers = [TcpListener::bind(ANY)?, TcpListener::bind(ANY)?];
    let (datagrams, first) = same_port()?;
    let ours = datagrams.local_addr()?;
    println!("A client has {ours} for everything.");
    let first = connected(first, servers[0].local_addr()?)?;
    println!("  connected: {}", four_tuple(&first)?);
    let second = connected(bound(ours)?, servers[1].local_addr()?)?;
    println!("  connected: {}", four_tuple(&second)?);
    println!("  for datagrams: udp, ours {}", datagrams.local_addr()?);
    match connected(bound(ours)?, servers[0].local_addr()?) {
        Ok(third) => println!("  connected: {}", four_tuple(&third)?),
        Err(error) => println!("Once more to the first: {}", program::one_line(&error)),
    }
    Ok(())
}

/// A stream socket that has the local address and port `ours`.
fn bound(ours: SocketAddr) -> io::Result<OwnedFd> {
    let fd = socket(AddressFamily::INET, SocketType::STREAM, None)?;
    // Without it, a port that one socket has is refused to the next, before
    // anybody knows whom that one wants to talk to.
    set_socket_reuseaddr(&fd, true)?;
    bind(&fd, &ours)?;
    Ok(fd)
}

fn connected(fd: OwnedFd, server: SocketAddr) -> anyhow::Result<TcpStream> {
    let connected = connect(&fd, &server).map_err(io::Error::from);
    connected.with_context(|| format!("connect {server}"))?;
    Ok(TcpStream::from(fd))
}
// ANCHOR_END: client

/// A datagram socket and a stream socket with the same port.
fn same_port() -> anyhow::Result<(UdpSocket, OwnedFd)> {
    for _ in 0..100 {
        let datagrams = UdpSocket::bind(ANY)?;
        // Free for datagrams is not free for streams: these are other ports.
        if let Ok(stream) = bound(datagrams.local_addr()?) {
            return Ok((datagrams, stream));
        }
    }
    bail!("no port is free for both");
}
