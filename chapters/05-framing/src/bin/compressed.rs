//! A compressed stream that tells where it ends by itself, and the octets after it.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::ExitCode;

use clap::Parser;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use flate2::{bufread, read};
use framing::MAX_MESSAGE;
use framing::talk::{Connect, Conversation, Listen, read_to_end, show};

#[derive(Parser)]
#[command(about = "zlib streams, one directly after the other")]
enum Role {
    /// Unpack the streams that each client sends
    Server {
        #[command(flatten)]
        listen: Listen,
        /// What one message may have once unpacked
        #[arg(long, value_name = "OCTETS", default_value_t = MAX_MESSAGE)]
        limit: usize,
        /// Let a decoder with a buffer of its own read the stream: the bug
        #[arg(long)]
        greedy: bool,
    },
    /// Pack each text into a stream of its own, and send them all
    Client {
        #[command(flatten)]
        connect: Connect,
        texts: Vec<String>,
        /// Send a stream that unpacks to so many million zeros
        #[arg(long, value_name = "MILLIONS")]
        bomb: Option<u32>,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { listen, greedy, .. } if greedy => listen.serve(greedy_server),
        Role::Server { listen, limit, .. } => listen.serve(|stream| server(stream, limit)),
        Role::Client {
            connect,
            texts,
            bomb,
        } => client(&connect, &texts, bomb),
    })
}

// ANCHOR: server
fn server(stream: &mut Conversation, limit: usize) -> anyhow::Result<()> {
    let mut input = BufReader::new(stream);
    while !input.fill_buf()?.is_empty() {
        // It takes what belongs to one zlib stream out of `input`, and no more.
        let mut unpacked = bufread::ZlibDecoder::new(&mut input);
        let message = read_to_end(&mut unpacked, limit)?;
        println!(
            "{} octets unpacked to {}: {}",
            unpacked.total_in(),
            unpacked.total_out(),
            show(&message)
        );
        input.get_mut().next_message();
    }
    Ok(())
}
// ANCHOR_END: server

// ANCHOR: greedy
fn greedy_server(stream: &mut Conversation) -> anyhow::Result<()> {
    loop {
        let mut unpacked = read::ZlibDecoder::new(&mut *stream);
        let message = read_to_end(&mut unpacked, MAX_MESSAGE)?;
        println!("unpacked: {}", show(&message));
    }
}
// ANCHOR_END: greedy

fn client(connect: &Connect, texts: &[String], bomb: Option<u32>) -> anyhow::Result<()> {
    let mut packed = Vec::new();
    for text in texts {
        let mut packer = ZlibEncoder::new(&mut packed, Compression::default());
        packer.write_all(text.as_bytes())?;
        packer.finish()?;
    }
    if let Some(millions) = bomb {
        let mut packer = ZlibEncoder::new(&mut packed, Compression::best());
        let mut zeros = std::io::repeat(0).take(u64::from(millions) * 1_000_000);
        std::io::copy(&mut zeros, &mut packer)?;
        packer.finish()?;
    }
    println!("sending {} octets", packed.len());
    connect.connect()?.write_all(&packed)?; // one write, whatever the number of streams
    Ok(())
}
