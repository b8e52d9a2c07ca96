//! The same lines with and without buffering: calls counted, and flush forgotten.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::net::TcpStream;
use std::ops::Range;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use framing::rig::{Counted, PATIENCE, connect, until_waiting};
use framing::talk::{Conversation, Listen, show};

const NUMBERS: Range<u32> = 100..200;
const OCTETS: usize = 900; // in all: "line 100\n" has nine

#[derive(Parser)]
#[command(about = "The same lines with and without buffering")]
enum Role {
    /// Send back whatever comes, as it comes
    Server(Listen),
    /// Send lines, read them again, and count the calls
    Client { addr: String },
    /// Send one line, and don't flush it: the bug
    Forget { addr: String },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server(listen) => listen.serve(server),
        Role::Client { addr } => compare(&connect(&addr)?).context(addr),
        Role::Forget { addr } => forget(&connect(&addr)?).context(addr),
    })
}

fn server(stream: &mut Conversation) -> anyhow::Result<()> {
    let mut buffer = [0; 4096];
    loop {
        stream.next_message();
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            read => stream.write_all(&buffer[..read])?,
        }
    }
}

// ANCHOR: write
/// Each formatted piece of a line is a call of its own.
fn write_pieces(to: &mut dyn Write) -> io::Result<()> {
    for number in NUMBERS {
        writeln!(to, "line {number}")?;
    }
    Ok(())
}

/// A line is put together first, then sent.
fn write_lines(to: &mut dyn Write) -> io::Result<()> {
    for number in NUMBERS {
        to.write_all(format!("line {number}\n").as_bytes())?;
    }
    Ok(())
}

/// The same code as for a socket; what it writes to is another.
fn write_buffered(to: &mut dyn Write) -> io::Result<()> {
    let mut to = BufWriter::new(to);
    write_pieces(&mut to)?;
    to.flush()
}
// ANCHOR_END: write

// ANCHOR: compare
type Way = fn(&mut dyn Write) -> io::Result<()>;

fn compare(stream: &TcpStream) -> io::Result<()> {
    println!("{} lines, {OCTETS} octets; calls to", NUMBERS.len());
    let ways: [(&str, Way, usize); 3] = [
        ("writeln! to the socket", write_pieces, 1),
        ("whole lines to the socket", write_lines, 64),
        ("writeln! to a BufWriter", write_buffered, 8192),
    ];
    for (how, write, capacity) in ways {
        let mut socket = Counted::new(stream);
        write(&mut socket)?;
        println!("  {:>3}  write  {how}", socket.calls);
        let calls = read_lines(stream, capacity)?;
        println!("  {calls:>3}  read   up to {capacity} at a time");
    }
    Ok(())
}

/// Reads the lines through a buffer of `capacity` octets, and returns the calls.
/// Without a buffer a reader may ask for one octet only: whose is the next?
fn read_lines(stream: &TcpStream, capacity: usize) -> io::Result<usize> {
    // Wait for all of them, so that the count depends on the buffer alone.
    until_waiting(stream, OCTETS, PATIENCE)?;
    let mut socket = Counted::new(stream);
    let limited = (&mut socket).take(OCTETS as u64);
    for line in BufReader::with_capacity(capacity, limited).lines() {
        line?;
    }
    Ok(socket.calls)
}
// ANCHOR_END: compare

// ANCHOR: forget
fn forget(stream: &TcpStream) -> io::Result<()> {
    let mut answer = String::new();
    let mut from = BufReader::new(stream.take(1024));
    let mut to = BufWriter::new(stream);
    writeln!(to, "hello")?;
    println!("wrote a line, and now wait for the answer");
    stream.set_read_timeout(Some(Duration::from_millis(200)))?;
    if let Err(error) = from.read_line(&mut answer) {
        println!("200 ms later: {}", program::io_cause(&error));
    }
    println!("still in the BufWriter: {}", show(to.buffer()));
    to.flush()?;
    stream.set_read_timeout(Some(PATIENCE))?;
    from.read_line(&mut answer)?;
    println!("flushed, and answered: {}", show(answer.as_bytes()));
    Ok(())
}
// ANCHOR_END: forget
