//! Each way a call fails, and the report that a person gets.

use std::error::Error as _;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use framing::error_report::{At, Error, Operation};
use framing::rig::{PATIENCE, until_waiting};
use program::one_line;

/// Make calls fail, one after the other, each in its own way.
#[derive(Parser)]
#[command(about)]
struct Options {}

fn main() -> ExitCode {
    program::run(|| {
        let Options {} = Options::parse();
        println!("{:<20}{:<10}what a person is told", "std's kind", "ours");
        calls()?;
        connected_calls()?;
        Ok(())
    })
}

/// What programs can act on, and what a person is told.
fn report<T>(result: Result<T, Error>) {
    if let Err(error) = result {
        let cause = error.source().and_then(|cause| cause.downcast_ref());
        let std = cause.map_or(ErrorKind::Other, io::Error::kind);
        let ours = error.kind();
        let told = one_line(&error.into());
        println!(
            "{:<20}{:<10}{told}",
            format!("{std:?}"),
            format!("{ours:?}")
        );
    }
}

// ANCHOR: calls
fn calls() -> io::Result<()> {
    // Nothing between two dots: no resolver has to be asked about that.
    let name = "no..such.invalid:80";
    report(name.to_socket_addrs().at(Operation::Resolve, name));

    // RFC 5737: an address for documents, so it is nobody's.
    let foreign = "192.0.2.1:0";
    report(TcpListener::bind(foreign).at(Operation::Bind, foreign));

    let listener = TcpListener::bind("127.0.0.1:0")?;
    let taken = listener.local_addr()?;
    report(TcpListener::bind(taken).at(Operation::Bind, taken));

    // A client's port is taken too, so nobody else can come to listen there.
    let client = TcpStream::connect(taken)?;
    let nobody = client.local_addr()?;
    report(TcpStream::connect(nobody).at(Operation::Connect, nobody));
    Ok(())
}
// ANCHOR_END: calls

// ANCHOR: connected
fn connected_calls() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let addr = listener.local_addr()?;
    let mut client = TcpStream::connect(addr)?;
    let (mut server, _) = listener.accept().context("accept")?;
    let mut answer = [0; 4];

    client.set_read_timeout(Some(Duration::from_millis(100)))?;
    report(client.read(&mut answer).at(Operation::Read, addr));
    client.set_nonblocking(true)?;
    report(client.read(&mut answer).at(Operation::Read, addr));
    client.set_nonblocking(false)?;
    client.set_read_timeout(Some(PATIENCE))?;

    server.write_all(b"no")?; // two octets of four, then the end
    drop(server);
    report(client.read_exact(&mut answer).at(Operation::Read, addr));

    let mut client = TcpStream::connect(addr)?;
    let (server, _) = listener.accept().context("accept")?;
    client.write_all(b"unread")?;
    until_waiting(&server, 6, PATIENCE)?;
    drop(server); // with octets in it that nobody has read
    report(client.read(&mut answer).at(Operation::Read, addr));
    report(client.write(b"more").at(Operation::Write, addr));
    Ok(())
}
// ANCHOR_END: connected
