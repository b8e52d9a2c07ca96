//! Pattern 4: a delimiter ends each message. Here it is a comma, both ways.

use std::io::Write;
use std::net::Shutdown;
use std::process::ExitCode;

use anyhow::Context;
use bytes::BytesMut;
use clap::Parser;
use framing::delimiter::Delimited;
use framing::escape::{escape, unescape};
use framing::talk::{Connect, Conversation, Listen, show};
use framing::{MAX_MESSAGE, Messages};

const DELIMITER: u8 = b',';

#[derive(Parser)]
#[command(about = "Pattern 4: a delimiter ends each message")]
enum Role {
    /// Answer each message in capital letters
    Server {
        #[command(flatten)]
        listen: Listen,
        /// What one message may have
        #[arg(long, value_name = "OCTETS", default_value_t = MAX_MESSAGE)]
        limit: usize,
    },
    /// Send messages, and count the answers
    Client {
        #[command(flatten)]
        connect: Connect,
        #[arg(required = true)]
        messages: Vec<String>,
        /// Send the messages as they are, commas and all: the bug
        #[arg(long)]
        raw: bool,
    },
    /// Count the octets that the search for the delimiter looks at
    Cost {
        #[arg(required = true)]
        sizes: Vec<usize>,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { listen, limit } => listen.serve(|stream| server(stream, limit)),
        Role::Client {
            connect,
            messages,
            raw,
        } => client(connect.connect()?, &messages, raw),
        Role::Cost { sizes } => {
            println!("  octets  from the start  from the new");
            for size in sizes {
                let (start, new) = (cost(size, true), cost(size, false));
                println!("{size:>8}  {start:>14}  {new:>12}");
            }
            Ok(())
        }
    })
}

// ANCHOR: server
fn server(stream: &mut Conversation, limit: usize) -> anyhow::Result<()> {
    let mut messages = Messages::new(stream, Delimited::new(DELIMITER, limit));
    while let Some(message) = messages.receive()? {
        let text = unescape(&message)?;
        println!("A message of {} octets: {}", text.len(), show(&text));
        let stream = messages.get_mut();
        stream.next_message();
        let mut answer = escape(&text.to_ascii_uppercase());
        answer.push(DELIMITER);
        stream.write_all(&answer)?;
    }
    Ok(())
}
// ANCHOR_END: server

fn client(stream: Conversation, texts: &[String], raw: bool) -> anyhow::Result<()> {
    let mut answers = Messages::new(stream, Delimited::new(DELIMITER, MAX_MESSAGE));
    for text in texts {
        let text = text.as_bytes();
        let mut message = if raw { text.to_vec() } else { escape(text) };
        message.push(DELIMITER);
        let stream = answers.get_mut();
        stream.write_all(&message)?;
        stream.next_message();
        let answer = answers
            .receive()?
            .context("the server closed without an answer")?;
        println!("{} is answered {}", show(text), show(&unescape(&answer)?));
    }
    answers.get_ref().shutdown(Shutdown::Write)?;
    while let Some(answer) = answers.receive()? {
        println!("left over: {}", show(&answer));
    }
    Ok(())
}

// ANCHOR: cost
/// The octets looked at until the delimiter of one message is found, which comes
/// 100 octets at a time and is searched after each.
fn cost(size: usize, from_start: bool) -> usize {
    let message: Vec<u8> = std::iter::repeat_n(b'x', size).chain([DELIMITER]).collect();
    let (mut buffer, mut looked_at) = (BytesMut::new(), 0);
    for arrived in message.chunks(100) {
        let begin = if from_start { 0 } else { buffer.len() };
        buffer.extend_from_slice(arrived);
        let unseen = &buffer[begin..];
        let found = unseen.iter().position(|&octet| octet == DELIMITER);
        looked_at += found.map_or(unseen.len(), |at| at + 1);
    }
    looked_at
}
// ANCHOR_END: cost
