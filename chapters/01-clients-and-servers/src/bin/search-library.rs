//! Where is a place? Asked with an HTTP library.

use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use clients_and_servers::question::{MAX_REPLY, place};
use program::Connect;

/// Ask where a place is, with an HTTP library
#[derive(Parser)]
#[command(about)]
struct Options {
    #[command(flatten)]
    server: Connect,
    /// The place's name
    name: String,
}

fn main() -> ExitCode {
    program::run(|| search(&Options::parse()))
}

// ANCHOR: search
fn search(options: &Options) -> anyhow::Result<()> {
    let url = format!("http://{}/places", options.server.addr);
    let agent = ureq::Agent::config_builder()
        .timeout_global(Some(options.server.timeout))
        // What the server says with a 404 is worth reading, too.
        .http_status_as_error(false)
        // The environment may name a proxy, which can't reach our loopback.
        .proxy(None)
        .build()
        .new_agent();
    let mut reply = agent
        .get(&url)
        .query("name", &options.name)
        .call()
        .map_err(ureq::Error::into_io)
        .with_context(|| format!("get {url}"))?;
    let status = reply.status().as_u16();
    let body = reply.body_mut().with_config().limit(MAX_REPLY as u64);
    let body = body.read_to_vec().context("read the reply")?;
    println!("{}", place(status, &body)?);
    Ok(())
}
// ANCHOR_END: search
