//! Two polite programs wait for each other: both write, and nobody reads.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use clap::Parser;
use program::{Connect, Conversation, Listen};
use tcp::echo_without_deadlock::exchange;
use tcp::kernel::both_ends;

const LIMIT: u64 = 1 << 30; // octets: no client may keep the server busy for longer
const BLOCK: usize = 4096; // octets that the server has in hand
const STUCK: Duration = Duration::from_millis(300); // nothing moves on loopback for so long

#[derive(Parser)]
#[command(about = "Two polite programs wait for each other: both write, and nobody reads")]
enum Role {
    /// Answer each block with the same in capital letters, before the next is read
    Server(Listen),
    /// Send OCTETS octets, and read the answer
    Client {
        #[command(flatten)]
        connect: Connect,
        #[arg(value_parser = clap::value_parser!(u64).range(..=LIMIT))]
        octets: u64,
        /// Read while sending
        #[arg(long)]
        both: bool,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server(listen) => listen.serve(server),
        Role::Client {
            connect,
            octets,
            both,
        } => {
            let stream = connect.connect()?;
            let stream = stream.get_ref().try_clone()?;
            match both {
                false => naive(stream, octets),
                true => reads_while_sending(stream, octets),
            }
        }
    })
}

// ANCHOR: server
fn server(stream: &mut Conversation) -> anyhow::Result<()> {
    let mut block = [0; BLOCK];
    let (mut read, mut answered) = (0, 0);
    let talked = (|| {
        loop {
            stream.next_message();
            let octets = stream.read(&mut block)?;
            if octets == 0 {
                return Ok(());
            }
            read += octets as u64;
            ensure!(read <= LIMIT, "refused: more than {LIMIT} octets");
            block[..octets].make_ascii_uppercase();
            stream.write_all(&block[..octets])?;
            answered += octets as u64;
        }
    })();
    println!("read {read} octets, answered {answered}");
    talked
}
// ANCHOR_END: server

// ANCHOR: naive
/// First everything is sent, then the answer is read. That is how one would speak.
fn naive(mut stream: TcpStream, octets: u64) -> anyhow::Result<()> {
    stream.set_write_timeout(Some(STUCK))?;
    let block = [b'x'; 16 * BLOCK];
    let mut sent = 0;
    while sent < octets {
        let next = block.len().min((octets - sent) as usize);
        match stream.write(&block[..next]) {
            Err(full) if full.kind() == ErrorKind::WouldBlock => {
                return stuck(&stream, sent);
            }
            taken => sent += taken.context("write")? as u64,
        }
    }
    let answer = exchange(stream, io::empty(), io::sink())?; // there is no more to send
    println!("sent {sent} octets, read {answer}");
    Ok(())
}
// ANCHOR_END: naive

fn stuck(stream: &TcpStream, sent: u64) -> anyhow::Result<()> {
    println!("stuck: {sent} octets are sent, none is read");
    let (here, there) = both_ends(stream)?;
    println!("  {} wait here to be taken by the server", here.send_queue);
    println!("  {} wait there to be read", there.receive_queue);
    println!(
        "  {} of the answer wait there to be taken by us",
        there.send_queue
    );
    println!(
        "  {} of the answer wait here to be read",
        here.receive_queue
    );
    bail!("both ends write, and nobody reads");
}

// ANCHOR: both
fn reads_while_sending(stream: TcpStream, octets: u64) -> anyhow::Result<()> {
    let answer = exchange(stream, io::repeat(b'x').take(octets), io::sink())?;
    println!("sent {octets} octets, read {answer}");
    Ok(())
}
// ANCHOR_END: both
