//! Pattern 1: send everything, then close. The end of the stream ends the message.

use std::io::{Read, Write, stdin};
use std::process::ExitCode;

use clap::Parser;
use framing::talk::{Connect, Conversation, Listen, read_to_end, show};

/// What one client may send: the server holds a whole message in memory.
const LIMIT: usize = 64 * 1024;

#[derive(Parser)]
#[command(about = "Pattern 1: send everything, then close")]
enum Role {
    /// Receive one text from each client
    Server {
        #[command(flatten)]
        listen: Listen,
        /// Read only after Enter, into a buffer of OCTETS, and show every read
        #[arg(long, value_name = "OCTETS")]
        late: Option<usize>,
    },
    /// Send texts, each with one write, then close
    Client {
        #[command(flatten)]
        connect: Connect,
        #[arg(required = true)]
        texts: Vec<String>,
        /// Vanish before the text with this number, from 1
        #[arg(long, value_name = "NUMBER")]
        crash_at: Option<usize>,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { listen, late: None } => listen.serve(server),
        Role::Server {
            listen,
            late: Some(size),
        } => listen.serve(|stream| late_server(stream, size)),
        Role::Client {
            connect,
            texts,
            crash_at,
        } => client(connect.connect()?, &texts, crash_at),
    })
}

// ANCHOR: server
fn server(stream: &mut Conversation) -> anyhow::Result<()> {
    let message = read_to_end(stream, LIMIT)?;
    println!("A message of {} octets: {}", message.len(), show(&message));
    Ok(())
}
// ANCHOR_END: server

fn late_server(stream: &mut Conversation, size: usize) -> anyhow::Result<()> {
    println!("Connected. Press Enter, and I read.");
    stdin().read_line(&mut String::new())?;
    let mut buffer = vec![0; size.clamp(1, LIMIT)];
    loop {
        match stream.read(&mut buffer)? {
            0 => break,
            read => println!("read {read} octets: {}", show(&buffer[..read])),
        }
    }
    println!("read 0 octets: that is the end");
    Ok(())
}

fn client(
    mut stream: Conversation,
    texts: &[String],
    crash_at: Option<usize>,
) -> anyhow::Result<()> {
    for (number, text) in (1..).zip(texts) {
        if crash_at == Some(number) {
            println!("Gone, with {} of {} texts sent", number - 1, texts.len());
            std::process::exit(1);
        }
        stream.write_all(text.as_bytes())?;
        println!("wrote {} octets: {}", text.len(), show(text.as_bytes()));
    }
    Ok(()) // `stream` is dropped here, and that closes it
}
