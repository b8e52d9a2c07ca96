//! One direction ends, the other goes on: shutdown, and what each side notices.

use std::io::{Read, Write, stdin};
use std::net::Shutdown;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Parser;
use program::{Connect, Conversation, Listen, show};
use tcp::pair::pair;
use tcp::tell::{read, write};
use tcp::wait::{is_over, until, waiting};

const LIMIT: usize = 64 * 1024; // octets of a question: one bad peer may not take more

#[derive(Parser)]
#[command(about = "One direction ends, the other goes on")]
enum Role {
    /// Read to the end of the stream, then answer
    Server {
        #[command(flatten)]
        listen: Listen,
        /// Answer only after Enter
        #[arg(long)]
        wait: bool,
    },
    /// Send each text, end this direction, then read the answer
    Client {
        #[command(flatten)]
        connect: Connect,
        #[arg(required = true)]
        texts: Vec<String>,
    },
    /// Shut down a connection in each of the three ways, and try both ends
    Ways,
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { listen, wait } => listen.serve(|stream| server(stream, wait)),
        Role::Client { connect, texts } => client(connect.connect()?, &texts),
        Role::Ways => ways(),
    })
}

// ANCHOR: server
fn server(stream: &mut Conversation, wait: bool) -> anyhow::Result<()> {
    let mut buffer = vec![0; 4096];
    let mut all = 0;
    loop {
        let read = stream.read(&mut buffer).context("read")?;
        if read == 0 {
            println!("read 0 octets: the client has ended its direction");
            break;
        }
        all += read;
        ensure!(all <= LIMIT, "refused: more than {LIMIT} octets");
    }
    if wait {
        println!("Press Enter, and I answer.");
        stdin().read_line(&mut String::new())?;
    }
    stream.next_message();
    write!(stream, "got {all} octets").context("write")
}
// ANCHOR_END: server

// ANCHOR: client
fn client(mut stream: Conversation, texts: &[String]) -> anyhow::Result<()> {
    for text in texts {
        stream.write_all(text.as_bytes()).context("write")?;
    }
    stream.shutdown(Shutdown::Write)?;
    println!("sent all, and ended this direction");
    let error = stream.write(b"one thing more").err();
    println!(
        "write: {}",
        error.map_or("taken".into(), |e| program::io_cause(&e))
    );
    let mut answer = Vec::new();
    (&mut stream)
        .take(1024)
        .read_to_end(&mut answer)
        .context("read")?;
    println!("The answer: {}", show(&answer));
    Ok(())
}
// ANCHOR_END: client

// ANCHOR: ways
fn ways() -> anyhow::Result<()> {
    for how in [Shutdown::Write, Shutdown::Read, Shutdown::Both] {
        let (near, far) = pair()?;
        near.shutdown(how)?;
        println!("shutdown {how:?}");
        println!("  this end writes       {}", write(&near, b"hello"));
        if how != Shutdown::Write {
            // With nothing there, an end that can still read would wait.
            println!("  this end reads        {}", read(&near));
        }
        println!("  the other end reads   {}", read(&far));
        println!("  the other end writes  {}", write(&far, b"hello"));
        until("octets or a reset", || {
            Ok(waiting(&near)? > 0 || is_over(&far)?)
        })?;
        println!("  this end reads        {}", read(&near));
    }
    Ok(())
}
// ANCHOR_END: ways
