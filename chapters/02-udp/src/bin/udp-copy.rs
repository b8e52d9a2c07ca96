//! A file over datagrams: one segment at a time, each until it is acknowledged.

use std::io::ErrorKind;
use std::net::UdpSocket;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use clap::Parser;
use program::report;
use udp::incoming::Incoming;
use udp::internet_checksum::checksum;
use udp::stop_and_wait::{Packet, Sender, State};
use udp::talk::{ROOM, bind, connect, receive, receive_until};

/// Whoever does not get on for so long loses its place to another client.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Parser)]
#[command(about = "A file over datagrams, one segment at a time")]
enum Role {
    /// Receive files, one after the other
    Server {
        addr: String,
        /// Lose the datagrams with these numbers, from 1, as in 1,2,4
        #[arg(long, value_delimiter = ',')]
        drop: Vec<u64>,
        /// Lose the answers to these
        #[arg(long, value_delimiter = ',')]
        drop_answers: Vec<u64>,
    },
    /// Send a file of so many octets
    Client { addr: String, octets: u16 },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server {
            addr,
            drop,
            drop_answers,
        } => server(&bind(&addr)?, &drop, &drop_answers),
        Role::Client { addr, octets } => {
            let file: Vec<u8> = (0..octets).map(|n| (n % 251) as u8).collect();
            println!("{} octets, checksum {:04x}", file.len(), checksum(&file));
            client(&connect(&addr)?, file)
        }
    })
}

fn server(socket: &UdpSocket, drop: &[u64], mute: &[u64]) -> anyhow::Result<()> {
    let mut buffer = [0; ROOM];
    let mut incoming = Incoming::default();
    let mut number = 0;
    loop {
        let (length, client) = receive(socket, &mut buffer);
        let datagram = &buffer[..length];
        number += 1;
        let what = describe(datagram);
        if drop.contains(&number) {
            println!("{number}: {what} is lost");
            continue;
        }
        let was_whole = incoming.whole().is_some();
        let taken = incoming.take(client, datagram, PATIENCE);
        let (new, answer) = taken.unwrap_or_else(|error| {
            report(client, &error);
            (0, None)
        });
        println!("{number}: {what}, {new} octets are new");
        if let Some(file) = incoming.whole().filter(|_| !was_whole) {
            println!("{} octets, checksum {:04x}", file.len(), checksum(file));
        }
        match answer {
            Some(_) if mute.contains(&number) => println!("{number}: the answer is lost"),
            Some(answer) => {
                if let Err(error) = socket.send_to(&answer, client) {
                    report(client, &error.into());
                }
            }
            None => {}
        }
    }
}

fn describe(datagram: &[u8]) -> String {
    match Packet::parse(datagram) {
        Some(Packet::Data { sequence, .. }) => format!("segment {sequence}"),
        _ => format!("{} octets", datagram.len()),
    }
}

// ANCHOR: client
fn client(server: &UdpSocket, file: Vec<u8>) -> anyhow::Result<()> {
    let mut sender = Sender::new(file);
    let mut buffer = [0; 64];
    loop {
        if let Some(segment) = sender.poll(Instant::now()) {
            server.send(&segment).context("send")?;
        }
        let Some(deadline) = sender.deadline() else {
            break;
        };
        let received = receive_until(server, &mut buffer, deadline);
        match received.map_err(|error| error.kind()) {
            Ok((length, _)) => sender.received(&buffer[..length]),
            // Where there is no server, there may be one soon.
            Err(ErrorKind::TimedOut | ErrorKind::ConnectionRefused) => {}
            Err(kind) => bail!("receive: {kind}"),
        }
    }
    ensure!(sender.state() == State::Done, "gave up");
    println!("all is acknowledged");
    Ok(())
}
// ANCHOR_END: client
