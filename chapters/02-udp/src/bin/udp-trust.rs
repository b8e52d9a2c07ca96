//! Whom a client believes: whoever answers, the address it asked, or the one that
//! its socket is connected to.

use std::io::stdin;
use std::net::UdpSocket;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::{Parser, ValueEnum};
use program::{io_cause, seconds};
use udp::talk::{ROOM, bind, brief, connect, receive, receive_until, resolve, socket_for};

#[derive(Parser)]
#[command(about = "Whom a client believes")]
enum Role {
    /// Answer each datagram when Enter is pressed, and not before
    Server { addr: String },
    /// Ask one question
    Client {
        addr: String,
        text: String,
        /// Whose answer to take
        #[arg(long, value_enum, default_value = "connection")]
        trust: Trust,
        /// How long to wait for an answer
        #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
        timeout: Duration,
    },
    /// Send a datagram to somebody who asked somebody else
    Stranger { addr: String, text: String },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Trust {
    /// Whoever sends something
    Anyone,
    /// Who has the address that was asked
    Address,
    /// Who gets through to a connected socket
    Connection,
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { addr } => server(&bind(&addr)?),
        Role::Client {
            addr,
            text,
            trust,
            timeout,
        } => client(&addr, &text, trust, timeout),
        Role::Stranger { addr, text } => stranger(&addr, &text),
    })
}

fn server(socket: &UdpSocket) -> anyhow::Result<()> {
    let mut buffer = [0; ROOM];
    loop {
        let (length, client) = receive(socket, &mut buffer);
        println!("{client} asks {}", brief(&buffer[..length]));
        println!("Press Enter, and I answer.");
        ensure!(stdin().read_line(&mut String::new())? > 0, "nobody there");
        socket
            .send_to(b"true", client)
            .with_context(|| format!("send to {client}"))?;
    }
}

// ANCHOR: client
fn client(addr: &str, text: &str, trust: Trust, patience: Duration) -> anyhow::Result<()> {
    let server = resolve(addr)?;
    let socket = socket_for(server)?;
    if trust == Trust::Connection {
        socket.connect(server)?;
    }
    println!("I am {}", socket.local_addr()?);
    match trust {
        Trust::Connection => socket.send(text.as_bytes())?,
        _ => socket.send_to(text.as_bytes(), server)?,
    };
    // One deadline for all datagrams, or a stranger could make us wait for ever.
    let deadline = Instant::now() + patience;
    let mut buffer = [0; ROOM];
    loop {
        let (length, from) = receive_until(&socket, &mut buffer, deadline)
            .with_context(|| format!("receive from {server}"))?;
        let answer = brief(&buffer[..length]);
        if trust == Trust::Address && from != server {
            println!("{from} is not whom I asked: {answer}");
            continue;
        }
        println!("{from} answers {answer}");
        return Ok(());
    }
}
// ANCHOR_END: client

fn stranger(addr: &str, text: &str) -> anyhow::Result<()> {
    let socket = connect(addr)?;
    let sent = socket.send(text.as_bytes())?;
    println!("sent {sent} octets from {}", socket.local_addr()?);
    let deadline = Instant::now() + Duration::from_millis(200);
    match receive_until(&socket, &mut [0; ROOM], deadline) {
        Err(error) => println!("and then: {}", io_cause(&error)),
        Ok(_) => println!("and then: an answer"),
    }
    Ok(())
}
