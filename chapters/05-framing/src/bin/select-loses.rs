//! A read that is dropped in `select!` takes octets with it.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Parser;
use framing::MAX_MESSAGE;
use framing::async_rig::until_waiting;
use framing::cancel_safe::FrameReader;
use framing::talk::{report, show};
use program::tasks::{accept, block_on, connect, listen};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

const PATIENCE: Duration = Duration::from_secs(10); // for a whole conversation
const TICK: Duration = Duration::from_millis(50); // between two signs of life
const FRAMES: &[u8] = b"\0\0\0\x05hello\0\0\0\x05world";
const FIRST_PART: usize = 6; // it ends in the middle of the first payload

#[derive(Parser)]
#[command(about = "A read that is dropped in select! takes octets with it")]
enum Role {
    /// Read frames, and send a sign of life now and then
    Server {
        addr: String,
        /// Keep what was read when a read is dropped
        #[arg(long)]
        cancel_safe: bool,
    },
    /// Send a part of two frames, and the rest after a sign of life
    Client { addr: String },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { addr, cancel_safe } => block_on(server(&addr, cancel_safe)),
        Role::Client { addr } => block_on(client(&addr)),
    })
}

async fn server(addr: &str, cancel_safe: bool) -> anyhow::Result<()> {
    let listener = listen(addr).await?;
    loop {
        let (mut stream, peer) = accept(&listener).await;
        let talk = async {
            // The first part is there when the race begins, as a part of a frame
            // is whenever the frame is longer than what one read brings.
            until_waiting(&stream, FIRST_PART, PATIENCE).await?;
            match cancel_safe {
                true => keeps(&mut stream).await,
                false => loses(&mut stream).await,
            }
        };
        let talked = timeout(PATIENCE, talk).await;
        if let Err(error) = talked.unwrap_or_else(|late| Err(late.into())) {
            report(peer, &error);
        }
    }
}

// ANCHOR: loses
async fn loses(stream: &mut TcpStream) -> anyhow::Result<()> {
    let (mut from, mut to) = stream.split();
    loop {
        tokio::select! {
            biased; // asks the read first, so that you see the same every time
            frame = read_frame(&mut from) => tell(&frame?),
            () = sleep(TICK) => to.write_all(b".").await?,
        }
    }
}

/// What has come of a frame lives in this future, and is lost with it: the bug.
async fn read_frame(from: &mut (impl AsyncRead + Unpin)) -> anyhow::Result<Vec<u8>> {
    let length = from.read_u32().await? as usize;
    ensure!(
        length <= MAX_MESSAGE,
        "a frame of {length} octets: over the limit"
    );
    let mut payload = vec![0; length];
    from.read_exact(&mut payload).await?;
    Ok(payload)
}
// ANCHOR_END: loses

// ANCHOR: keeps
async fn keeps(stream: &mut TcpStream) -> anyhow::Result<()> {
    let (from, mut to) = stream.split();
    let mut frames = FrameReader::new(from, MAX_MESSAGE);
    loop {
        tokio::select! {
            biased;
            frame = frames.next() => match frame? {
                Some(frame) => tell(&frame),
                None => return Ok(()),
            },
            () = sleep(TICK) => to.write_all(b".").await?,
        }
    }
}
// ANCHOR_END: keeps

fn tell(frame: &[u8]) {
    println!("A frame of {} octets: {}", frame.len(), show(frame));
}

async fn client(addr: &str) -> anyhow::Result<()> {
    let mut stream = connect(addr).await?;
    let (first, rest) = FRAMES.split_at(FIRST_PART);
    stream.write_all(first).await?;
    println!("sent {}", show(first));
    let sign = timeout(PATIENCE, stream.read_u8()).await?;
    println!("a sign of life: {}", show(&[sign?]));
    stream.write_all(rest).await?;
    stream.shutdown().await?;
    println!("sent {}", show(rest));
    let end = timeout(PATIENCE, stream.read_to_end(&mut Vec::new())).await?;
    end.with_context(|| format!("read {addr}"))?;
    println!("the server has read all of it");
    Ok(())
}
