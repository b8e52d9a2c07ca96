//! Races the addresses of a name, each with a head start on the next, and prints the
//! timeline.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Parser;
use names::interleave::attempts;
use names::race::{Event, full_listener, race};
use program::Listen;

#[path = "../resolve.rs"]
mod resolve;
use program::tasks::block_on;
use resolve::{Whom, told};

/// As long as RFC 8305 recommends.
const HEAD_START: &str = "0.25";

#[derive(Parser)]
#[command(about = "Race the addresses of a name, and print the timeline")]
enum Role {
    /// Greet whoever connects
    Server(Listen),
    /// Listen, and never answer: connecting takes for ever
    Hole { addr: SocketAddr },
    /// Connect to the first address that answers
    Race {
        /// A name and a port, as in both.example.com:1060; or addresses
        #[arg(required = true)]
        targets: Vec<String>,
        #[command(flatten)]
        whom: Whom,
        /// How long an address is waited for before the next one is tried too
        #[arg(long, value_name = "SECONDS", default_value = HEAD_START, value_parser = program::seconds)]
        head_start: Duration,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server(listen) => listen.serve(|client| Ok(client.write_all(b"hello")?)),
        Role::Hole { addr } => hole(addr).with_context(|| format!("listen at {addr}")),
        Role::Race {
            targets,
            whom,
            head_start,
        } => block_on(contest(&targets, &whom, head_start)),
    })
}

async fn contest(targets: &[String], whom: &Whom, head_start: Duration) -> anyhow::Result<()> {
    let mut addresses = Vec::new();
    for target in targets {
        let found = resolve(target, whom).await;
        addresses.extend(found.with_context(|| format!("resolve {target}"))?);
    }
    let plan = attempts(&addresses, 1, head_start);
    let Some(stream) = race(plan, |event| println!("{}", line(&event))).await else {
        bail!("no address answers");
    };
    let stream = stream.into_std()?;
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut greeting = String::new();
    stream.take(100).read_to_string(&mut greeting)?;
    println!("the server says {greeting:?}");
    Ok(())
}

async fn resolve(target: &str, whom: &Whom) -> anyhow::Result<Vec<SocketAddr>> {
    if let Ok(address) = target.parse() {
        return Ok(vec![address]);
    }
    let (name, port) = target.rsplit_once(':').context("no port")?;
    let port = port.parse().context("its port")?;
    let found = whom.resolver()?.lookup_ip(name).await.map_err(told)?;
    Ok(found
        .iter()
        .map(|address| SocketAddr::new(address, port))
        .collect())
}

fn line(event: &Event) -> String {
    let (at, what) = match event {
        Event::Starts { address, at, .. } => (at, format!("try {address}")),
        Event::Fails { address, at, error } => {
            (at, format!("{address}: {}", program::io_cause(error)))
        }
        Event::Wins { address, at } => (at, format!("{address} answers")),
    };
    format!("at {} ms: {what}", at.as_millis())
}

fn hole(addr: SocketAddr) -> anyhow::Result<()> {
    program::stop_on_ctrl_c()?;
    let (listener, queue) = full_listener(addr)?;
    let addr = listener.local_addr()?;
    println!(
        "Listening at {addr}, with {} in a queue that is full",
        queue.len()
    );
    loop {
        std::thread::park();
    }
}
