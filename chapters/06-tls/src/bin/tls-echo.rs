//! An echo service in TLS, in tokio: many clients at a time.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use program::tasks::{block_on, in_time, listen, serve};
use tls::options::{Serve, Trust};
use tls::{BelievesAnybody, CLIENTS, Identity, LineStream, config};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

const LIMIT: usize = 1024; // octets of a line

#[derive(Parser)]
#[command(about = "An echo service in TLS, in tokio")]
enum Role {
    /// Answer lines in capital letters
    Server(Serve),
    /// Send lines, and read an answer to each
    Client {
        addr: String,
        texts: Vec<String>,
        #[command(flatten)]
        trust: Trust,
        /// Check nothing: dangerous, and here to show why
        #[arg(long)]
        dangerously_believe_anybody: bool,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server(serve) => block_on(server(serve)),
        Role::Client {
            addr,
            texts,
            trust,
            dangerously_believe_anybody,
        } => block_on(client(addr, texts, trust, dangerously_believe_anybody)),
    })
}

// ANCHOR: server
async fn server(options: Serve) -> anyhow::Result<()> {
    let identity = Identity::read(&options.identity)?;
    let acceptor = TlsAcceptor::from(config::server(identity, options.clock)?);
    let patience = options.timeout;
    let listener = listen(&options.addr).await?;
    serve(&listener, CLIENTS, |stream| {
        answer(acceptor.clone(), stream, patience)
    })
    .await
}

async fn answer(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    patience: Duration,
) -> anyhow::Result<()> {
    let stream = in_time(patience, acceptor.accept(stream)).await;
    let mut lines = LineStream::new(stream.context("TLS handshake")?, LIMIT);
    // The end is `None` if the client announced it, and an error if it did not.
    while let Some(line) = in_time(patience, lines.receive()).await? {
        in_time(patience, lines.send(&line.to_uppercase())).await?;
    }
    // close_notify: that was all from us, too.
    in_time(patience, lines.finish()).await
}
// ANCHOR_END: server

async fn client(
    addr: String,
    texts: Vec<String>,
    trust: Trust,
    dangerously_believe_anybody: bool,
) -> anyhow::Result<()> {
    let mut config = trust.config()?;
    if dangerously_believe_anybody {
        let anybody = Arc::new(BelievesAnybody(config::provider()));
        let dangerous = &mut Arc::make_mut(&mut config).dangerous();
        dangerous.set_certificate_verifier(anybody);
    }
    let stream = trust.connect(&addr, config).await?;
    let mut lines = LineStream::new(stream, LIMIT);
    for text in texts {
        lines.send(&text).await?;
        let answer = lines.receive().await?;
        let answer = answer.context("the server closed without an answer")?;
        println!("{text:?} is answered {answer:?}");
    }
    lines.finish().await?;
    match lines.receive().await? {
        None => println!("The server ended the conversation properly"),
        Some(more) => println!("The server has more to say: {more:?}"),
    }
    Ok(())
}
