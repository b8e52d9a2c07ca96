//! One listener for IPv4 and IPv6, and what a peer's address looks like there.

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use program::{Connect, Conversation, accept, report};
use socket2::{Domain, Protocol, Socket, Type};

const PATIENCE: Duration = Duration::from_secs(10); // for a client to take its line

#[derive(Parser)]
#[command(about = "One listener for IPv4 and IPv6, and what a peer's address looks like there")]
enum Role {
    /// Tell each client how its address looks
    Server {
        /// As in `[::]:1060`, which is any address of this host
        addr: SocketAddr,
        /// At an IPv6 address, take nothing that comes over IPv4
        #[arg(long)]
        only_v6: bool,
    },
    /// Ask a server how our address looks
    Client(Connect),
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { addr, only_v6 } => server(addr, only_v6),
        Role::Client(connect) => client(&connect),
    })
}

// ANCHOR: listen
fn listen(addr: SocketAddr, only_v6: bool) -> std::io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    if addr.is_ipv6() {
        // Said, since systems differ in what they do if it isn't.
        socket.set_only_v6(only_v6)?;
    }
    socket.set_reuse_address(true)?; // as std does
    socket.bind(&addr.into())?;
    socket.listen(128)?;
    Ok(socket.into())
}
// ANCHOR_END: listen

// ANCHOR: server
fn server(addr: SocketAddr, only_v6: bool) -> anyhow::Result<()> {
    program::stop_on_ctrl_c()?;
    let listener = listen(addr, only_v6).with_context(|| format!("bind {addr}"))?;
    println!("Listening at {}", listener.local_addr()?);
    loop {
        let (stream, peer) = accept(&listener);
        let mut stream = Conversation::new(stream, PATIENCE);
        if let Err(error) = stream.write_all(describe(peer).as_bytes()) {
            report(peer, &error.into());
        }
    }
}

/// How a peer's address looks, and what it means.
fn describe(peer: SocketAddr) -> String {
    match (peer.ip(), peer.ip().to_canonical()) {
        (IpAddr::V6(_), IpAddr::V4(real)) => {
            format!("you are {peer}, which is {real} over IPv4")
        }
        (IpAddr::V6(_), _) => format!("you are {peer}, over IPv6"),
        (IpAddr::V4(_), _) => format!("you are {peer}, over IPv4"),
    }
}
// ANCHOR_END: server

fn client(connect: &Connect) -> anyhow::Result<()> {
    let mut line = String::new();
    let stream = connect.connect()?;
    stream.take(200).read_to_string(&mut line)?;
    println!("{line}");
    Ok(())
}
