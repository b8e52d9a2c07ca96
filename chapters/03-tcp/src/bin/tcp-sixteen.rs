//! Sixteen octets each way, and the names of both ends of a connection.

use std::io::Write;
use std::net::TcpStream;
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use program::{Connect, Conversation, Listen, show};
use tcp::read_exact::read_exact;

#[derive(Parser)]
#[command(about = "Sixteen octets each way, and the names of both ends")]
enum Role {
    /// Take sixteen octets from each client, and answer with sixteen
    Server(Listen),
    /// Send sixteen octets, and read sixteen
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
    print_names(stream.get_ref())?;
    let mut octets = [0; 16];
    read_exact(stream, &mut octets).context("read")?;
    println!("The client says {}", show(&octets));
    stream.write_all(b"That was sixteen")?;
    Ok(()) // the stream is dropped here, and that closes it
}
// ANCHOR_END: server

fn client(mut stream: Conversation) -> anyhow::Result<()> {
    print_names(stream.get_ref())?;
    stream.write_all(b"Sixteen, please!")?;
    let mut octets = [0; 16];
    read_exact(&mut stream, &mut octets).context("read")?;
    println!("The server says {}", show(&octets));
    Ok(())
}

// ANCHOR: names
fn print_names(stream: &TcpStream) -> anyhow::Result<()> {
    let (mine, theirs) = (stream.local_addr()?, stream.peer_addr()?);
    println!("This end is {mine}, the other is {theirs}");
    Ok(())
}
// ANCHOR_END: names
