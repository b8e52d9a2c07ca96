//! Pattern 6: chunks, each behind its length, and an empty one as the end. For a
//! message whose length nobody knows yet: here, what a person is about to type.

use std::io::{self, Write, stdin};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use framing::chunks::Chunks;
use framing::talk::{Connect, Conversation, Listen, show};
use framing::{ChunkWriter, MAX_MESSAGE, Messages};

#[derive(Parser)]
#[command(about = "Pattern 6: chunks, and an empty one as the end")]
enum Role {
    /// Answer each message in capital letters, a chunk a line
    #[command(mut_arg("timeout", |timeout| timeout.default_value("120")))]
    // people type slowly
    Server {
        #[command(flatten)]
        listen: Listen,
        /// What one message may have, all its chunks together
        #[arg(long, value_name = "OCTETS", default_value_t = MAX_MESSAGE)]
        limit: usize,
    },
    /// Send each line typed as a chunk; an empty line ends the message
    Client {
        #[command(flatten)]
        connect: Connect,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { listen, limit } => listen.serve(|stream| server(stream, limit)),
        Role::Client { connect } => client(connect.connect()?, &mut stdin().lines()),
    })
}

fn server(stream: &mut Conversation, limit: usize) -> anyhow::Result<()> {
    let mut messages = Messages::new(stream, Chunks::new(limit));
    while let Some(message) = messages.receive()? {
        println!("A message of {} octets: {}", message.len(), show(&message));
        messages.get_mut().next_message();
        let mut answer = ChunkWriter::new(messages.get_mut());
        for line in message.split_inclusive(|octet| *octet == b'\n') {
            answer.write_all(&line.to_ascii_uppercase())?;
        }
        answer.finish()?;
    }
    Ok(())
}

// ANCHOR: client
fn client(
    stream: Conversation,
    lines: &mut impl Iterator<Item = io::Result<String>>,
) -> anyhow::Result<()> {
    let mut answers = Messages::new(stream, Chunks::new(MAX_MESSAGE));
    while let Some(first) = lines.next().transpose()? {
        send_message(answers.get_mut(), first, lines)?;
        answers.get_mut().next_message();
        let answer = answers
            .receive()?
            .context("the server closed without an answer")?;
        println!("The answer has {} octets: {}", answer.len(), show(&answer));
    }
    Ok(())
}

/// Sends `first` and the lines after it up to an empty one, each when it comes.
fn send_message(
    stream: &mut Conversation,
    first: String,
    lines: &mut impl Iterator<Item = io::Result<String>>,
) -> anyhow::Result<()> {
    let mut next = Some(first);
    while let Some(line) = next.filter(|line| !line.is_empty()) {
        stream.next_message();
        let mut chunks = ChunkWriter::new(&mut *stream);
        chunks.write_all(format!("{line}\n").as_bytes())?;
        println!("sent a chunk of {} octets", line.len() + 1);
        next = lines.next().transpose()?;
    }
    ChunkWriter::new(stream).finish()?;
    println!("sent the empty chunk");
    Ok(())
}
// ANCHOR_END: client
