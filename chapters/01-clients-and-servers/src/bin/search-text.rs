//! Where is a place? Asked with text over a TCP connection.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, ValueEnum};
use clients_and_servers::question::{MAX_REPLY, SITE, printable, target};
use clients_and_servers::read_reply::read_reply;
use program::{Connect, Conversation};

/// Ask where a place is, with text over a TCP connection
#[derive(Parser)]
#[command(about)]
struct Options {
    #[command(flatten)]
    server: Connect,
    /// The place's name
    name: String,
    /// What to do with the place
    #[arg(long, default_value = "GET")]
    method: String,
    /// Make a mistake in the request
    #[arg(long, value_enum)]
    mistake: Option<Mistake>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Mistake {
    /// End lines with a line feed alone
    LineFeedOnly,
    /// Leave away the empty line at the end
    MissingBlankLine,
    /// Leave away the Host
    MissingHost,
}

fn main() -> ExitCode {
    program::run(|| {
        let options = Options::parse();
        let request = request(&options);
        print!("{request}");
        let reply = ask(options.server.connect()?, &request)?;
        print!("{}", printable(&reply));
        Ok(())
    })
}

// ANCHOR: request
fn request(options: &Options) -> String {
    let method = &options.method;
    let target = target(&options.name);
    let request =
        format!("{method} {target} HTTP/1.1\r\nHost: {SITE}\r\nConnection: close\r\n\r\n");
    // ANCHOR_END: request
    match options.mistake {
        None => request,
        Some(Mistake::LineFeedOnly) => request.replace("\r\n", "\n"),
        Some(Mistake::MissingBlankLine) => request[..request.len() - 2].to_owned(),
        Some(Mistake::MissingHost) => request.replace(&format!("Host: {SITE}\r\n"), ""),
    }
}

// ANCHOR: ask
fn ask(mut stream: Conversation, request: &str) -> anyhow::Result<String> {
    let sent = stream.write_all(request.as_bytes());
    sent.context("send the request")?;
    let reply = read_reply(&mut stream, MAX_REPLY)?;
    String::from_utf8(reply).context("a reply that is no text")
}
// ANCHOR_END: ask
