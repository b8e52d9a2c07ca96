//! A user agent by hand that shows both sides of the talk as curl -v does.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::Parser;
use http_client::body_length::Body;
use http_client::connection::{Connection, ROOM};
use http_client::options::{Ask, Trust};
use http_client::request::Request;
use http_client::response_head::ResponseHead;
use http_client::wire::{Connector, Wire};
use http_client::{cache, content};
use url::Url;

#[derive(Parser)]
#[command(about = "A user agent by hand that shows both sides of the talk as curl -v does")]
struct Options {
    /// What to ask for, one after the other
    #[arg(required = true)]
    urls: Vec<Url>,
    #[command(flatten)]
    ask: Ask,
    #[command(flatten)]
    trust: Trust,
    /// Write the body to FILE, and show its digest
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Show no heads
    #[arg(short, long)]
    quiet: bool,
    /// Show the octets of the body as they came
    #[arg(long)]
    raw: bool,
    /// Have a tunnel made to the server first
    #[arg(long)]
    tunnel: bool,
}

fn main() -> ExitCode {
    program::run(|| {
        let options = Options::parse();
        let mut connector = options.trust.connector();
        let mut kept = None;
        for url in &options.urls {
            kept =
                exchange(&options, &mut connector, url, kept).with_context(|| url.to_string())?;
        }
        Ok(())
    })
}

/// Asks for one URL, on the connection that is left if that will do, and returns what is.
fn exchange(
    options: &Options,
    connector: &mut Connector,
    url: &Url,
    kept: Option<(url::Origin, Connection<Wire>)>,
) -> anyhow::Result<Option<(url::Origin, Connection<Wire>)>> {
    let mut connection = match kept.filter(|(origin, _)| *origin == url.origin()) {
        Some((_, connection)) => connection,
        None => {
            let mut connection = Connection::new(connector.connect(url)?);
            println!("* Connected to {}", url.origin().ascii_serialization());
            if options.tunnel {
                let connect = Request::new("CONNECT", url.clone());
                let (_, body) = content::talk(&mut connection, &connect, options.quiet)?;
                ensure!(body == Body::Tunnel, "there is no tunnel");
            }
            connection
        }
    };
    connection.stream().next_exchange();
    let request = options.ask.request(url)?;
    if options.raw {
        connection.record();
    }
    let (head, _) = content::talk(&mut connection, &request, options.quiet)?;
    show(options, &mut connection, &head)?;
    content::show_end(&connection);
    Ok(connection.is_reusable().then(|| (url.origin(), connection)))
}

/// Shows the answer behind its head.
fn show(
    options: &Options,
    connection: &mut Connection<Wire>,
    head: &ResponseHead,
) -> anyhow::Result<()> {
    if let Some(freshness) = cache::told(&head.fields) {
        println!("* {freshness}");
    }
    let mut body = Vec::new();
    let read = content::read(connection, options.ask.limit, &mut body);
    if read.is_err() && options.output.is_none() {
        content::print(&body);
    }
    read?;
    if body.len() > ROOM && !options.quiet {
        println!("* It came in {} reads", connection.reads());
    }
    if let Some(octets) = connection.recorded() {
        content::show_body_on_the_wire(&octets);
    }
    if options.ask.compressed && head.fields.has_member("Content-Encoding", "gzip") {
        println!("* {} octets, before decompression", body.len());
        body = content::decompress(&body, options.ask.limit)?;
    }
    match &options.output {
        Some(file) => {
            fs::write(file, &body).with_context(|| format!("write {}", file.display()))?;
            let digest = content::sha256(&body);
            println!("* {} octets, SHA-256 {digest}", body.len());
        }
        None => content::print(&body),
    }
    Ok(())
}
