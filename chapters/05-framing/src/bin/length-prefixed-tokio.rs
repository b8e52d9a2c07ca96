//! Pattern 5 in tokio: tokio-util's codec, or ours, on the same stream.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use clap::{Parser, Subcommand};
use framing::length_prefix::LengthPrefixed;
use framing::talk::show;
use framing::{Codec, MAX_MESSAGE};
use futures_util::{SinkExt, TryStreamExt};
use program::tasks::{block_on, connect, in_time, listen, serve};
use tokio::net::TcpStream;
use tokio_util::codec::{Decoder, Encoder, Framed, LengthDelimitedCodec};

const PATIENCE: Duration = Duration::from_secs(10); // for a message, each way
const CLIENTS: usize = 100; // at a time; the next one waits

#[derive(Parser)]
#[command(about = "Pattern 5 in tokio: each message behind its length")]
struct Options {
    #[command(subcommand)]
    role: Role,
    /// Use this book's codec instead of tokio-util's
    #[arg(long, global = true)]
    ours: bool,
}

#[derive(Subcommand)]
enum Role {
    /// Answer each message in capital letters, many clients at a time
    Server { addr: String },
    /// Send messages, and read an answer to each
    Client {
        addr: String,
        #[arg(required = true)]
        messages: Vec<String>,
    },
}

// ANCHOR: main
fn main() -> ExitCode {
    program::run(|| {
        let options = Options::parse();
        let ours = Codec(LengthPrefixed::new(MAX_MESSAGE));
        let mut theirs = LengthDelimitedCodec::new(); // also four octets, big-endian
        theirs.set_max_frame_length(MAX_MESSAGE); // instead of 8 MiB
        match options.ours {
            true => block_on(act(options.role, ours)),
            false => block_on(act(options.role, theirs)),
        }
    })
}
// ANCHOR_END: main

// ANCHOR: both
/// What the two codecs have in common: octets to messages, and messages to octets.
trait Both:
    Decoder<Item: Into<Bytes> + Send, Error = io::Error> + Encoder<Bytes, Error = io::Error>
{
}
impl Both for LengthDelimitedCodec {}
impl Both for Codec<LengthPrefixed> {}
// ANCHOR_END: both

async fn act(role: Role, codec: impl Both + Clone + Send + 'static) -> anyhow::Result<()> {
    match role {
        Role::Server { addr } => server(&addr, codec).await,
        Role::Client { addr, messages } => {
            client(Framed::new(connect(&addr).await?, codec), messages).await
        }
    }
}

// ANCHOR: server
async fn server(addr: &str, codec: impl Both + Clone + Send + 'static) -> anyhow::Result<()> {
    let listener = listen(addr).await?;
    serve(&listener, CLIENTS, |stream| {
        answer(Framed::new(stream, codec.clone()))
    })
    .await
}

async fn answer(mut messages: Framed<TcpStream, impl Both>) -> anyhow::Result<()> {
    while let Some(message) = in_time(PATIENCE, messages.try_next()).await? {
        let message: Bytes = message.into();
        println!("A message of {} octets: {}", message.len(), show(&message));
        let answer = message.to_ascii_uppercase().into();
        in_time(PATIENCE, messages.send(answer)).await?;
    }
    Ok(())
}
// ANCHOR_END: server

async fn client(
    mut stream: Framed<TcpStream, impl Both>,
    texts: Vec<String>,
) -> anyhow::Result<()> {
    for text in texts {
        in_time(PATIENCE, stream.send(text.clone().into())).await?;
        let answer = in_time(PATIENCE, stream.try_next()).await?;
        let answer = answer.context("the server closed without an answer")?;
        let answer: Bytes = answer.into();
        println!("{} is answered {}", show(text.as_bytes()), show(&answer));
    }
    Ok(())
}
