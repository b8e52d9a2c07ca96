//! A TLS connection record by record: what went over the wire, in clear and not.

use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::Parser;
use framing::Messages;
use program::{Connect, Conversation};
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use tls::client_hello::Offer;
use tls::options::Trust;
use tls::tour::Tour;
use tls::tour::secrets::Secrets;
use tls::tour::tap::Tap;
use tls::truncation::finish;
use tls::{Lines, Rejection};

const LIMIT: usize = 1024; // octets of a line

/// Connect, say a line, read one, and tell what went over the wire
#[derive(Parser)]
#[command(about)]
struct Options {
    #[command(flatten)]
    connect: Connect,
    /// What to say
    text: String,
    #[command(flatten)]
    trust: Trust,
    #[command(flatten)]
    offer: Offer,
    /// Come back a second time, and show that
    #[arg(long)]
    again: bool,
}

fn main() -> ExitCode {
    program::run(|| {
        let options = Options::parse();
        let mut config = options.offer.config(&options.trust)?;
        if options.again {
            travel(&options, &mut config)?.1?;
        }
        let (tour, end) = travel(&options, &mut config)?;
        for line in tour.lines {
            println!("{line}");
        }
        end
    })
}

/// A connection, and how it ended. `config` remembers what the server gave us to
/// come back with.
fn travel(
    options: &Options,
    config: &mut ClientConfig,
) -> anyhow::Result<(Tour, anyhow::Result<()>)> {
    let secrets = Arc::new(Secrets::default());
    config.key_log = Arc::clone(&secrets) as Arc<_>;
    let name = options.trust.server_name(&options.connect.addr)?;
    let client = ClientConnection::new(Arc::new(config.clone()), name)?;
    let mut tls = StreamOwned::new(client, Tap::new(options.connect.connect()?));
    let end = talk(&mut tls, options);
    let mut tour = Tour::default();
    let seen = tour.take(&tls.sock.passed, &secrets);
    Ok((tour, end.and(seen.map_err(Into::into))))
}

fn talk(
    mut tls: &mut StreamOwned<ClientConnection, Tap<Conversation>>,
    options: &Options,
) -> anyhow::Result<()> {
    let rejected = |error| Rejection::new(format!("TLS with {}", options.connect.addr), error);
    tls.conn.complete_io(&mut tls.sock).map_err(rejected)?;
    tls.sock.get_mut().next_message();
    tls.write_all(format!("{}\n", options.text).as_bytes())?;
    let mut lines = Messages::new(&mut tls, Lines::new(LIMIT));
    lines
        .receive()?
        .context("the server closed without an answer")?;
    finish(tls)?;
    io::copy(&mut tls.take(LIMIT as u64), &mut io::sink())?; // up to the server's own end
    Ok(())
}
