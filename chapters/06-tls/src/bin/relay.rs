//! The man in the middle: passes on what two others say, and changes it where it can.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Parser;
use program::seconds;
use program::tasks::{block_on, connect, in_time, listen, serve};
use tls::options::Trust;
use tls::{CLIENTS, Identity, Replace, config, send};
use tokio::io::{self, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

const MOMENT: Duration = Duration::from_millis(50); // between two pieces of one text

#[derive(Clone, Parser)]
#[command(about = "The man in the middle")]
struct Options {
    /// Where clients are to find it
    addr: String,
    /// The server that they mean
    upstream: String,
    /// What to look for in what a client says, and what to say instead
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"])]
    replace: Vec<String>,
    /// Change one bit of the octet with this number, from 1, that a client sends
    #[arg(long, value_name = "NUMBER")]
    flip: Option<u64>,
    /// Take TLS off with the certificate NAME.pem and its key, and put it on again
    #[arg(long, value_name = "NAME")]
    identity: Option<PathBuf>,
    /// How long nobody may say anything
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    timeout: Duration,
    #[command(flatten)]
    trust: Trust,
}

fn main() -> ExitCode {
    program::run(|| block_on(relay(Options::parse())))
}

async fn relay(options: Options) -> anyhow::Result<()> {
    let options = Arc::new(options);
    let listener = listen(&options.addr).await?;
    serve(&listener, CLIENTS, |client| {
        between(client, Arc::clone(&options))
    })
    .await
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

async fn between(client: TcpStream, options: Arc<Options>) -> anyhow::Result<()> {
    let patience = options.timeout;
    let (client, server): (Box<dyn Stream>, Box<dyn Stream>) = match &options.identity {
        None => (
            Box::new(client),
            Box::new(connect(&options.upstream).await?),
        ),
        Some(identity) => {
            let config = config::server(Identity::read(identity)?, options.trust.clock)?;
            let client = in_time(patience, TlsAcceptor::from(config).accept(client)).await;
            let client = client.context("TLS with the client")?;
            let config = options.trust.config()?;
            let server = options.trust.connect(&options.upstream, config).await?;
            (Box::new(client), Box::new(server))
        }
    };
    let (from_client, to_client) = io::split(client);
    let (from_server, to_server) = io::split(server);
    let (old, new) = match &options.replace[..] {
        [old, new] => (&old[..], &new[..]),
        _ => ("", ""),
    };
    let mut changes = Changes(Replace::new(old, new), options.flip);
    let mut none = Changes(Replace::new("", ""), None);
    let (up, down) = tokio::join!(
        pass(from_client, to_server, &mut changes, patience),
        pass(from_server, to_client, &mut none, patience),
    );
    match changes.0.found {
        _ if old.is_empty() => {}
        0 => println!("I never heard {old:?}"),
        _ => println!("I heard {old:?}, and said {new:?}"),
    }
    up.context("from the client to the server")?;
    down.context("from the server to the client")
}

/// What happens to the octets that pass: a text, and a bit.
struct Changes(Replace, Option<u64>);

async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    changes: &mut Changes,
    patience: Duration,
) -> anyhow::Result<()> {
    let (mut buffer, mut passed) = ([0; 4096], 0);
    loop {
        // What may begin the text is kept for a moment: the rest may be on its way.
        let held = changes.0.holds();
        let wait = if held { MOMENT } else { patience };
        let read = match timeout(wait, from.read(&mut buffer)).await {
            Ok(read) => read?,
            Err(_) if held => {
                in_time(patience, send(&mut to, &changes.0.release())).await?;
                continue;
            }
            Err(_) => bail!("gave up: nothing came within {patience:?}"),
        };
        let octets = &mut buffer[..read];
        for (number, octet) in (passed + 1..).zip(octets.iter_mut()) {
            *octet ^= u8::from(changes.1 == Some(number));
        }
        passed += read as u64;
        match read {
            0 => break,
            _ => in_time(patience, send(&mut to, &changes.0.pass(octets))).await?,
        }
    }
    in_time(patience, send(&mut to, &changes.0.release())).await?;
    in_time(patience, to.shutdown()).await
}
