//! One datagram for everybody on a network.

use std::net::UdpSocket;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use udp::talk::{ROOM, bind_shared, brief, receive, resolve, socket_for};

#[derive(Parser)]
#[command(about = "One datagram for everybody on a network")]
enum Role {
    /// Print what comes; others on this machine may listen, too
    Listen { addr: String },
    /// Send a text to a broadcast address
    Send {
        addr: String,
        text: String,
        /// Leave out SO_BROADCAST
        #[arg(long)]
        without_asking: bool,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Listen { addr } => listen(&bind_shared(&addr)?),
        Role::Send {
            addr,
            text,
            without_asking,
        } => send(&addr, &text, !without_asking),
    })
}

fn listen(socket: &UdpSocket) -> anyhow::Result<()> {
    let mut buffer = [0; ROOM];
    loop {
        let (length, from) = receive(socket, &mut buffer);
        println!("{from} says {}", brief(&buffer[..length]));
    }
}

// ANCHOR: send
fn send(addr: &str, text: &str, ask: bool) -> anyhow::Result<()> {
    let everybody = resolve(addr)?;
    let socket = socket_for(everybody)?;
    if ask {
        socket.set_broadcast(true)?;
    }
    let sent = socket
        .send_to(text.as_bytes(), everybody)
        .with_context(|| format!("send to {everybody}"))?;
    println!("sent {sent} octets to {everybody}");
    Ok(())
}
// ANCHOR_END: send
