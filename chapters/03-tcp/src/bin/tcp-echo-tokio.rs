//! The echo server again, in tokio: a task for each client.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Parser;
use program::tasks::accept;
use program::{Listen, report};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

#[derive(Parser)]
#[command(about = "The echo server again, in tokio")]
enum Role {
    /// Send back whatever comes, to many clients at the same time
    Server {
        #[command(flatten)]
        listen: Listen,
        /// The clients to serve at the same time; the others wait
        #[arg(long, default_value = "1000")]
        most: usize,
    },
}

fn main() -> ExitCode {
    program::run(|| match Role::parse() {
        Role::Server { listen, most } => serve(listen, most),
    })
}

// ANCHOR: serve
#[tokio::main(flavor = "current_thread")]
async fn serve(options: Listen, most: usize) -> anyhow::Result<()> {
    let listener = program::listen(&options.addr)?;
    listener.set_nonblocking(true)?; // a task that waits must not keep the thread
    let listener = TcpListener::from_std(listener)?;
    let places = Arc::new(Semaphore::new(most));
    loop {
        let place = Arc::clone(&places).acquire_owned().await?;
        let (stream, peer) = accept(&listener).await;
        tokio::spawn(async move {
            if let Err(error) = echo(stream, options.timeout).await {
                report(peer, &error);
            }
            drop(place);
        });
    }
}
// ANCHOR_END: serve

// ANCHOR: echo
async fn echo(mut stream: TcpStream, patience: Duration) -> anyhow::Result<()> {
    let peer = stream.peer_addr()?;
    println!("Serving {peer}");
    let mut buffer = [0; 4096];
    loop {
        let exchange = async {
            let read = stream.read(&mut buffer).await.context("read")?;
            stream.write_all(&buffer[..read]).await.context("write")?;
            anyhow::Ok(read)
        };
        let read = match timeout(patience, exchange).await {
            Ok(exchanged) => exchanged?,
            Err(_) => bail!("gave up: not done within {patience:?}"),
        };
        println!("read {read} octets from {peer}");
        if read == 0 {
            return Ok(());
        }
    }
}
// ANCHOR_END: echo
