//! A Telnet client that answers negotiation.

use std::io::stdin;
use std::process::ExitCode;
use std::thread;

use anyhow::Context;
use bytes::BytesMut;
use clap::Parser;
use program::tasks;
use shells::iac_decoder::{Event, encode};
use shells::telnet::{Session, describe, line};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::mpsc;

/// Columns and lines, as every terminal once had.
const SIZE: (u16, u16) = (80, 24);

#[derive(Parser)]
#[command(about = "A Telnet client that answers negotiation")]
struct Options {
    /// As in 127.0.0.1:1060
    addr: String,
    /// Show the commands as well as the data
    #[arg(long)]
    show: bool,
}

fn main() -> ExitCode {
    program::run(|| {
        let options = Options::parse();
        tasks::block_on(talk(&options.addr, options.show))
    })
}

// ANCHOR: talk
async fn talk(addr: &str, show: bool) -> anyhow::Result<()> {
    let (mut reader, mut writer) = tasks::connect(addr).await?.into_split();
    let mut session = Session::client(SIZE);
    let mut typed = typed_lines();
    let (mut input, mut output) = (BytesMut::with_capacity(4096), BytesMut::new());
    let mut typing = true;
    loop {
        tokio::select! {
            read = reader.read_buf(&mut input) => {
                if read.with_context(|| format!("read {addr}"))? == 0 {
                    return Ok(());
                }
                let (events, fine) = session.take(&input.split(), &mut output);
                for (event, answers) in events {
                    match &event {
                        Event::Data(data) => print(data),
                        command if show => println!("server: {}", describe(command)),
                        _ => {}
                    }
                    for answer in answers.iter().filter(|_| show) {
                        println!("client: {}", describe(answer));
                    }
                }
                fine?;
            }
            text = typed.recv(), if typing => match text {
                Some(text) => encode(&line(&text), &mut output),
                None => {
                    typing = false;
                    writer.shutdown().await?; // and then hear the server out
                }
            },
        }
        writer.write_all_buf(&mut output).await?;
    }
}
// ANCHOR_END: talk

/// Telnet's line ends with CR LF, and a CR alone has a NUL behind it: neither is for us.
fn print(data: &[u8]) {
    let text = data
        .iter()
        .copied()
        .filter(|octet| !b"\r\0".contains(octet));
    program::pass_on(&text.collect::<Vec<u8>>());
}

/// Lines that are typed, by a thread of their own: reading a terminal can't be awaited.
fn typed_lines() -> mpsc::Receiver<String> {
    let (sender, lines) = mpsc::channel(1);
    thread::spawn(move || {
        for line in stdin().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    });
    lines
}
