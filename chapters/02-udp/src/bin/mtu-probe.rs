//! The largest datagram that leaves in one piece.

use std::net::UdpSocket;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Parser;
use program::{report, seconds};
use udp::mtu::{self, HEADERS, LARGEST};
use udp::talk::{ROOM, bind, connect, receive};

/// A probe that gets no answer so many times is taken to be too large.
const TRIES: usize = 3;

#[derive(Parser)]
#[command(about = "The largest datagram that leaves in one piece")]
enum Role {
    /// Answer each datagram with its size
    Server { addr: String },
    /// Try sizes, none of which may be cut into pieces on the way
    Client {
        addr: String,
        /// How long to wait for each answer
        #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
        timeout: Duration,
    },
    /// Both at once, on this machine's loopback
    Alone {
        /// Send one datagram of so many octets, which may be cut into fragments
        #[arg(long, value_name = "OCTETS")]
        fragments: Option<usize>,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { addr } => server(&bind(&addr)?),
        Role::Client { addr, timeout } => client(&connect(&addr)?, timeout),
        Role::Alone { fragments } => {
            let socket = UdpSocket::bind("127.0.0.1:0").context("bind 127.0.0.1:0")?;
            let addr = socket.local_addr()?.to_string();
            thread::spawn(move || server(&socket));
            match fragments {
                Some(size) => fragmented(&connect(&addr)?, size),
                None => client(&connect(&addr)?, Duration::from_secs(1)),
            }
        }
    })
}

fn server(socket: &UdpSocket) -> anyhow::Result<()> {
    let mut buffer = [0; ROOM];
    loop {
        let (length, client) = receive(socket, &mut buffer);
        let answer = length.to_string();
        if let Err(error) = socket.send_to(answer.as_bytes(), client) {
            report(client, &error.into());
        }
    }
}

// ANCHOR: client
fn client(server: &UdpSocket, patience: Duration) -> anyhow::Result<()> {
    mtu::dont_fragment(server).context("forbid fragments")?;
    println!(
        "The system says: packets of up to {} octets",
        mtu::known(server)?
    );
    let payload = mtu::largest(LARGEST, |size| probe(server, size, patience))?;
    let packet = payload + HEADERS;
    println!("Largest: {payload} octets, {packet} with the headers of UDP and IPv4");
    println!(
        "The system says: packets of up to {} octets",
        mtu::known(server)?
    );
    Ok(())
}

/// Whether a datagram of `size` octets arrives in one piece.
fn probe(server: &UdpSocket, size: usize, patience: Duration) -> anyhow::Result<bool> {
    for _ in 0..TRIES {
        match server.send(&vec![0; size]) {
            Err(error) if mtu::is_too_long(&error) => {
                // Unless a router's complaint about an earlier one came only now.
                if size + HEADERS > mtu::known(server)? as usize {
                    println!("{size:>6} octets: {}", program::io_cause(&error));
                    return Ok(false);
                }
                continue;
            }
            sent => sent.with_context(|| format!("send {size} octets"))?,
        };
        let answered = mtu::is_answered(server, size, Instant::now() + patience);
        if answered.with_context(|| format!("wait for the answer to {size} octets"))? {
            println!("{size:>6} octets arrive");
            return Ok(true);
        }
    }
    println!("{size:>6} octets: no answer");
    Ok(false)
}
// ANCHOR_END: client

fn fragmented(server: &UdpSocket, size: usize) -> anyhow::Result<()> {
    let before = mtu::fragments().context("read /proc/net/snmp")?;
    probe(server, size, Duration::from_secs(1))?;
    let fragments = mtu::fragments().context("read /proc/net/snmp")? - before;
    println!("The system has made {fragments} fragments");
    Ok(())
}
