//! Pattern 2: each side in turn sends everything, then shuts its direction down.

use std::io::Write;
use std::net::Shutdown;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Parser;
use framing::talk::{Connect, Conversation, Listen, read_to_end, show};

/// What one message may have: each side holds the other's whole message.
const LIMIT: usize = 64 * 1024;

#[derive(Parser)]
#[command(about = "Pattern 2: both directions in turn, half closed")]
enum Role {
    /// Answer each text in capital letters
    Server {
        #[command(flatten)]
        listen: Listen,
    },
    /// Send a text, end that direction, then read the answer
    Client {
        #[command(flatten)]
        connect: Connect,
        text: String,
        /// Wait for the answer without ending the own direction: the bug
        #[arg(long)]
        forget_shutdown: bool,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { listen } => listen.serve(server),
        Role::Client {
            connect,
            text,
            forget_shutdown,
        } => client(connect.connect()?, &text, forget_shutdown),
    })
}

// ANCHOR: server
fn server(stream: &mut Conversation) -> anyhow::Result<()> {
    let request = read_to_end(stream, LIMIT).context("read the request")?;
    println!("A request of {} octets: {}", request.len(), show(&request));
    stream.next_message();
    stream.write_all(&request.to_ascii_uppercase())?;
    Ok(()) // the connection closes here, and so ends the answer
}
// ANCHOR_END: server

// ANCHOR: client
fn client(mut stream: Conversation, text: &str, forget_shutdown: bool) -> anyhow::Result<()> {
    stream.write_all(text.as_bytes())?;
    if !forget_shutdown {
        stream.shutdown(Shutdown::Write)?; // I am done; I still listen
    }
    stream.next_message();
    let answer = read_to_end(&mut stream, LIMIT).context("read the answer")?;
    ensure!(
        !answer.is_empty() || text.is_empty(),
        "the server closed without an answer"
    );
    println!("The answer has {} octets: {}", answer.len(), show(&answer));
    Ok(())
}
// ANCHOR_END: client
