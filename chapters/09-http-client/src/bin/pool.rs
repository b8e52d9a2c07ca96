//! Twenty requests with and without reuse: handshakes, time.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::ensure;
use clap::Parser;
use http_client::agent::Agent;
use http_client::options::{Ask, Trust};
use http_client::request::Request;
use serde_json::Value;
use url::Url;

#[derive(Parser)]
#[command(about = "Twenty requests with and without reuse: handshakes, time")]
struct Options {
    /// What to ask for
    url: Url,
    /// How often
    #[arg(short = 'n', long, default_value_t = 20)]
    requests: usize,
    /// Make a connection for each request
    #[arg(long)]
    no_reuse: bool,
    /// Send whatever failed again, whether or not that is safe
    #[arg(long)]
    retry_all: bool,
    /// Have the server say how many connections there were: it is asked for /count
    #[arg(long)]
    count: bool,
    #[command(flatten)]
    ask: Ask,
    #[command(flatten)]
    trust: Trust,
}

fn main() -> ExitCode {
    program::run(|| {
        let options = Options::parse();
        let before = counted(&options)?;
        let requests = requests(&options);
        let after = counted(&options)?;
        if let Some((before, after)) = before.zip(after) {
            // Asking took a connection each time, and `after` counts the second as well.
            let tcp = after.connections - before.connections - 1;
            let tls = after.handshakes.saturating_sub(before.handshakes + 1);
            println!("handshakes, as the server counts: {tcp} of TCP, {tls} of TLS");
            let saved = |handshakes| (options.requests as u64).saturating_sub(handshakes);
            match options.url.scheme() {
                "https" => println!("saved: {} of TCP, {} of TLS", saved(tcp), saved(tls)),
                _ => println!("saved: {} of TCP", saved(tcp)),
            }
        }
        requests
    })
}

// ANCHOR: requests
fn requests(options: &Options) -> anyhow::Result<()> {
    let mut agent = Agent::new(options.trust.connector());
    agent.forgets = options.no_reuse;
    agent.retries_all = options.retry_all;
    let request = options.ask.request(&options.url)?;
    let start = Instant::now();
    for _ in 0..options.requests {
        let (head, _) = agent.whole(&request, options.ask.limit)?;
        ensure!(head.status == 200, "{}: {}", options.url, head.status);
    }
    let time = start.elapsed().as_secs_f64() * 1000.0;
    println!("{} requests in {time:.1} ms", options.requests);
    Ok(())
}
// ANCHOR_END: requests

/// What the server has counted so far.
struct Count {
    connections: u64,
    handshakes: u64,
}

fn counted(options: &Options) -> anyhow::Result<Option<Count>> {
    if !options.count {
        return Ok(None);
    }
    let mut request = Request::new("GET", options.url.join("/count")?);
    request.fields.push("Connection", &b"close"[..])?;
    let mut agent = Agent::new(options.trust.connector());
    let (_, body) = agent.whole(&request, options.ask.limit)?;
    let count: Value = serde_json::from_slice(&body)?;
    Ok(Some(Count {
        connections: count["connections"].as_u64().unwrap_or(0),
        handshakes: count["handshakes"].as_u64().unwrap_or(0),
    }))
}
