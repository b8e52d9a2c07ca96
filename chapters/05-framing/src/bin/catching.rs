//! One question, its failures caught at each call, around the whole, and by name.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use framing::error_report::{At, Error, Kind, Operation};
use framing::talk::{Conversation, Listen, read_to_end, show};
use program::{io_cause, one_line};

const PATIENCE: Duration = Duration::from_millis(200);

#[derive(Parser)]
#[command(about = "One question, its failures caught in three ways")]
enum Role {
    /// Read a question, and hang up
    Server {
        #[command(flatten)]
        listen: Listen,
        /// Say nothing instead, until the client leaves
        #[arg(long)]
        silent: bool,
    },
    /// Ask three times, each with other code around the same calls
    Client { addr: String },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { listen, silent } => listen.serve(|stream| server(stream, silent)),
        Role::Client { addr } => client(&addr),
    })
}

fn server(stream: &mut Conversation, silent: bool) -> anyhow::Result<()> {
    let mut question = [0; 5];
    stream.read_exact(&mut question)?;
    if silent {
        read_to_end(stream, 64)?;
    }
    Ok(())
}

// ANCHOR: each
/// Caught at each call: whatever each has to say.
fn at_each_call(addr: &str) -> Result<[u8; 4], String> {
    let mut stream = match TcpStream::connect(addr) {
        Ok(stream) => stream,
        Err(error) => return Err(format!("can't reach {addr}: {}", io_cause(&error))),
    };
    if let Err(error) = stream.set_read_timeout(Some(PATIENCE)) {
        return Err(format!("can't limit the wait: {}", io_cause(&error)));
    }
    if let Err(error) = stream.write_all(b"time?") {
        return Err(format!("can't ask {addr}: {}", io_cause(&error)));
    }
    let mut answer = [0; 4];
    match stream.read_exact(&mut answer) {
        Ok(()) => Ok(answer),
        Err(error) => Err(format!("no answer from {addr}: {}", io_cause(&error))),
    }
}
// ANCHOR_END: each

// ANCHOR: whole
/// Caught around the whole: the caller gets a cause, and not of what.
fn around_the_whole(addr: &str) -> io::Result<[u8; 4]> {
    let mut stream = TcpStream::connect(addr)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(b"time?")?;
    let mut answer = [0; 4];
    stream.read_exact(&mut answer)?;
    Ok(answer)
}
// ANCHOR_END: whole

// ANCHOR: named
/// Named at each call, caught around the whole.
fn by_name(addr: &str) -> Result<[u8; 4], Error> {
    let mut stream = TcpStream::connect(addr).at(Operation::Connect, addr)?;
    let limited = stream.set_read_timeout(Some(PATIENCE));
    limited.at(Operation::Read, addr)?;
    stream.write_all(b"time?").at(Operation::Write, addr)?;
    let mut answer = [0; 4];
    stream.read_exact(&mut answer).at(Operation::Read, addr)?;
    Ok(answer)
}

fn advice(kind: Kind) -> &'static str {
    match kind {
        Kind::Name => "check the name",
        Kind::Refused => "start the server",
        Kind::TimedOut => "try again later",
        Kind::Reset | Kind::Other => "ask whoever runs it",
    }
}
// ANCHOR_END: named

fn client(addr: &str) -> anyhow::Result<()> {
    say("at each call", at_each_call(addr));
    let caught = around_the_whole(addr).map_err(|error| io_cause(&error));
    say("around the whole", caught);
    let caught = by_name(addr).map_err(|error| {
        let advice = advice(error.kind());
        format!("{} ({advice})", one_line(&error.into()))
    });
    say("by name", caught);
    Ok(())
}

fn say(way: &str, caught: Result<[u8; 4], String>) {
    let told = caught.map_or_else(|told| told, |answer| show(&answer).to_string());
    println!("{way:<18}{told}");
}
