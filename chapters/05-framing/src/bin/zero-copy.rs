//! The same transfer by copying, slicing, vectored writes and sendfile.

use std::collections::BTreeSet;
use std::io::{Read, Seek, Write};
use std::net::Shutdown;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::Parser;
use flate2::Crc;
use framing::rig::{connect, scratch_file};
use framing::talk::{Conversation, Listen};
use framing::transfer::{BLOCK, Transfer, WAYS, Way};

const BLOCKS: usize = 16; // the file has 1 MiB
const LIMIT: usize = 1 << 30; // octets: no client may keep the server busy for longer

#[derive(Parser)]
#[command(about = "The same transfer by copying, slicing, vectored writes and sendfile")]
enum Role {
    /// Take whatever comes, and answer with how much it was and its CRC-32
    Server(Listen),
    /// Send a file as length-prefixed messages, in every way, and count
    Client {
        addr: String,
        /// One way alone: small, large, slices, vectored or sendfile
        way: Option<String>,
        /// Send the file so many times, and say how long that took
        #[arg(long, value_name = "TIMES", requires = "way")]
        time: Option<u16>,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server(listen) => listen.serve(server),
        Role::Client { addr, way, time } => client(&addr, way.as_deref(), time),
    })
}

fn server(stream: &mut Conversation) -> anyhow::Result<()> {
    let mut buffer = vec![0; 256 * 1024];
    let mut crc = Crc::new();
    let mut octets = 0;
    loop {
        stream.next_message();
        let read = stream.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        octets += read;
        ensure!(octets <= LIMIT, "refused: more than {LIMIT} octets");
        crc.update(&buffer[..read]);
    }
    let answer = format!("{octets} octets with the CRC-32 {:08x}", crc.sum());
    Ok(stream.write_all(answer.as_bytes())?)
}

fn client(addr: &str, only: Option<&str>, times: Option<u16>) -> anyhow::Result<()> {
    let mut ways = WAYS.to_vec();
    ways.retain(|(name, _)| only.is_none_or(|only| only == *name));
    ensure!(!ways.is_empty(), "not a way on this system");
    if let (Some(times), [(_, way)]) = (times, &ways[..]) {
        let (_, _, spent) = send(addr, *way, times)?;
        println!("sent in {:.1} ms", spent.as_secs_f64() * 1000.0);
        return Ok(());
    }
    println!("            calls made to                   octets copied");
    println!("            file   socket         in    within       out       all");
    let mut answers = BTreeSet::new(); // one, unless a way sends something else
    for (name, way) in ways {
        let (transfer, answer, _) = send(addr, way, 1)?;
        let (file, socket, moved) = (&transfer.file, &transfer.socket, transfer.moved);
        print!("{name:<9}{:>7}{:>9}", file.calls, socket.calls);
        print!("{:>11}{moved:>10}{:>10}", file.octets, socket.octets);
        println!("{:>10}", transfer.copied());
        answers.insert(answer);
    }
    for answer in answers {
        println!("Got each time: {answer}");
    }
    Ok(())
}

/// Sends the file, waits for the answer, and says how long that took.
fn send(addr: &str, way: Way, times: u16) -> anyhow::Result<(Transfer, String, Duration)> {
    let file = scratch_file(BLOCKS * BLOCK).context("make a file")?;
    let mut transfer = Transfer::new(file, connect(addr)?, BLOCKS);
    let begin = Instant::now();
    for _ in 0..times {
        transfer.file.get_mut().rewind()?;
        way(&mut transfer).with_context(|| format!("write {addr}"))?;
    }
    let socket = transfer.socket.get_ref();
    socket.shutdown(Shutdown::Write)?;
    let mut answer = String::new();
    let read = socket.take(100).read_to_string(&mut answer);
    read.with_context(|| format!("read {addr}"))?;
    Ok((transfer, answer, begin.elapsed()))
}
