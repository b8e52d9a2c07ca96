//! Round trips with and without TCP_NODELAY: a small write that waits.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Parser;
use program::{Conversation, Listen};
use tcp::wait::PATIENCE;

const WARM_UP: usize = 4; // round trips: a new connection is acknowledged at once
const ROUND_TRIPS: usize = 9;
const REQUEST: &[u8; 16] = b"ROUND TRIP 1060\n";
const HEAD: usize = 6; // octets of it that are written by themselves
const STALL: Duration = Duration::from_millis(20); // loopback alone takes far less

#[derive(Parser)]
#[command(about = "Round trips with and without TCP_NODELAY")]
enum Role {
    /// Answer each sixteen octets with one
    Server(Listen),
    /// Make round trips in three ways
    Client { addr: String },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server(listen) => listen.serve(server),
        Role::Client { addr } => client(&addr).with_context(|| format!("talk to {addr}")),
    })
}

// ANCHOR: server
fn server(stream: &mut Conversation) -> anyhow::Result<()> {
    let mut request = [0; REQUEST.len()];
    loop {
        stream.next_message();
        match stream.read(&mut request)? {
            0 => return Ok(()),
            read => stream.read_exact(&mut request[read..])?,
        }
        stream.write_all(b"!")?;
    }
}
// ANCHOR_END: server

// ANCHOR: client
fn client(addr: &str) -> anyhow::Result<()> {
    println!("The third fastest of {ROUND_TRIPS} round trips");
    let (head, rest) = REQUEST.split_at(HEAD);
    let ways: [(&str, bool, &[&[u8]]); 3] = [
        ("two writes", false, &[head, rest]),
        ("two writes, TCP_NODELAY", true, &[head, rest]),
        ("one write", false, &[REQUEST]),
    ];
    for (name, nodelay, writes) in ways {
        let mut stream = TcpStream::connect(addr)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_nodelay(nodelay)?;
        let mut took = Vec::new();
        for number in 0..WARM_UP + ROUND_TRIPS {
            let begin = Instant::now();
            for octets in writes {
                stream.write_all(octets)?;
            }
            stream.read_exact(&mut [0])?;
            if number >= WARM_UP {
                took.push(begin.elapsed());
            }
        }
        took.sort(); // a busy machine adds to some of them
        let third = took[2];
        let stalls = if third < STALL { "" } else { ": they stall" };
        println!("  {name}: {:.2} ms{stalls}", third.as_secs_f64() * 1000.0);
    }
    Ok(())
}
// ANCHOR_END: client
