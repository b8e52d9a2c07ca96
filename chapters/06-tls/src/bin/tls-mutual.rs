//! TLS both ways: the server asks who the client is, and greets it by the name in its
//! certificate.

use std::io::stdin;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use program::tasks::{block_on, in_time, listen, serve};
use rustls::server::WebPkiClientVerifier;
use tls::identity::read_files;
use tls::options::{Serve, Trust};
use tls::reload_certificate::Reloadable;
use tls::{CLIENTS, LineStream, config, person};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

const LIMIT: usize = 1024; // octets of a line

#[derive(Parser)]
#[command(about = "TLS both ways: the server asks who the client is")]
enum Role {
    /// Greet clients by name; type the name of another identity to show that instead
    Server {
        #[command(flatten)]
        options: Serve,
        /// A PEM file with the roots that clients' certificates must come from
        #[arg(long, value_name = "FILE")]
        client_ca: PathBuf,
    },
    /// Say who you are, and read the greeting
    Client(Client),
}

#[derive(clap::Args)]
struct Client {
    addr: String,
    /// The certificate chain NAME.pem and its key NAME-key.pem
    #[arg(long, value_name = "NAME")]
    identity: Option<PathBuf>,
    /// Keep the connection until Enter, and then ask once more
    #[arg(long)]
    stay: bool,
    #[command(flatten)]
    trust: Trust,
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { options, client_ca } => block_on(server(options, client_ca)),
        Role::Client(options) => block_on(client(&options)),
    })
}

// ANCHOR: server
async fn server(options: Serve, client_ca: PathBuf) -> anyhow::Result<()> {
    let (chain, key) = read_files(&options.identity)?;
    let shown = Arc::new(Reloadable::new(config::provider(), &chain, &key)?);
    let roots = config::trusted(Some(&client_ca))?;
    let asks = WebPkiClientVerifier::builder_with_provider(roots, config::provider()).build()?;
    let config = config::server_builder(options.clock)?
        .with_client_cert_verifier(asks)
        .with_cert_resolver(Arc::clone(&shown) as _);
    let acceptor = TlsAcceptor::from(Arc::new(config));
    std::thread::spawn(move || reload(&shown));
    let patience = options.timeout;
    let listener = listen(&options.addr).await?;
    serve(&listener, CLIENTS, |stream| {
        greet(acceptor.clone(), stream, patience)
    })
    .await
}
// ANCHOR_END: server

// ANCHOR: reload
/// Whoever types the name of another identity has that shown from then on.
fn reload(shown: &Reloadable) {
    for name in stdin().lines().map_while(Result::ok) {
        let reloaded =
            read_files(Path::new(&name)).and_then(|(chain, key)| Ok(shown.reload(&chain, &key)?));
        match reloaded {
            Ok(()) => println!("From now on: {name}"),
            Err(error) => println!("All stays as it was: {}", program::one_line(&error)),
        }
    }
}
// ANCHOR_END: reload

// ANCHOR: greet
async fn greet(acceptor: TlsAcceptor, stream: TcpStream, patience: Duration) -> anyhow::Result<()> {
    let stream = in_time(patience, acceptor.accept(stream)).await;
    let stream = stream.context("TLS handshake")?;
    // No certificate, no handshake: here there is one, and it has been verified.
    let certificates = stream.get_ref().1.peer_certificates();
    let client = certificates.and_then(|chain| person::common_name(chain.first()?));
    let client = client.context("a certificate without a name")?;
    println!("Here is {client:?}");
    let mut lines = LineStream::new(stream, LIMIT);
    let mut answer = format!("Hello, {client}");
    loop {
        in_time(patience, lines.send(&answer)).await?;
        match in_time(patience, lines.receive()).await? {
            Some(line) => answer = format!("{line}, {client}"),
            None => return in_time(patience, lines.finish()).await,
        }
    }
}
// ANCHOR_END: greet

// ANCHOR: client
async fn client(options: &Client) -> anyhow::Result<()> {
    let trust = &options.trust;
    let config = trust.config_as(options.identity.as_deref())?;
    let stream = trust.connect(&options.addr, config).await?;
    let shown = stream.get_ref().1.peer_certificates();
    let days = shown.and_then(|chain| person::days_left(chain.first()?, trust.clock.time()));
    let days = days.context("the server's certificate")?;
    println!("Connected; the server's certificate ends within {days} days");

    let mut lines = LineStream::new(stream, LIMIT);
    let greeting = lines.receive().await?;
    let greeting = greeting.context("the server closed without a word")?;
    println!("{greeting:?}");
    if options.stay {
        stdin().read_line(&mut String::new())?;
        lines.send("Goodbye").await?;
        let answer = lines.receive().await?;
        println!("{:?}", answer.context("the server closed without a word")?);
    }
    lines.finish().await?;
    // Whoever leaves with octets unread sends a reset.
    while lines.receive().await?.is_some() {}
    Ok(())
}
// ANCHOR_END: client
