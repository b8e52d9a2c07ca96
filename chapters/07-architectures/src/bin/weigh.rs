//! Weighs an engine: the memory and the threads that it has for each client who stays.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::Parser;

const QUESTION: &[u8] = b"Silence is?";
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Parser)]
#[command(about = "Weigh an engine with and without clients (Linux)")]
struct Arguments {
    /// The engine, as in proverbs-threads
    engine: String,
    /// How many clients connect, ask once, and stay
    #[arg(long, value_name = "NUMBER", default_value_t = 1000)]
    connections: usize,
}

fn main() -> ExitCode {
    program::run(|| {
        let arguments = Arguments::parse();
        let mut engine = start(&arguments.engine)?;
        let weighed = weigh(&mut engine, arguments.connections);
        engine.kill().context("end the engine")?;
        engine.wait().context("end the engine")?;
        weighed
    })
}

// ANCHOR: weigh
fn weigh(engine: &mut Child, connections: usize) -> anyhow::Result<()> {
    let mut first = String::new();
    let output = engine.stdout.as_mut().context("no output")?;
    BufReader::new(output).read_line(&mut first)?;
    let address = first.trim_end().strip_prefix("Listening at ");
    let address = address.context("the engine doesn't listen")?;
    // Whatever it makes once and for all is made for the first.
    let mut clients = vec![stay(address)?];
    let (before, _) = status(engine.id())?;
    for _ in 1..=connections {
        clients.push(stay(address)?);
    }
    let (after, threads) = status(engine.id())?;
    let each = after.saturating_sub(before) as f64 / connections as f64;
    println!("{threads} threads for {} clients", clients.len());
    println!("{each:.1} kB for each");
    Ok(())
}

fn stay(address: &str) -> anyhow::Result<TcpStream> {
    let mut client = TcpStream::connect(address).with_context(|| format!("connect {address}"))?;
    client.set_read_timeout(Some(PATIENCE))?;
    client.write_all(QUESTION)?;
    let read = client.read(&mut [0; 64]).context("wait for an answer")?;
    ensure!(read > 0, "the engine has no place for so many");
    Ok(client)
}

/// The memory that a process has in use, in kilobytes, and its threads: proc(5).
fn status(process: u32) -> anyhow::Result<(u64, u64)> {
    let path = format!("/proc/{process}/status");
    let status = fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
    let number = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.with_context(|| format!("no {name}"))
    };
    Ok((number("VmRSS:")?, number("Threads:")?))
}
// ANCHOR_END: weigh

fn start(engine: &str) -> anyhow::Result<Child> {
    let program = std::env::current_exe()?.with_file_name(engine);
    let mut command = Command::new(program);
    command.args(["127.0.0.1:0", "--timeout", "60"]);
    let started = command.stdout(Stdio::piped()).spawn();
    started.with_context(|| format!("start {engine}"))
}
