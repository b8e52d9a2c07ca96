//! Pattern 5: each message stands behind its length, four octets in network order.

use std::io::{Read, Write};
use std::process::ExitCode;

use anyhow::{Context, ensure};
use bytes::BytesMut;
use clap::Parser;
use framing::length_prefix::LengthPrefixed;
use framing::talk::{Connect, Conversation, Listen, fill, show};
use framing::{MAX_MESSAGE, Messages};

#[derive(Parser)]
#[command(about = "Pattern 5: each message behind its length")]
enum Role {
    /// Answer each message in capital letters
    Server {
        #[command(flatten)]
        listen: Listen,
        /// What one message may have
        #[arg(long, value_name = "OCTETS", default_value_t = MAX_MESSAGE)]
        limit: usize,
        /// Take every length at its word: the bug
        #[arg(long)]
        trust: bool,
    },
    /// Send messages, and read an answer to each
    Client {
        #[command(flatten)]
        connect: Connect,
        #[arg(required = true)]
        messages: Vec<String>,
        /// Say that the first message has so many octets, send it, and leave
        #[arg(long, value_name = "OCTETS")]
        claim: Option<u32>,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { listen, trust, .. } if trust => listen.serve(trusting_server),
        Role::Server { listen, limit, .. } => listen.serve(|stream| server(stream, limit)),
        Role::Client {
            connect,
            messages,
            claim: Some(claim),
        } => liar(connect.connect()?, &messages[0], claim),
        Role::Client {
            connect, messages, ..
        } => client(connect.connect()?, &messages),
    })
}

// ANCHOR: server
fn server(stream: &mut Conversation, limit: usize) -> anyhow::Result<()> {
    let codec = LengthPrefixed::new(limit);
    let mut messages = Messages::new(stream, codec.clone());
    while let Some(message) = messages.receive()? {
        println!("A message of {} octets: {}", message.len(), show(&message));
        let mut answer = BytesMut::new();
        codec.encode(&message.to_ascii_uppercase(), &mut answer)?;
        let stream = messages.get_mut();
        stream.next_message();
        stream.write_all(&answer)?;
    }
    Ok(())
}
// ANCHOR_END: server

// ANCHOR: trusting
fn trusting_server(stream: &mut Conversation) -> anyhow::Result<()> {
    let mut header = [0; 4];
    stream.read_exact(&mut header).context("read a length")?;
    let length = u32::from_be_bytes(header) as usize;
    let mut message = vec![0; length]; // whoever connects decides how much
    println!("{length} octets of memory set aside");
    let came = fill(stream, &mut message)?;
    ensure!(came == length, "the input ended after {came} of them");
    println!("A message of {length} octets: {}", show(&message));
    Ok(())
}
// ANCHOR_END: trusting

fn client(stream: Conversation, texts: &[String]) -> anyhow::Result<()> {
    let codec = LengthPrefixed::new(MAX_MESSAGE);
    let mut answers = Messages::new(stream, codec.clone());
    for text in texts {
        let mut message = BytesMut::new();
        codec.encode(text.as_bytes(), &mut message)?;
        let stream = answers.get_mut();
        stream.write_all(&message)?;
        stream.next_message();
        let answer = answers
            .receive()?
            .context("the server closed without an answer")?;
        println!("{} is answered {}", show(text.as_bytes()), show(&answer));
    }
    Ok(())
}

fn liar(mut stream: Conversation, text: &str, claim: u32) -> anyhow::Result<()> {
    let message = [&claim.to_be_bytes()[..], text.as_bytes()].concat();
    stream.write_all(&message)?;
    println!("announced {claim} octets, sent {}", text.len());
    Ok(())
}
