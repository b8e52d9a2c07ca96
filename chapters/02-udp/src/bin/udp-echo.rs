//! One datagram out, the same datagram back.

use std::net::UdpSocket;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Parser;
use program::{report, seconds};
use udp::talk::{ROOM, bind, bind_shared, brief, receive, receive_until, resolve, socket_for};

#[derive(Parser)]
#[command(about = "One datagram out, the same datagram back")]
enum Role {
    /// Send each datagram back to where it came from
    Server {
        addr: String,
        /// Receive into a buffer of so many octets
        #[arg(long, value_name = "OCTETS", default_value_t = ROOM)]
        buffer: usize,
        /// Share the address with others who also say this (SO_REUSEADDR)
        #[arg(long)]
        reuse: bool,
    },
    /// Send texts, a datagram each, and wait for what comes back
    Client {
        addr: String,
        #[arg(required = true)]
        texts: Vec<String>,
        /// How long to wait for each answer
        #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
        timeout: Duration,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server {
            addr,
            buffer,
            reuse,
        } => {
            let socket = if reuse {
                bind_shared(&addr)?
            } else {
                bind(&addr)?
            };
            server(&socket, buffer.min(ROOM))
        }
        Role::Client {
            addr,
            texts,
            timeout,
        } => client(&addr, &texts, timeout),
    })
}

// ANCHOR: server
fn server(socket: &UdpSocket, room: usize) -> anyhow::Result<()> {
    let mut buffer = vec![0; room];
    loop {
        let (length, client) = receive(socket, &mut buffer);
        let octets = &buffer[..length];
        println!("The client at {client} says {}", brief(octets));
        // Who can't be answered is no reason to leave the others.
        if let Err(error) = socket.send_to(octets, client) {
            report(client, &error.into());
        }
    }
}
// ANCHOR_END: server

// ANCHOR: client
fn client(addr: &str, texts: &[String], patience: Duration) -> anyhow::Result<()> {
    let server = resolve(addr)?;
    let socket = socket_for(server)?;
    println!("The system gave me {}", socket.local_addr()?);
    let mut buffer = [0; ROOM];
    for text in texts {
        let sent = socket.send_to(text.as_bytes(), server);
        sent.with_context(|| format!("send to {server}"))?;
        let deadline = Instant::now() + patience;
        let received = receive_until(&socket, &mut buffer, deadline);
        let waited = || format!("receive from {server}");
        let (length, from) = received.with_context(waited)?;
        println!("The server at {from} replied {}", brief(&buffer[..length]));
    }
    Ok(())
}
// ANCHOR_END: client
