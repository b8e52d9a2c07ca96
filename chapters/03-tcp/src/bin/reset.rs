//! The ways to see a connection reset.

use std::io::Write;
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use socket2::SockRef;
use tcp::pair::{listener, pair};
use tcp::tell::{read, write};
use tcp::wait::{is_over, until, waiting};

#[derive(Parser)]
#[command(about = "The ways to see a connection reset")]
struct Options {
    /// The ways to show, or none for all
    ways: Vec<Way>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Way {
    /// Connect where nobody listens
    Refused,
    /// The peer closes before it has read everything
    Unread,
    /// The peer closes with a linger time of zero
    Linger,
    /// Write to a peer that has closed
    Late,
}

fn main() -> ExitCode {
    let mut options = Options::parse();
    program::run(|| {
        if options.ways.is_empty() {
            options.ways = Way::value_variants().to_vec();
        }
        for way in options.ways {
            match way {
                Way::Refused => refused()?,
                Way::Unread => unread()?,
                Way::Linger => linger()?,
                Way::Late => late()?,
            }
        }
        Ok(())
    })
}

fn refused() -> anyhow::Result<()> {
    println!("Connect where nobody listens");
    let address = listener()?.local_addr()?; // the listener is closed again
    let error = TcpStream::connect(address).err();
    println!(
        "  connect  {}",
        error.map_or("done".into(), |error| program::io_cause(&error))
    );
    Ok(())
}

// ANCHOR: unread
fn unread() -> anyhow::Result<()> {
    println!("The peer closes before it has read our question");
    let (mut stream, mut peer) = pair()?;
    stream.write_all(b"a question")?;
    until("the question", || Ok(waiting(&peer)? == 10))?;
    peer.write_all(b"an answer")?;
    drop(peer);
    println!("  read     {}", read(&stream));
    println!("  read     {}", read(&stream));
    println!("  read     {}", read(&stream));
    println!("  write    {}", write(&stream, b"another"));
    Ok(())
}
// ANCHOR_END: unread

// ANCHOR: linger
fn linger() -> anyhow::Result<()> {
    println!("The peer closes with a linger time of zero");
    let (stream, peer) = pair()?;
    SockRef::from(&peer).set_linger(Some(Duration::ZERO))?;
    drop(peer);
    println!("  read     {}", read(&stream));
    println!("  read     {}", read(&stream));
    Ok(())
}
// ANCHOR_END: linger

// ANCHOR: late
fn late() -> anyhow::Result<()> {
    println!("Write to a peer that has closed");
    let (stream, peer) = pair()?;
    drop(peer);
    println!("  read     {}", read(&stream));
    println!("  write    {}", write(&stream, b"a question"));
    until("the reset", || is_over(&stream))?;
    println!("  write    {}", write(&stream, b"another"));
    Ok(())
}
// ANCHOR_END: late
