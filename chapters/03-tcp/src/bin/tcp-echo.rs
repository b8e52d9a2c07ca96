//! The echo server, one client at a time.

use std::io::{BufRead, Read, Write, stdin};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use program::{Connect, Conversation, Listen, show};

#[derive(Parser)]
#[command(about = "The echo server, one client at a time")]
enum Role {
    /// Send back whatever comes
    Server(Listen),
    /// Send each line that is typed, and read as much again
    Client(Connect),
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server(listen) => listen.serve(server),
        Role::Client(connect) => client(connect.connect()?),
    })
}

// ANCHOR: server
fn server(stream: &mut Conversation) -> anyhow::Result<()> {
    let peer = stream.get_ref().peer_addr()?;
    println!("Serving {peer}");
    let mut buffer = [0; 4096];
    loop {
        stream.next_message();
        let read = stream.read(&mut buffer).context("read")?;
        println!("read {read} octets from {peer}");
        if read == 0 {
            return Ok(()); // the client has ended its direction
        }
        stream.write_all(&buffer[..read]).context("write")?;
    }
}
// ANCHOR_END: server

fn client(mut stream: Conversation) -> anyhow::Result<()> {
    for line in stdin().lock().lines() {
        let line = line?;
        stream.next_message();
        stream.write_all(line.as_bytes()).context("write")?;
        let mut echo = vec![0; line.len()];
        stream.read_exact(&mut echo).context("read")?;
        println!("{}", show(&echo));
    }
    Ok(())
}
