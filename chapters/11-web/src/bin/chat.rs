//! A room in which people talk, over WebSocket: its server with a page for browsers, a
//! client for a terminal, and a look at the frames.

use std::io::stdin;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Parser;
use futures_util::{SinkExt, StreamExt};
use program::tasks;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use web::chat::{Line, limits, look::look, page::serve, slow};
use web::server::Listen;

#[derive(Parser)]
#[command(about = "A room in which people talk, over WebSocket")]
enum Role {
    /// Serve the room, and a page for browsers
    Server(Listen),
    /// Talk in the room at ADDR under a name: a line, a message
    Client { addr: String, name: String },
    /// Send one message in two fragments, and show the octets
    Frames { addr: String },
    /// Write 1000 messages of 4096 octets to somebody who reads nothing
    Slow,
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server(listen) => tasks::block_on(serve(listen)),
        Role::Client { addr, name } => tasks::block_on(talk(&addr, &name)),
        Role::Frames { addr } => look(&addr),
        Role::Slow => {
            for (name, config) in [("default", WebSocketConfig::default()), ("ours", limits())] {
                let taken = slow::fill(config, 1000, 4096)?;
                println!("{name}: {taken} of 1000 messages wait in memory");
            }
            Ok(())
        }
    })
}

// ANCHOR: client
async fn talk(addr: &str, name: &str) -> anyhow::Result<()> {
    let stream = tasks::connect(addr).await?;
    let url = format!("ws://{addr}/room?name={name}");
    let opened = client_async_with_config(url, stream, Some(limits()));
    let opened = timeout(Duration::from_secs(10), opened).await;
    let (mut socket, _) = opened.context("open: not done within 10 s")??;
    let mut typed = typed_lines();
    // Nobody speaks before coming in, which the room says first, nor after leaving.
    let (mut inside, mut leaving) = (false, false);
    loop {
        tokio::select! {
            line = typed.recv(), if inside && !leaving => match line {
                Some(line) => socket.send(Message::text(line)).await?,
                None => {
                    leaving = true;
                    socket.close(None).await?; // and then wait until the server has, too
                }
            },
            message = socket.next() => match message {
                Some(Ok(Message::Text(line))) => {
                    inside = true;
                    show(&serde_json::from_str(&line)?);
                }
                Some(Ok(Message::Close(Some(why)))) if !leaving => {
                    bail!("closed by the server: {} {}", u16::from(why.code), why.reason)
                }
                Some(Ok(_)) => {} // pings are answered already
                Some(Err(error)) => return Err(error).context("the connection broke"),
                None => return Ok(()),
            },
        }
    }
}
// ANCHOR_END: client

/// What a stranger said may hold what moves the cursor or rings the bell.
fn show(line: &Line) {
    let text: String = line.text.chars().filter(|c| !c.is_control()).collect();
    match line.from.as_str() {
        "" => println!("* {text}"),
        from => println!("{from}: {text}"),
    }
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
